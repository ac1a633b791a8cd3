import type { MemberRow } from '#shared/features/accounts.ts'

/** Those whose name or handle contains all the words asked for, the newest first. */
export function findMembers(members: readonly MemberRow[], asked: string): MemberRow[] {
  const words = asked.toLowerCase().replaceAll('@', '').split(/\s+/).filter(Boolean)
  return members
    .filter((member) => {
      const text = `${member.name} ${member.handle}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    .sort((a, b) => b.joinedAt - a.joinedAt)
}
