/** The session that a reader has just come back from, so that the programme opens where they left it. */
let visited: { eventId: string; sessionId: string } | undefined

export function setVisited(eventId: string, sessionId: string): void {
  visited = { eventId, sessionId }
}

/** @returns its id once, when it belongs to this event. */
export function takeVisited(eventId: string): string | undefined {
  const sessionId = visited?.eventId === eventId ? visited.sessionId : undefined
  visited = undefined
  return sessionId
}
