/** How the demo is configured, its groups, and two who ask to join. */
import { uuidv7 } from '#shared/core/ids.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import { type Asking, ask } from '../features/accounts/joining.ts'
import type { DemoPart } from './part.ts'

const day = 86_400_000

interface Group {
  name: string
  description: string
  joining: 'open' | 'closed'
  lead: string
  members: string[]
}

const groups: Group[] = [
  {
    name: '志愿者 · Volunteers',
    description: '现场签到、引导和设备。The people at the door, with the cables.',
    joining: 'closed',
    lead: 'tobias',
    members: ['tobias', 'xiaoman', 'chenmo', 'hanaw', 'pieter', 'jiangyu'],
  },
  {
    name: 'SQLite 读书会 · SQLite reading group',
    description: '每两周读一节源码注释。A section of the source, every other week.',
    joining: 'open',
    lead: 'zhouyan',
    members: ['zhouyan', 'davor', 'suhang', 'noor', 'yelan'],
  },
]

const asking: Pick<Asking, 'name' | 'handle' | 'language' | 'why'>[] = [
  {
    name: '宋知夏',
    handle: 'zhixia',
    language: 'zh',
    why: '在做离线优先的医疗记录应用，想看看大家怎么处理冲突。',
  },
  {
    name: 'Emeka Obi',
    handle: 'emeka',
    language: 'en',
    why: 'I run a repair café and keep its inventory in SQLite. Tobias told me about you.',
  },
]

export const setup: DemoPart = ({ now, community, send, rows }) => [
  {
    at: now - 40 * day,
    act: () =>
      send('linqiao', 'accounts.configure_community', {
        off: [],
        signUp: 'approval',
        opening: { to: 'members' },
      }),
  },
  ...groups.map(({ lead, members, ...group }, index) => ({
    at: now - (30 - index) * day,
    async act() {
      const id = uuidv7(now - index)
      await send('maren', 'groups.create', { id, ...group })
      await send('maren', 'groups.add', { groupId: id, who: members })
      const found = (await rows<MemberRow>('members')).find(({ data }) => data.handle === lead)
      await send('maren', 'groups.set_lead', { groupId: id, memberId: found!.id, lead: true })
    },
  })),
  ...asking.map((who, index) => ({
    at: now - (index + 1) * day,
    // Without a password, nobody signs in as them.
    act: () =>
      community.services.transact((tx) =>
        ask(tx, { ...who, email: `${who.handle}@ballast.example`, passwordHash: '' }),
      ),
  })),
]
