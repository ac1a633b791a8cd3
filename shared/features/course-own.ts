/** What people read of theirs in "everything of mine": lessons they wrote, what they handed in, how they judged others. */
import { fileName, type OwnFile, type OwnSource } from '../core/own.ts'
import type { AnswerRow, PeerAnswerRow } from './course-tasks.ts'
import type { CourseRow, LessonRow } from './courses.ts'

type RoomOf = (lessonId: string) => string

export async function* ownTexts(source: OwnSource, room: RoomOf): AsyncGenerator<OwnFile> {
  yield* lessonFiles(source, room)
  yield* answerFiles(source)
}

/** What the member handed in, and what they said of the answers of others, which are not theirs to take along. */
async function* answerFiles({ memberId, rows }: OwnSource): AsyncGenerator<OwnFile> {
  const titles = new Map((await rows<LessonRow>('lessons')).map(({ id, data }) => [id, data.title]))
  for (const { id, data } of await rows<AnswerRow>('task_answers')) {
    if (data.memberId !== memberId) continue
    const title = titles.get(data.lessonId) ?? data.lessonId
    yield {
      path: `answers/${fileName(title)}-${data.n}-${id.slice(-6)}.md`,
      title: `${title} · ${data.n}`,
      text: `# ${title}\n\n${data.text}\n`,
    }
  }
  for (const { id, data } of await rows<PeerAnswerRow>('peer_answers')) {
    if (data.memberId !== memberId || !data.review) continue
    const title = titles.get(data.lessonId) ?? data.lessonId
    const { lines, said } = data.review
    const judged = lines.map(({ text, points, of, comment }) => `- ${text}: ${points}/${of} ${comment}`)
    yield {
      path: `reviews/${fileName(title)}-${id.slice(-6)}.md`,
      title,
      text: `# ${title}\n\n${judged.join('\n')}\n\n${said}\n`,
    }
  }
}

/** Lessons that the member wrote. */
async function* lessonFiles({ memberId, rows, doc }: OwnSource, room: RoomOf): AsyncGenerator<OwnFile> {
  const courseRows = await rows<CourseRow>('courses')
  for (const { id, data } of await rows<LessonRow>('lessons')) {
    if (data.authorId !== memberId) continue
    const course = courseRows.find((one) => one.id === data.courseId)
    const opened = await doc(room(id))
    if (!opened) continue
    const place = String(data.position + 1).padStart(3, '0')
    yield {
      path: `lessons/${fileName(course?.data.title ?? data.courseId)}/${place}-${fileName(data.title)}.md`,
      title: [course?.data.title, data.title].filter(Boolean).join(' · '),
      text: `# ${data.title}\n\n${opened.getText('body').toString()}\n`,
    }
  }
}
