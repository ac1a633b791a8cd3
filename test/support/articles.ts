import { expect } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { TestCommunity, TestMember } from './community.ts'

/** An article for everybody, tagged with the first word of its title. Returns its item, `article:ID`. */
export async function publishArticle(
  community: TestCommunity,
  by: TestMember,
  title: string,
): Promise<string> {
  const id = uuidv7(community.clock.now)
  await community.send(by, 'articles.start_draft', { id, title, articleId: null })
  const published = await community.send(by, 'articles.publish', {
    draftId: id,
    title,
    body: `# ${title}\n\nAll about ${title}, at length.`,
    description: '',
    tags: [title.split(' ')[0]!.toLowerCase()],
    lang: 'en',
    opening: { to: 'public' },
  })
  expect(published.ok).toBe(true)
  return `article:${id}`
}
