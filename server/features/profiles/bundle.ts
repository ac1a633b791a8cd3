/** `GET /api/own`: everything of mine, as one ZIP that is written while it is read. */
import type { Context } from 'hono'
import { refused } from '#server/core/refusals.ts'
import type { Services } from '#server/core/services.ts'
import type { Member, Viewer } from '#shared/core/viewer.ts'
import { zip } from '#shared/core/zip.ts'
import { type AccountRow, type CommunityRow, communityId, type MemberRow } from '#shared/features/accounts.ts'
import { translate } from '#shared/words/index.ts'

const anHour = 3_600
const mostAnHour = 6

export async function bundle({
  c,
  viewer,
  services,
}: {
  c: Context
  viewer: Viewer
  services: Services
}): Promise<Response> {
  const member = viewer as Member
  if (!(await services.allowRate(`own:${member.id}`, mostAnHour, anHour)))
    return refused('too_many', 'that was asked for often today', { params: { seconds: anHour } })
  const { profile, account, community } = await services.read(async (reader) => ({
    profile: await reader.row<MemberRow>('members', member.id),
    account: await reader.row<AccountRow>('accounts', member.id),
    community: await reader.row<CommunityRow>('community', communityId),
  }))
  const asked = c.req.query('lang')
  const lang = asked === 'zh' || asked === 'en' ? asked : (account?.language ?? 'en')
  const t = translate(lang)
  const date = new Date(services.now()).toISOString().slice(0, 10)
  const files = services.ownFiles(member, lang, {
    title: t('profiles.bundle_title', { name: profile?.name ?? '' }),
    made: t('profiles.bundle_from_server', { date, community: community?.name ?? 'Lyceum' }),
    data: t('profiles.bundle_data'),
  })
  return new Response(streamOf(zip(files, services.now())), {
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="lyceum-${profile?.handle ?? 'own'}-${date}.zip"`,
      'cache-control': 'no-store',
    },
  })
}

/** Made as it is asked for: a bundle is never whole in memory. */
function streamOf(parts: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await parts.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await parts.return(undefined)
      },
    },
    { highWaterMark: 1 },
  )
}
