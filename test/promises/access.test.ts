/** Who may know what: `npm run soak -- access`, for a short while, and proof that its judge sees. */
import { expect, test } from 'vitest'
import type { Registry } from '#server/core/feature.ts'
import { registry } from '../soak/access/circles.ts'
import { probeEverything } from '../soak/access/matrix.ts'

test('nobody receives what they may not know, by any way in, and everybody what they may', {
  timeout: 180_000,
}, async () => {
  const { probes, breaches, unseen } = await probeEverything({ thin: true })
  expect(breaches).toEqual([])
  expect(unseen).toEqual([])
  expect(probes).toBeGreaterThan(9_000)
})

/** Rules with holes in them, of every kind that there can be. */
function withHoles(): Registry {
  const { articles, circles, discussions, accounts } = registry.features as Record<
    string,
    Registry['features'][string]
  >
  const open = async (): Promise<boolean> => true
  return {
    contracts: {
      ...registry.contracts,
      circles: {
        ...registry.contracts.circles!,
        documents: { ...registry.contracts.circles!.documents, board: { writers: 'members' } },
      },
    },
    features: {
      ...registry.features,
      // A row for whom it is not, and a file with it.
      articles: {
        ...articles!,
        rows: {
          ...articles!.rows,
          articles: { audience: () => 'everyone' },
          article_texts: { audience: () => 'everyone' },
        },
      },
      // A room that looks at nothing, a query that does not ask, a route without a guard.
      circles: {
        ...circles!,
        documents: { ...circles!.documents, board: { access: open } },
        queries: {
          minutes: {
            access: () => true,
            run: async ({ reader }, { id }) => reader.row('circles', id),
          },
        },
      },
      discussions: {
        ...discussions!,
        commands: {
          ...discussions!.commands,
          delete_post: {
            ...discussions!.commands.delete_post!,
            allow: () => ({ ok: true, value: undefined }),
          },
        },
      },
      accounts: {
        ...accounts!,
        documents: { me: { access: open } },
        routes: [
          ...(accounts!.routes ?? []),
          {
            method: 'GET',
            path: '/api/everybody',
            access: 'guest',
            handle: async ({ c, services }) =>
              c.json(await services.read((reader) => reader.rows('accounts'))),
          },
        ],
      },
    },
  }
}

test('the judge of access sees a hole in a row, a file, a room, a query, a command and a route', {
  timeout: 180_000,
}, async () => {
  const { breaches } = await probeEverything({ thin: true, registry: withHoles() })
  const all = breaches.join('\n')
  expect(all).toMatch(/guest: received articles\/.*the feed/)
  expect(all).toMatch(/guest received the text of an article \(members\) by content\//)
  expect(all).toMatch(/guest received the file of an article \(members\) by GET \/api\/files/)
  expect(all).toMatch(/guest received the board of the circle circle/)
  expect(all).toMatch(/guest: wrote where they may not, by board\//)
  expect(all).toMatch(/mem received the circle circle that is open by GET \/api\/queries\/circles\.minutes/)
  expect(all).toMatch(/mod received what ada reads by me\//)
  expect(all).toMatch(/was allowed, by discussions\.delete_post/)
  expect(all).toMatch(/a route that nobody has thought about, by GET \/api\/everybody/)
})
