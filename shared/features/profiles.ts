/**
 * One's own data: everything of mine as a file to keep, and leaving for good. Whoever asks to leave has a week to think
 * again; then what they wrote stands without a name, and what was only theirs is gone from every table and document.
 */
import * as v from 'valibot'
import { command, defineContract, fact, row } from '../core/contract.ts'

/** Milliseconds between asking and being gone. */
export const grace = 7 * 86_400_000

/** What becomes of the articles and courses of somebody who leaves. */
export const articleFates = ['keep', 'withdraw'] as const
export type ArticleFate = (typeof articleFates)[number]

/** Its member alone sees it; the row's id is theirs. */
export interface LeavingRow {
  askedAt: number
  dueAt: number
  articles: ArticleFate
}

/** To `POST /api/own/leave`: a password must never wait in an outbox. */
export const leaveInput = v.strictObject({
  password: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  articles: v.picklist(articleFates),
})

export const profiles = defineContract({
  name: 'profiles',
  always: true,
  commands: {
    /** Takes back the wish to leave. */
    stay: command(v.strictObject({}), () => 'leaving'),
  },
  rows: { leavings: row<LeavingRow>() },
  documents: {},
  queries: {},
  facts: {
    /**
     * A member is to be gone. Whoever keeps anything of theirs erases it now, in this transaction, also where their
     * feature is not used (`evenUnused`): what stays for others or for the books names nobody, only this id. Core has
     * its own part: sessions, grants, answers to commands, private rooms, and rows that were for them alone.
     */
    deleted: fact<{
      memberId: string
      /** What must be found nowhere any more. */
      handle: string
      name: string
      email: string
      /** Another member is called the same: what bears the name and no id may be theirs, and stays. */
      hasNamesake: boolean
      articles: ArticleFate
    }>(),
  },
})
