/** Who has done what of a course, for those who run the community. */
export interface ReportLine {
  memberId: string
  handle: string
  name: string
  /** `null`: has not begun. */
  enrolledAt: number | null
  done: number
  completedAt: number | null
  /** The earliest of their assignments; `null`: took it of their own accord, or no date. */
  dueAt: number | null
  assigned: boolean
  certificate: { id: string; revoked: boolean } | null
}

export interface Report {
  lessons: number
  lines: ReportLine[]
}
