/** What members make, in every state that it can be in. Each is made as members make it, by those who are there for it. */
import { writeEvent, writeSession } from '#server/features/events/programme.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Opening } from '#shared/core/opening.ts'
import type { Audience } from '#shared/core/viewer.ts'
import { enrolmentId } from '#shared/features/courses.ts'
import { mentionId } from '#shared/features/discussions.ts'
import { planId } from '#shared/features/events.ts'
import { defaultRules } from '#shared/features/moderation-rules.ts'
import { setFields } from '#shared/features/plan-board.ts'
import { planRoom, voteId } from '#shared/features/planning.ts'
import { meetup } from '../../support/meetup.ts'
import { type Fact, grouped, sold } from './oracle.ts'
import type { Actor, Planter } from './planter.ts'

export const day = 86_400_000

export interface Circle {
  id: string
  access: 'circle' | 'public'
  state: 'open' | 'closed'
}

/** By `mod`. One is for those who were admitted, one is public, one will be closed. */
export async function plantCircles(planter: Planter): Promise<Circle[]> {
  const { plant, newId, act, actor, file, rooms, pages, write } = planter
  const mod = actor('mod')
  const circles: Circle[] = [
    { id: newId('circle'), access: 'circle', state: 'open' },
    { id: newId('circle'), access: 'public', state: 'open' },
    { id: newId('circle'), access: 'circle', state: 'closed' },
  ]
  for (const { id, access, state } of circles) {
    const what = `the ${access} circle that is ${state}`
    const fact: Fact = { of: 'circle', id, access, state, part: 'all' }
    const board: Fact = { ...fact, part: 'board' }
    await act(mod, 'circles.found', { id, access, text: plant(what, fact), file: await file(what, fact) })
    rooms.set(`hall/${id}`, { kind: 'hall', fact })
    pages.push(`/circles/${id}`)
    const words = plant(`the board of ${what}`, board)
    await write(mod, `board/${id}`, words, { kind: 'board', fact: board })
  }
  return circles
}

/** A draft, by the first of its authors, with the others let in. */
export async function plantDraft(
  planter: Planter,
  what: string,
  state: 'open' | 'discarded',
  authors: readonly Actor[],
): Promise<string> {
  const { plant, newId, act, write } = planter
  const id = newId('draft')
  const known = authors.map((author) => author.member!.id)
  const fact = { of: 'draft', state, authors: known } as const
  await act(authors[0]!, 'articles.start_draft', {
    id,
    title: plant(`the title of ${what}`, { ...fact, part: 'row' }),
    articleId: null,
  })
  for (const other of authors.slice(1))
    await act(authors[0]!, 'articles.share_draft', { id, memberId: other.member!.id, on: true })
  const body: Fact = { ...fact, part: 'body' }
  const words = plant(`the text of ${what}`, body)
  await write(authors[0]!, `draft/${id}`, words, { kind: 'draft', fact: body })
  return id
}

const openings: Record<'public' | 'members' | 'withdrawn' | 'sold' | 'grouped', Opening> = {
  public: { to: 'public' },
  members: { to: 'members' },
  withdrawn: { to: 'public' },
  sold: { to: 'tiers', tiers: [sold.slice('tier:'.length)] },
  grouped: { to: 'groups', groups: [grouped.slice('group:'.length)] },
}

