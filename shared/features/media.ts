/**
 * Films, recordings and files that belong to a lesson or an article. Whoever may read its text has them, by a row of
 * its own (`attachments`, under `lesson:<id>` or `article:<id>`) that refers to the files: one function decides about
 * both. What a member has uploaded is a row of theirs alone (`uploads`) until they put it into such a list.
 *
 * Files come in parts, each a request of its own, so that an upload goes on after a lost connection or a restart where
 * it stood.
 */
import * as v from 'valibot'
import { command, defineContract, row } from '../core/contract.ts'
import { line } from '../core/line.ts'
import { pictureId } from './pictures.ts'
import type { Settings } from './setup.ts'

export const mediaBounds = {
  /** Bytes of a part; the last may be shorter. */
  part: 1_048_576,
  captions: 500_000,
  file: 50_000_000,
  /** In one list. */
  files: 30,
  languages: 12,
  /** That a member may begin within a day. */
  aDay: 200,
  /** That a member may keep, in bytes. */
  kept: 20_000_000_000,
} as const

/** Megabytes of a film or recording, where a community has chosen nothing, and the most that it can choose. */
export const mediaMegabytes = { usual: 300, most: 4_000 } as const

/** What an upload is to be: a film or recording, its captions, or anything else. */
export const uploadUses = ['media', 'captions', 'file'] as const
export type UploadUse = (typeof uploadUses)[number]

/** Its member alone sees it. Row id: `uploadId`. */
export interface UploadRow {
  name: string
  type: string
  size: number
  at: number
}

export interface Attached {
  hash: string
  name: string
  type: string
  size: number
}

export interface AttachedMedia extends Attached {
  kind: 'video' | 'audio'
  /** 0: the browser that uploaded it did not know. */
  seconds: number
}

export interface Captions {
  hash: string
  /** BCP 47. */
  lang: string
  size: number
}

/** Id: `lesson:<id>` or `article:<id>`. Never all empty. */
export interface AttachmentsRow {
  media: AttachedMedia | null
  captions: Captions[]
  files: Attached[]
}

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const name = line(200)
const subject = v.pipe(v.string(), v.regex(/^(lesson|article):[\w-]{1,60}$/))

/** `POST /api/uploads` */
export const beginUpload = v.strictObject({
  name,
  size: v.pipe(v.number(), v.integer(), v.minValue(1)),
  use: v.picklist(uploadUses),
  /** Tells the file that was begun from others, after a restart. */
  print: v.pipe(v.string(), v.regex(/^[\w:.-]{1,100}$/)),
})

/** What it answers: where to go on. */
export interface UploadState {
  id: string
  /** Parts that are there. */
  received: number
}

export const media = defineContract({
  name: 'media',
  always: true,
  commands: {
    /** The whole list of a lesson or an article, as it is to be from now on. */
    arrange: command(
      v.strictObject({
        subject,
        media: v.nullable(
          v.strictObject({
            hash,
            name,
            kind: v.picklist(['video', 'audio']),
            seconds: v.pipe(v.number(), v.minValue(0), v.maxValue(360_000)),
          }),
        ),
        captions: v.pipe(
          v.array(
            v.strictObject({
              hash,
              lang: v.pipe(v.string(), v.regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)),
            }),
          ),
          v.maxLength(mediaBounds.languages),
        ),
        files: v.pipe(v.array(v.strictObject({ hash, name })), v.maxLength(mediaBounds.files)),
      }),
      (input) => input.subject,
    ),
  },
  rows: { uploads: row<UploadRow>('at'), attachments: row<AttachmentsRow>() },
  documents: {},
  queries: {},
  facts: {},
  own: { rows: { uploads: (_row, id, memberId) => id.endsWith(`.${memberId}`) } },
})

export const uploadId = pictureId

interface Named {
  media: { hash: string } | null
  captions: readonly { hash: string }[]
  files: readonly { hash: string }[]
}

/** Bytes that an upload may have. @param community its row, of whatever age */
export function largestUpload(community: Partial<Settings> | null | undefined, use: UploadUse): number {
  if (use === 'media') return (community?.mediaMegabytes ?? mediaMegabytes.usual) * 1_000_000
  return use === 'captions' ? mediaBounds.captions : mediaBounds.file
}

/** Every file of a list, each once. */
export function hashesOf({ media, captions, files }: Named): string[] {
  return [...new Set([media, ...captions, ...files].flatMap((one) => (one ? [one.hash] : [])))]
}
