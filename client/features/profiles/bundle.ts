/** The file with everything of mine: the server's, or what this device can make of what it has. */
import type { Core } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { versionHeader, versions } from '#shared/core/wire.ts'
import { zip } from '#shared/core/zip.ts'
import type { Lang } from '#shared/words/index.ts'

interface Bundle {
  blob: Blob
  name: string
}

/** `undefined`: the server cannot be reached. @throws when it can, and refuses */
export async function bundleFromServer(core: Core, lang: Lang): Promise<Bundle | undefined> {
  const response = await ask(lang, core.session.viewer().id ?? '')
  // A captive portal or a proxy answers, too.
  if (!response || response.status >= 502) return undefined
  if (!response.ok) throw new Error(`refused: ${response.status}`)
  if (response.headers.get('content-type') !== 'application/zip') return undefined
  return { blob: await response.blob(), name: nameOf(core) }
}

async function ask(lang: Lang, memberId: string): Promise<Response | undefined> {
  try {
    const headers = { [versionHeader]: String(versions.current), 'x-member': memberId }
    return await fetch(`/api/own?lang=${lang}`, { credentials: 'same-origin', headers })
  } catch {
    return undefined
  }
}

export async function bundleFromDevice(core: Core, lang: Lang): Promise<Bundle> {
  const t = await useI18n().speaking(lang)
  const { member } = core.session.info()
  const files = core.ownFiles(member?.id ?? '', lang, {
    title: t('profiles.bundle_title', { name: member?.name ?? '' }),
    made: t('profiles.bundle_from_device', { date: today() }),
    data: t('profiles.bundle_data'),
  })
  const parts: BlobPart[] = []
  for await (const part of zip(files, Date.now())) parts.push(part as Uint8Array<ArrayBuffer>)
  return { blob: new Blob(parts, { type: 'application/zip' }), name: nameOf(core) }
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}

function nameOf(core: Core): string {
  return `lyceum-${core.session.info().member?.handle ?? 'own'}-${today()}.zip`
}
