/** Notices on the server: other features' facts become rows of members' inboxes, pushes and mails. */
import type { ServerHalf } from '#server/core/feature.ts'
import type { notifications as contract } from '#shared/features/notifications.ts'
import { createCommands } from './commands.ts'
import { onDeleted } from './deleted.ts'
import { on } from './facts.ts'
import { digest, digests, mailNotices, planDigest, routes } from './mail.ts'
import { keptKey, knownPushHosts, push } from './push.ts'
import { migrations } from './tables.ts'

/** A push service of one's own, for those who run one: `push.example.org` or `127.0.0.1:8080`, commas between. */
function pushHosts(): readonly string[] {
  const own = process.env.PUSH_HOSTS?.split(',').map((host) => host.trim()) ?? []
  return [...knownPushHosts, ...own.filter((host) => host !== '')]
}

export const notifications: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    notifications_notice: ['notices'],
    notifications_settings: ['notice_settings'],
    notifications_follow: ['follows'],
    notifications_device: 'secret',
    notifications_key: 'secret',
  },
  commands: createCommands(pushHosts),
  rows: {
    notices: { audience: (notice) => `member:${notice.memberId}` },
    notice_settings: { audience: (_settings, id) => `member:${id}` },
    follows: { audience: (follow) => `member:${follow.memberId}` },
    push_key: { audience: () => 'members' },
  },
  documents: {},
  queries: {},
  on: { ...on, 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  jobs: {
    push: (services, payload) => push(services, pushHosts(), payload),
    mail: mailNotices,
    digests,
    digest,
  },
  routes,
  async start(services) {
    await keptKey(services)
    await services.transact(planDigest)
  },
}
