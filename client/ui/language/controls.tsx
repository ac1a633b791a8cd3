import { createSignal, For, type JSX } from 'solid-js'
import { BookmarkIcon, DownloadIcon, EditIcon, MoreIcon, PlusIcon, SearchIcon, TrashIcon } from '../icons.tsx'
import {
  Button,
  type ButtonVariant,
  Checkbox,
  createConfirm,
  createToasts,
  Dialog,
  Form,
  FormActions,
  IconButton,
  LinkButton,
  Menu,
  type MenuItem,
  RadioGroup,
  Row,
  Section,
  Segments,
  Select,
  Stack,
  TabLinks,
  Tag,
  Tags,
  TextArea,
  TextInput,
  ToastRegion,
} from '../index.ts'

const variants: ButtonVariant[] = ['primary', 'secondary', 'soft', 'quiet', 'danger']
const actions: MenuItem[] = [
  { label: 'Edit', icon: EditIcon },
  { label: 'Download', icon: DownloadIcon },
  { label: 'Not now', disabled: true },
  { label: 'Delete', icon: TrashIcon, danger: true },
]
const fruits = [
  { value: 'a', label: 'First', hint: 'With a line that says what it means.' },
  { value: 'b', label: 'Second' },
  { value: 'c', label: '第三', disabled: true },
]

/** Everything that answers a person. */
export function Controls(): JSX.Element {
  return (
    <>
      <Section title="Buttons" hint="One primary button a screen. 40 px high, 44 under a finger.">
        <Stack>
          <Row gap="snug">
            <For each={variants}>{(variant) => <Button variant={variant}>{variant}</Button>}</For>
            <LinkButton href="#" variant="secondary">
              a link
            </LinkButton>
          </Row>
          <Row gap="snug">
            <For each={variants}>
              {(variant) => (
                <Button variant={variant} small>
                  <PlusIcon />
                  small
                </Button>
              )}
            </For>
          </Row>
          <Row gap="snug">
            <Button variant="primary" disabled>
              disabled
            </Button>
            <Button variant="primary" busy>
              busy
            </Button>
            <IconButton icon={SearchIcon} label="Search" />
            <IconButton icon={BookmarkIcon} label="Keep" pressed />
            <Menu label="Menu" lead={PlusIcon} items={actions} />
            <Menu label="More" icon={MoreIcon} items={actions} />
          </Row>
        </Stack>
      </Section>
      <Fields />
      <Section title="Tabs, tags" hint="Tabs are links: each has an address.">
        <Stack>
          <TabLinks
            label="Sibling pages"
            links={['Overview', 'People', '设置'].map((label, index) => ({
              href: '#',
              label,
              current: index === 0,
            }))}
          />
          <Tags>
            <Tag>plain</Tag>
            <Tag href="#">a link</Tag>
            <Tag href="#" current>
              shown now
            </Tag>
            <Tag pressed onToggle={() => undefined}>
              已选
            </Tag>
          </Tags>
        </Stack>
      </Section>
      <Overlays />
    </>
  )
}

function Fields(): JSX.Element {
  const [value, setValue] = createSignal('a')
  const [checked, setChecked] = createSignal(true)
  return (
    <Section title="Fields" hint="Label above, help below, the error in words beside its field.">
      <Form onSubmit={() => undefined}>
        <TextInput label="Name 名字" hint="As others see it." value="许小满" />
        <TextInput label="Address" error="This address has no @." value="nobody" />
        <TextArea label="About you" optional="(optional)" rows={3} />
        <Select label="One of many" options={fruits} value={value()} onChange={setValue} />
        <RadioGroup label="One of a few" options={fruits} value={value()} onChange={setValue} />
        <Segments label="One of two or three" options={fruits} value={value()} onChange={setValue} />
        <Checkbox
          label="Yes or no"
          hint="The whole row is the target."
          checked={checked()}
          onChange={setChecked}
        />
        <FormActions>
          <Button type="submit" variant="primary">
            Save
          </Button>
          <Button variant="quiet">Cancel</Button>
        </FormActions>
      </Form>
    </Section>
  )
}

function Overlays(): JSX.Element {
  const [open, setOpen] = createSignal(false)
  const confirm = createConfirm()
  const toasts = createToasts()
  return (
    <Section
      title="Dialogs, toasts"
      hint="Native dialogs; on a phone they rise from the lower edge. Toasts report, never ask."
    >
      <Row gap="snug">
        <Button onClick={() => setOpen(true)}>Dialog</Button>
        <Button
          onClick={() =>
            void confirm.ask({
              title: 'Delete this?',
              text: 'It cannot be had back.',
              confirm: 'Delete',
              cancel: 'Keep',
              danger: true,
            })
          }
        >
          Question
        </Button>
        <Button onClick={() => toasts.show('Saved', { tone: 'good' })}>Good</Button>
        <Button onClick={() => toasts.show('It could not be sent', { tone: 'bad' })}>Bad</Button>
        <Button
          onClick={() =>
            toasts.show('Put away', { action: { label: 'Undo', onSelect: () => toasts.show('Back') } })
          }
        >
          With a way back
        </Button>
      </Row>
      <Dialog
        open={open()}
        onClose={() => setOpen(false)}
        title="A dialog"
        closeLabel="Close"
        actions={
          <Button variant="primary" onClick={() => setOpen(false)}>
            Done
          </Button>
        }
      >
        <p>It keeps the focus, closes on Escape and gives the focus back.</p>
      </Dialog>
      <confirm.View />
      <ToastRegion toasts={toasts} label="Notices" dismissLabel="Dismiss" />
    </Section>
  )
}
