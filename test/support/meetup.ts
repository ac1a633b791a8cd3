/** An event as an organiser would make it. */
import type { CommandInput } from '#shared/features/index.ts'

export function meetup(start: number): Omit<CommandInput<'events.create'>, 'eventId'> {
  return {
    title: 'A meetup',
    description: '',
    start,
    end: start + 2 * 3_600_000,
    timeZone: 'Asia/Shanghai',
    online: false,
    place: 'The library',
    link: null,
    url: null,
    opening: { to: 'members' },
    capacity: null,
    questions: [],
    offerHours: 12,
    priorityTiers: [],
  }
}
