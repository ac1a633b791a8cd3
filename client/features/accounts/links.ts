/** A path of this app, never another site's: `?then=//elsewhere` must not lead out. */
export function ownPath(then: unknown): string {
  return typeof then === 'string' && /^\/(?![/\\])/.test(then) ? then : '/'
}

export function inviteLink(origin: string, token: string): string {
  return `${origin}/sign-up?invite=${encodeURIComponent(token)}`
}

/** The code of an invitation, from the code itself or from the whole link. */
export function inviteCode(pasted: string): string {
  const text = pasted.trim()
  return URL.canParse(text) ? (new URL(text).searchParams.get('invite') ?? text) : text
}
