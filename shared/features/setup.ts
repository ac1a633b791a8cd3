/**
 * How a community is configured: which features it uses, who may join, and whom a new article or course is for. A
 * preset is a beginning; all of it can be changed later. Names of features that this version does not have are kept
 * and mean nothing.
 */
import * as v from 'valibot'
import { type Opening, opening } from '../core/opening.ts'

/** `invite`: by invitation only; `approval`: whoever asks, once somebody who runs the community agrees; `open`: whoever asks. */
export const signUpPolicies = ['invite', 'approval', 'open'] as const
export type SignUpPolicy = (typeof signUpPolicies)[number]

export interface Settings {
  /** Features that are not used. */
  off: readonly string[]
  signUp: SignUpPolicy
  /** Of a new article or course. */
  opening: Opening
  /** The largest film or recording; where absent, `mediaMegabytes.usual` (media.ts). */
  mediaMegabytes?: number | undefined
}

export const settings = v.strictObject({
  off: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z]{1,30}$/))), v.maxLength(50)),
  signUp: v.picklist(signUpPolicies),
  opening,
  /** Of devices that do not know it absent: it stays. */
  mediaMegabytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4_000))),
})

/** Of a community that has chosen nothing. */
export const defaults: Settings = { off: [], signUp: 'invite', opening: { to: 'members' } }

export const presetNames = ['paid', 'academy', 'project'] as const
export type PresetName = (typeof presetNames)[number]

export const presets: Readonly<Record<PresetName, Settings>> = {
  /** Members pay: tiers and single purchases, previews for everybody. */
  paid: { off: ['groups'], signUp: 'open', opening: { to: 'members' } },
  /** A company's own people learn in groups, with courses that are required of them. */
  academy: { off: ['memberships', 'growth'], signUp: 'invite', opening: { to: 'members' } },
  /** Everything is there to be read; who contributes is seen. */
  project: { off: ['groups', 'memberships'], signUp: 'open', opening: { to: 'public' } },
}

/** @param community the row of the community, of whatever age. */
export function settingsOf(community: Partial<Settings> | null | undefined): Settings {
  const { off, signUp, opening } = defaults
  return {
    off: community?.off ?? off,
    signUp: community?.signUp ?? signUp,
    opening: community?.opening ?? opening,
  }
}
