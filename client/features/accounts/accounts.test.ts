import { describe, expect, test } from 'vitest'
import { accounts, type MemberRow, signUp } from '#shared/features/accounts.ts'
import { say } from '#shared/words/index.ts'
import { actName, needsDecision, subjectOf, writtenFields, writtenText } from './acts.ts'
import { describeAgent } from './agent.ts'
import { checkFields } from './check-fields.ts'
import { findMembers } from './find-members.ts'
import { inviteCode, inviteLink, ownPath } from './links.ts'

describe('links', () => {
  test('after signing in one stays in this app, whatever the address says', () => {
    expect(ownPath('/discuss/1#p2')).toBe('/discuss/1#p2')
    for (const away of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '',
      null,
    ]) {
      expect(ownPath(away)).toBe('/')
    }
  })

  test('an invitation is taken as a code or as the whole link', () => {
    const link = inviteLink('https://lyceum.example', 'a-code_1')
    expect(inviteCode(` ${link}\n`)).toBe('a-code_1')
    expect(inviteCode('a-code_1')).toBe('a-code_1')
  })
})

describe('forms', () => {
  const filled = {
    invite: 'x',
    name: 'Ada',
    handle: 'ada',
    email: 'ada@example.org',
    password: 'long enough',
    language: 'en',
  }

  test('every bad field is named at once, in the schema’s order', () => {
    const found = checkFields(signUp, { ...filled, name: ' ', email: 'ada', password: 'short' })
    expect([...found.keys()]).toEqual(['name', 'email', 'password'])
    expect(found.get('password')).toMatchObject({ reason: 'core.invalid_min_length', params: { limit: 8 } })
    expect(checkFields(signUp, filled).size).toBe(0)
  })

  test('an empty field is called empty, an ill-formed handle by its own rule', () => {
    const rules = { handle: 'accounts.handle_rule' } as const
    expect(checkFields(signUp, { ...filled, handle: '' }, rules).get('handle')?.reason).toBe(
      'core.invalid_non_empty',
    )
    const found = checkFields(signUp, { ...filled, handle: '艾达' }, rules)
    expect(found.get('handle')?.reason).toBe('accounts.handle_rule')
  })

  test('each reason has words in both languages', () => {
    const found = checkFields(signUp, {
      invite: 1,
      name: '',
      handle: '!',
      email: 'x',
      password: 'x',
      language: 'fr',
    })
    expect(found.size).toBe(6)
    for (const { reason, params } of found.values()) {
      for (const lang of ['en', 'zh'] as const) expect(say(lang, reason!, params)).toBeTruthy()
    }
  })

  test('the profile’s own schema can be checked field by field', () => {
    const found = checkFields(accounts.commands.edit_profile.input, {
      name: 'Ada',
      handle: 'ada',
      bio: 'x'.repeat(501),
    })
    expect([...found.keys()]).toEqual(['bio'])
  })
})

describe('what is waiting', () => {
  const entry = {
    input: { threadId: 't', title: 'Why', body: 'Because\nof this', tags: ['x'], kind: 'question' },
  }

  test('shows what a person wrote, in reading order, and nothing else', () => {
    expect(writtenText(entry)).toBe('Why\n\nBecause\nof this')
    expect(subjectOf({ input: { sessionId: 's', on: true } })).toEqual({ table: 'sessions', id: 's' })
    expect(subjectOf({ input: { title: 'Why' } })).toBeUndefined()
    expect(writtenFields(entry).map(({ field, long }) => [field, long])).toEqual([
      ['title', false],
      ['body', true],
    ])
  })

  test('knows what to call an act, and admits when it does not', () => {
    expect(say('zh', actName('discussions.post')!)).toBe('帖子')
    expect(actName('planning.later')).toBeUndefined()
    expect(actName('constructor')).toBeUndefined()
  })

  test('asks for a decision about refused and stuck acts only', () => {
    const states = ['device', 'sent', 'saved', 'held', 'refused', 'parked'] as const
    expect(states.filter((state) => needsDecision({ state }))).toEqual(['refused', 'parked'])
  })
})

test('browsers are called what their owners call them', () => {
  const agents = {
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0':
      'Edge Windows',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Mobile/15E Safari/604.1':
      'Safari iPhone',
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36': 'Chrome Android',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:120.0) Gecko/20100101 Firefox/120.0': 'Firefox macOS',
  }
  for (const [agent, name] of Object.entries(agents)) {
    const { browser, system } = describeAgent(agent)!
    expect(`${browser} ${system}`).toBe(name)
  }
  expect(describeAgent('curl/8.0')).toBeUndefined()
})

test('members are found by parts of name and handle, the newest first', () => {
  const member = (handle: string, name: string, joinedAt: number): MemberRow => ({
    id: handle,
    handle,
    name,
    bio: '',
    role: 'member',
    joinedAt,
  })
  const all = [
    member('ada', 'Ada Lovelace', 1),
    member('grace', 'Grace Hopper', 2),
    member('lin', '林 艾达', 3),
  ]
  const found = (asked: string): string[] => findMembers(all, asked).map(({ handle }) => handle)
  expect(found('')).toEqual(['lin', 'grace', 'ada'])
  expect(found('@ADA love')).toEqual(['ada'])
  expect(found('艾达')).toEqual(['lin'])
  expect(found('nobody')).toEqual([])
})
