import { For, type JSX } from 'solid-js'
import {
  Banner,
  Button,
  Card,
  EmptyState,
  ErrorState,
  Row,
  Section,
  Skeleton,
  Stack,
  StateWord,
  StatusPill,
  type SyncState,
  type WorkState,
} from '../index.ts'
import styles from './language.module.css'

const work: [state: WorkState, word: string][] = [
  ['device', 'On this device'],
  ['sent', 'Sent'],
  ['saved', 'Saved'],
  ['held', 'In review'],
  ['refused', 'Refused'],
]
const sync: [state: SyncState, word: string][] = [
  ['ok', 'Up to date'],
  ['syncing', 'Syncing'],
  ['waiting', '3 waiting'],
  ['offline', 'Offline · 3 waiting'],
  ['problem', '1 refused'],
]

/** Nothing, not yet, not now, not so. */
export function States(): JSX.Element {
  return (
    <Section
      title="States"
      hint="Each says what is the case, why, and what one can do. Work is never lost, and never said to be saved before it is."
    >
      <Stack>
        <Row>
          <For each={sync}>{([state, word]) => <StatusPill state={state} word={word} />}</For>
        </Row>
        <Row>
          <For each={work}>{([state, word]) => <StateWord state={state} word={word} />}</For>
        </Row>
        <Banner inline actions={<Button small>Take it</Button>}>
          A newer version is ready.
        </Banner>
        <Banner inline tone="info">
          Offline: this is what the device holds.
        </Banner>
        <Banner inline tone="warn">
          Saved, and waiting for review.
        </Banner>
        <Banner inline tone="danger" actions={<Button small>Edit</Button>}>
          Refused: the text is too long. It is kept here.
        </Banner>
        <div class={styles.columns}>
          <Card>
            <EmptyState title="Nothing here yet" actions={<Button variant="primary">Begin</Button>}>
              What will be here, in a sentence.
            </EmptyState>
          </Card>
          <Card>
            <ErrorState title="This could not be shown" actions={<Button>Try again</Button>}>
              Why, when it is known.
            </ErrorState>
          </Card>
          <Card>
            <Skeleton label="Loading" lines={6} />
          </Card>
        </div>
      </Stack>
    </Section>
  )
}