/** An article by `ada`, with a preview and a picture in each part of it. */
export async function plantArticle(
  planter: Planter,
  state: 'public' | 'members' | 'withdrawn' | 'sold' | 'grouped',
): Promise<string> {
  const { plant, newId, act, actor, file, attach, rooms, pages, ids } = planter
  const ada = actor('ada')
  const id = newId('article')
  ids.draft.push(id)
  const what = `an article (${state})`
  const common = { of: 'article', state, author: ada.member!.id } as const
  const teaser: Fact = { ...common, part: 'teaser' }
  const preview: Fact = { ...common, part: 'preview' }
  const body: Fact = { ...common, part: 'body' }
  const [shown, hash] = [await file(`the preview of ${what}`, preview), await file(what, body)]
  await act(ada, 'articles.start_draft', { id, title: '', articleId: null })
  const title = plant(`the title of ${what}`, teaser)
  await act(ada, 'articles.publish', {
    draftId: id,
    title,
    description: plant(`the description of ${what}`, teaser),
    tags: [],
    lang: 'en',
    opening: openings[state],
    body: [
      plant(`the preview of ${what}`, preview),
      `![a picture](/api/files/${shown})`,
      '<!-- more -->',
      plant(`the text of ${what}`, body),
      `![another](/api/files/${hash})`,
    ].join('\n\n'),
  })
  if (state === 'sold') await attach(ada, `article:${id}`, what, body)
  // Its draft would say what it says to its author and to owners.
  await act(ada, 'articles.discard_draft', { id })
  rooms.set(`content/${id}`, { kind: 'content', fact: body })
  rooms.set(`draft/${id}`, { kind: 'draft', fact: { of: 'nobody' } })
  pages.push(`/read/${id}`, `/read/${title}`)
  return id
}

/**
 * Courses by `ada`, one of each kind, with a lesson that is free to try, one that opens later and one that is sold; `mem` takes the public one,
 * which is required of everybody.
 */
export async function plantCourses(planter: Planter): Promise<void> {
  const { plant, mark, newId, act, actor, file, attach, rooms, pages } = planter
  const ada = actor('ada')
  const mem = actor('mem')
  for (const state of ['public', 'members', 'purchase', 'draft'] as const) {
    const courseId = newId('course')
    const chapterId = newId('chapter')
    const what = `a course (${state})`
    const author = ada.member!.id
    const fact = { of: 'course', state, author } as const
    const said = (about: string): string => plant(`${about} of ${what}`, { ...fact, part: 'catalogue' })
    const title = said('the title')
    await act(ada, 'courses.start_course', { courseId, title, lang: 'en' })
    await act(ada, 'courses.describe_course', {
      courseId,
      title,
      description: said('the description'),
      tags: [],
      lang: 'en',
      opening: { to: state === 'draft' ? 'public' : state },
    })
    const chapters = [{ id: chapterId, title: said('the chapter'), lessons: [] }]
    await act(ada, 'courses.arrange', { courseId, chapters })
    pages.push(`/learn/${courseId}`, `/learn/${title}`)
    for (const part of ['free', 'later', 'body'] as const) {
      const lessonId = newId(part === 'later' ? 'later lesson' : 'lesson')
      const body: Fact = { ...fact, part }
      const hash = await file(`a lesson (${part}) of ${what}`, body)
      await act(ada, 'courses.save_lesson', {
        courseId,
        lessonId,
        chapterId,
        title: said(`the title of a lesson (${part})`),
        body: `${part === 'later' ? plant(`a preview (${part}) of ${what}`, body) : said('a preview')}\n\n<!-- more -->\n\n${plant(`a text (${part}) of ${what}`, body)}\n\n![p](/api/files/${hash})`,
        free: part !== 'body',
        opensAt: part === 'later' ? planter.community.clock.now + 300 * 86_400_000 : null,
        base: null,
      })
      const [right, wrong] = [newId('question'), newId('question')]
      const question = {
        id: newId('question'),
        kind: 'single' as const,
        text: plant(`a question (${part}) of ${what}`, body),
        options: [
          { id: right, text: plant(`an option (${part}) of ${what}`, body) },
          { id: wrong, text: 'x' },
        ],
        right: [right],
        why: plant(`the key (${part}) of ${what}`, { of: 'quiz key', author }),
      }
      await act(ada, 'courses.save_quiz', {
        courseId,
        lessonId,
        quiz: { passMark: 50, attempts: 1, required: false, shuffled: true, questions: [question] },
      })
      await act(ada, 'courses.save_task', {
        courseId,
        lessonId,
        task: {
          text: plant(`a task (${part}) of ${what}`, body),
          criteria: [
            { id: newId('question'), text: plant(`a criterion (${part}) of ${what}`, body), points: 1 },
          ],
          dueAt: null,
          passMark: 50,
          required: false,
          reviewedBy: 'peers',
          peers: 1,
        },
      })
      if (state === 'purchase' || state === 'draft')
        await attach(ada, `lesson:${lessonId}`, `a lesson (${part}) of ${what}`, body)
      rooms.set(`lesson/${lessonId}`, { kind: 'lesson', fact: body })
      pages.push(`/learn/${courseId}/${lessonId}`)
    }
    await act(ada, 'courses.save_cohort', {
      id: newId('cohort'),
      courseId,
      name: said('a cohort'),
      startsAt: planter.community.clock.now,
      joining: 'closed',
      weeks: {},
    })
    if (state !== 'draft') await act(ada, 'courses.publish_course', { courseId })
    if (state !== 'public') continue
    await act(mem, 'courses.enrol', { courseId })
    mark(enrolmentId(mem.member!.id, courseId), 'an enrolment', { of: 'own', member: mem.member!.id })
    await plantAnswers(planter, courseId)
    const assignment = { id: newId('assignment'), courseId, to: 'members', dueAt: null }
    await act(actor('own'), 'courses.assign', assignment)
  }
}

