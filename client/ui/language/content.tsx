import type { JSX } from 'solid-js'
import { BookIcon, MoreIcon } from '../icons.tsx'
import {
  Avatar,
  Badge,
  Card,
  DayMark,
  IconButton,
  List,
  ListRow,
  Meta,
  Row,
  Section,
  Split,
  Stack,
  Stat,
  Table,
  Time,
} from '../index.ts'
import styles from './language.module.css'

const long = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung'
const an = Date.UTC(2026, 10, 2, 8)

/** What is read: rows, cards, figures, people. */
export function Content(): JSX.Element {
  return (
    <>
      <Section
        title="Lists"
        hint="The title is the link, its target the whole row. Facts are apart by dots, most telling first."
      >
        <Split
          aside={
            <List label="Tiles" tiles>
              <ListRow href="#" start={<BookIcon />} title="A tile" detail="Short rows beside each other." />
              <ListRow href="#" start={<BookIcon />} title="另一块" />
            </List>
          }
        >
          <List label="Rows">
            <ListRow
              href="#"
              start={<BookIcon />}
              title="中文标题与 English words"
              detail="At most two lines that say what it is about."
              meta={
                <>
                  <span>Name</span>
                  <Time at={an} locale="en" />
                  <span>4 min</span>
                  <Badge tone="warn">Full</Badge>
                </>
              }
              end={<IconButton small icon={MoreIcon} label="More" />}
            />
            <ListRow href="#" unread="unread" title="Not seen yet" meta={<span>{long}</span>} />
            <ListRow
              href="#"
              start={<DayMark month="Nov" day="28" chosen />}
              title={long}
              meta={<span>A leaf of the calendar</span>}
            />
          </List>
        </Split>
      </Section>
      <Section title="Cards, figures, people" hint="A card is for what is taken or left as a whole.">
        <div class={styles.columns}>
          <Card title="A card" href="#" meta={<span>one fact</span>}>
            <p>It has one target: its title, which covers it.</p>
          </Card>
          <Card title={long}>
            <Row>
              <Stat label="Members" value="1,024" note="+12 this week" />
              <Stat label="字数" value="23,500" />
            </Row>
          </Card>
        </div>
        <Stack>
          <Row>
            <Avatar name="林 樵" id="a" />
            <Avatar name="Wei Zhou" id="b" size="small" />
            <Avatar name="Maren Oduya" id="c" size="large" />
            <Badge>neutral</Badge>
            <Badge tone="accent">accent</Badge>
            <Badge tone="info">info</Badge>
            <Badge tone="warn">warn</Badge>
            <Badge tone="danger">danger</Badge>
          </Row>
          <Table
            label="Table"
            rows={[
              { month: '2026-10', sold: 'Offline-first, from the inside', count: 12 },
              { month: '2026-11', sold: '从零写一个同步引擎', count: 1024 },
            ]}
            columns={[
              { head: 'Month', cell: ({ month }) => month },
              { head: 'Words', cell: ({ sold }) => sold, words: true },
              { head: 'Figures', cell: ({ count }) => count.toLocaleString('en') },
            ]}
          />
          <Meta>
            <span>one fact</span>
            <span>another</span>
            <span>第三个</span>
          </Meta>
        </Stack>
      </Section>
    </>
  )
}
