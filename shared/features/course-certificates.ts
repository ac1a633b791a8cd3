/**
 * Certificates: that a member has completed a course. Its id cannot be guessed, and whoever has it can check the
 * certificate without being anybody here, until its holder withdraws it from the public.
 */
import * as v from 'valibot'

/** Its holder's own. */
export interface CertificateRow {
  memberId: string
  courseId: string
  /** Of the course, as it was called then. */
  title: string
  lang: 'zh' | 'en'
  at: number
  /** Can be checked by whoever has the address. */
  shown: boolean
  /** By those who run the course; `null`: it holds. */
  revokedAt: number | null
}

/** What whoever checks one is told. */
export interface CertificateView {
  name: string
  title: string
  lang: 'zh' | 'en'
  at: number
  revokedAt: number | null
  community: string
}

export const certificateIdInput = v.pipe(v.string(), v.regex(/^[\w-]{24}$/))

export function certificatePath(id: string): string {
  return `/certificates/${id}`
}