/** `mem` and `bea` hand in, each is to review what the other did, and `bea` has. */
async function plantAnswers(planter: Planter, courseId: string): Promise<void> {
  const { plant, newId, act, actor, ids } = planter
  const [mem, bea] = [actor('mem'), actor('bea')]
  const lessonId = ids.lesson.at(-1)!
  const author = actor('ada').member!.id
  const fact: Fact = { of: 'answer', author, besides: [mem.member!.id, bea.member!.id] }
  for (const one of [mem, bea]) {
    const text = plant(`what ${one.name} handed in`, fact)
    await act(one, 'courses.hand_in', { courseId, lessonId, answerId: newId('answer'), after: null, text })
  }
  const asked = await planter.readFeed(bea)
  const row = asked.findLast(
    ({ table, data }) =>
      table === 'peer_answers' && (data as { memberId?: string } | null)?.memberId === bea.member!.id,
  )!
  await act(bea, 'courses.review_peer', {
    courseId,
    id: row.id,
    marks: [{ id: ids.question.at(-1)!, points: 1, comment: plant('a comment of bea’s', fact) }],
    said: plant('what bea said of it', fact),
  })
}

/** Events, with a session each that `mem` plans to attend and takes notes of. */
export async function plantEvents(planter: Planter): Promise<void> {
  const { plant, mark, newId, act, actor, pages, write } = planter
  const { services, clock } = planter.community
  const mem = actor('mem')
  for (const access of ['public', 'members'] as const) {
    const fact: Fact = { of: 'event', access }
    const event = newId('event')
    const session = newId('session')
    const start = clock.now + 30 * day
    const slug = `event-${access}`
    const common = { start, end: start + day, url: null, access }
    await services.transact(async (tx) => {
      await writeEvent(tx, {
        ...common,
        id: event,
        slug,
        title: plant(`the title of an event (${access})`, fact),
        description: plant(`the description of an event (${access})`, fact),
        timeZone: 'UTC',
        place: '',
        rooms: [],
        tracks: [],
        days: [new Date(start).toISOString().slice(0, 10)],
      })
      await writeSession(tx, {
        ...common,
        id: session,
        eventId: event,
        day: new Date(start).toISOString().slice(0, 10),
        room: '',
        track: '',
        type: '',
        lang: '',
        title: plant(`the title of a session (${access})`, fact),
        subtitle: '',
        abstract: plant(`the abstract of a session (${access})`, fact),
        description: '',
        persons: [],
      })
    })
    pages.push(`/events/${slug}`, `/events/${slug}/${session}`)
    await act(mem, 'events.save_session', { sessionId: session, on: true })
    mark(planId(mem.member!.id, session), 'a plan', { of: 'own', member: mem.member!.id })
    const notes: Fact = { of: 'notes', state: 'now' }
    const words = plant(`notes (${access})`, notes)
    await write(mem, `notes/${session}`, words, { kind: 'notes', fact: notes })
    await act(mem, 'notes.keep_version', {
      sessionId: session,
      id: newId('version'),
      name: plant(`the name of a version (${access})`, { of: 'notes', state: 'version' }),
      body: plant(`the text of a version (${access})`, { of: 'notes', state: 'version' }),
    })
  }
}

