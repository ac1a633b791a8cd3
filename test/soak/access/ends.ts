/** In how many ways access ends, and what each of them takes away. */
import { uuidv7 } from '#shared/core/ids.ts'
import type { Member, Role } from '#shared/core/viewer.ts'
import { type TestCommunity, testOrigin } from '../../support/community.ts'

export interface Moment {
  /** Of our own time (own-time.ts), by which promises are judged. */
  own: number
  wall: number
}

export type Stream = 'circle' | 'board' | 'draft' | 'invites' | 'article'

export interface Kind {
  role: Role | null
  /** What they lose. */
  streams: readonly Stream[]
  end(race: Race): Promise<unknown>
  /** By the hour: noticed by the next look at the clock. */
  byTime?: true
  /** All of this kind end at once. */
  together?: true
}

export interface Victim {
  kind: keyof typeof kinds
  member: Member | null
  cookie: string | null
  sessionId: string | null
}

interface Race extends Victim {
  wave: Wave
}

export interface Wave {
  community: TestCommunity
  base: string
  own: Member
  mod: Member
  ada: Member
  circle: string
  draft: string
  article: string
  articleAccess: 'public' | 'members'
  moment(): Moment
}

export const act = async ({ community }: Wave, by: Member, name: string, input: object): Promise<void> => {
  const { clock, services } = community
  const result = await services.execute(by, { id: uuidv7(clock.now), name, input, at: clock.now })
  if (!result.ok) throw new Error(`${name}: ${result.message}`)
}

export const hour = 3_600_000
/** What is for members in one way or another: whoever's session ended is a guest, and may read on what is public. */
const everything = ['circle', 'board', 'draft'] as const

export const kinds = {
  'signs out': {
    role: 'author',
    streams: everything,
    end: ({ wave, cookie }: Race) =>
      fetch(`${wave.base}/api/session`, {
        method: 'DELETE',
        headers: { origin: testOrigin, cookie: cookie! },
      }),
  },
  'signs out everywhere': {
    role: 'author',
    streams: everything,
    end: ({ wave, member }: Race) => act(wave, member!, 'accounts.sign_out_everywhere', {}),
  },
  'is removed': {
    role: 'author',
    streams: everything,
    end: ({ wave, member }: Race) => act(wave, wave.own, 'circles.remove', { memberId: member!.id }),
  },
  'is no moderator any more': {
    role: 'moderator',
    streams: ['invites'],
    end: ({ wave, member }: Race) =>
      act(wave, wave.own, 'accounts.set_role', { memberId: member!.id, role: 'member' }),
  },
  'is no author any more': {
    role: 'author',
    streams: ['draft'],
    end: ({ wave, member }: Race) =>
      act(wave, wave.own, 'accounts.set_role', { memberId: member!.id, role: 'member' }),
  },
  'is expelled': {
    role: 'member',
    streams: ['circle', 'board'],
    end: ({ wave, member }: Race) =>
      act(wave, wave.mod, 'circles.expel', { id: wave.circle, memberId: member!.id }),
  },
  'is no co-author any more': {
    role: 'author',
    streams: ['draft'],
    end: ({ wave, member }: Race) =>
      act(wave, wave.ada, 'articles.share_draft', { id: wave.draft, memberId: member!.id, on: false }),
  },
  'sees their grant end': {
    role: 'member',
    streams: ['circle', 'board'],
    end: async () => {},
    byTime: true,
    together: true,
  },
  'sees their session end': {
    role: 'author',
    streams: everything,
    end: async () => {},
    byTime: true,
    together: true,
  },
  'is a guest': {
    role: null,
    streams: ['article'],
    end: async () => {},
    together: true,
  },
} satisfies Record<string, Kind>

export const kindOf = ({ kind }: Pick<Victim, 'kind'>): Kind => kinds[kind]