/** A plan of the first event, on which `granted` works, too, and a topic that `mem` proposes. */
export async function plantPlans(planter: Planter): Promise<void> {
  const { plant, mark, newId, act, actor, write, ids, community } = planter
  const [mem, mod, granted] = [actor('mem'), actor('mod'), actor('granted')]
  const event = ids.event[0]!
  const staff: Audience = `event:${event}:staff`
  await community.services.transact((tx) => tx.grant(granted.member!.id, staff, 'world'))
  granted.standing.granted = [...(granted.standing.granted ?? []), staff]
  const fact: Fact = { of: 'plan', event }
  const choice = { template: 'meetup', lang: 'en', currency: 'CNY', proposalId: null }
  await act(mod, 'planning.start', { eventId: event, ...choice })
  await write(mod, planRoom(event), plant('the notes of a plan', fact), { kind: 'plan', fact })
  const task = plant('a task of a plan', fact)
  await community.community.edit(mod.member!, planRoom(event), (doc) =>
    setFields(doc, 'tasks', 't1', { title: task }),
  )
  await community.community.quiesce()
  const proposalId = newId('proposal')
  await act(mem, 'planning.propose', {
    proposalId,
    title: plant('the title of a proposal', { of: 'proposal' }),
    text: plant('the text of a proposal', { of: 'proposal' }),
    template: 'meetup',
  })
  mark(voteId(proposalId, mem.member!.id), 'a vote', { of: 'own', member: mem.member!.id })
}

/** A draft that only those see who run it; an event with a link for who goes, `mem`, whose answers those see who run it. */
export async function plantMeetups(planter: Planter): Promise<void> {
  const { plant, act, actor, pages } = planter
  const [own, mem] = [actor('own'), actor('mem')]
  const running = { of: 'running', besides: [] } as const
  const attending = { of: 'running', besides: [mem.member!.id] } as const
  const common = meetup(planter.community.clock.now + 30 * day)
  const [draftId, eventId] = [uuidv7(), uuidv7()]
  await act(own, 'events.create', {
    ...common,
    eventId: draftId,
    title: plant('the title of an event (draft)', running),
    description: plant('the description of an event (draft)', running),
    draft: true,
  })
  await act(own, 'events.create', {
    ...common,
    eventId,
    title: plant('the title of a meetup', { of: 'event', access: 'members' }),
    online: true,
    link: `https://meet.example/${plant('the link of a meetup', attending)}`,
    questions: [{ id: 'q', text: 'Why?', kind: 'text', options: [], required: true }],
  })
  const answers = { q: plant('an answer at sign-up', attending) }
  await act(mem, 'events.rsvp', { eventId, on: true, answers })
  mem.standing.granted = [...(mem.standing.granted ?? []), `event:${eventId}:attendees`]
  const name = plant('a guest at the door', running)
  await act(own, 'events.walk_in', { eventId, scanId: uuidv7(), name })
  pages.push(`/events/${draftId}`, `/events/${eventId}`)
}

/** A question by `mem`, with answers by `ada`: one that was edited, one that `mod` deleted. */
export async function plantThread(
  planter: Planter,
  what: string,
  state: 'open' | 'deleted',
  subject: object | null,
): Promise<void> {
  const { plant, mark, newId, act, actor, rooms } = planter
  const [mem, ada, mod] = [actor('mem'), actor('ada'), actor('mod')]
  const threadId = newId('thread')
  const opening = newId('post')
  await act(mem, 'discussions.open_thread', {
    threadId,
    postId: opening,
    title: plant(`the title of ${what}`, { of: 'thread', state }),
    kind: 'question',
    subject,
    tags: [],
    body: plant(`the question of ${what}`, { of: 'post', state }),
  })
  rooms.set(`thread/${threadId}`, { kind: 'thread', fact: { of: 'thread', state } })
  if (state === 'deleted') {
    await act(mem, 'discussions.delete_post', { threadId, postId: opening })
    return
  }
  const [edited, deleted] = [newId('post'), newId('post')]
  const reply = (postId: string, body: string): Promise<string> =>
    act(ada, 'discussions.post', { threadId, postId, body, replyTo: null })
  await reply(edited, plant(`what stood in ${what} before`, { of: 'post', state: 'earlier' }))
  const now = plant(`what stands in ${what} now`, { of: 'post', state: 'open' })
  await act(ada, 'discussions.edit_post', { threadId, postId: edited, body: `@mem ${now}` })
  const forMem: Fact = { of: 'own', member: mem.member!.id }
  mark(mentionId(edited, mem.member!.id), `the mention of mem in ${what}`, forMem)
  await reply(deleted, plant(`what was deleted from ${what}`, { of: 'post', state: 'deleted' }))
  await act(mod, 'discussions.delete_post', { threadId, postId: deleted })
}

/** What the author of a group's article says under it. */
export async function plantInnerThread(
  { plant, act, actor, rooms }: Planter,
  articleId: string,
): Promise<void> {
  const ada = actor('ada')
  const [threadId, postId] = [uuidv7(), uuidv7()]
  const fact: Fact = { of: 'inner thread', author: ada.member!.id }
  await act(ada, 'discussions.open_thread', {
    threadId,
    postId,
    title: plant('the title of a thread on a group’s article', fact),
    kind: 'talk',
    subject: { kind: 'article', id: articleId },
    tags: [],
    body: plant('what is said about a group’s article', fact),
  })
  rooms.set(`thread/${threadId}`, { kind: 'thread', fact })
}

/** In an open thread: a post of `ada`'s that was hidden, one that is held, and a report of `mem`'s with a note. */
export async function plantModerated({ plant, ids, act, actor }: Planter): Promise<void> {
  const [mem, ada, mod] = [actor('mem'), actor('ada'), actor('mod')]
  const threadId = ids.thread[0]!
  const blame = { reason: 'spam', note: '' }
  const forAda: Fact = { of: 'own', member: ada.member!.id }
  const keepers = (of: Actor): Fact => ({ of: 'kept', member: of.member!.id })

  await act(mem, 'moderation.report', {
    target: `post:${ids.post[1]}`,
    reason: 'other',
    note: plant('the note of a report', keepers(mem)),
  })
  const hidden = uuidv7()
  const body = plant('what was hidden', forAda)
  await act(ada, 'discussions.post', { threadId, postId: hidden, body, replyTo: null })
  const down = { decisionId: uuidv7(), target: `post:${hidden}`, act: 'hide', ...blame }
  await act(mod, 'moderation.take_down', down)
  const rule = { id: uuidv7(), name: 'held', on: true, act: 'hold', who: 'all', kind: 'words' }
  const rules = { ...defaultRules, rules: [{ ...rule, words: ['held back'] }] }
  await act(mod, 'moderation.set_rules', { rules })
  await act(mem, 'discussions.post', {
    threadId,
    postId: uuidv7(),
    body: `held back ${plant('what is held', keepers(mem))}`,
    replyTo: null,
  })
}
