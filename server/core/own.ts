/** "Everything of mine", as the server has it: each used feature's part, read through what the member may see. */
import type { Doc } from 'yjs'
import { type OwnFile, type OwnPart, type OwnSource, type OwnWords, ownFiles } from '#shared/core/own.ts'
import type { Member } from '#shared/core/viewer.ts'
import type { ZipEntry } from '#shared/core/zip.ts'
import type { Reader, Registry } from './feature.ts'
import type { Services } from './services.ts'

/** @param used what the community uses now */
export function ownOf(
  used: Registry,
  services: Pick<Services, 'read' | 'access' | 'docOf'>,
  member: Member,
  lang: 'zh' | 'en',
  words: OwnWords,
): AsyncIterable<ZipEntry> {
  const source: OwnSource = {
    memberId: member.id,
    lang,
    rows: <R>(table: string) =>
      services.read(async (reader) => {
        const readable = await reader.readable(member, table)
        return (await reader.rows<R>(table)).filter(({ id }) => readable.has(id))
      }),
    async doc(room): Promise<Doc | undefined> {
      const mayRead = await services.access(member, { kind: 'room', room }, 'read')
      return mayRead ? services.docOf(room) : undefined
    },
  }
  return ownFiles(partsOf(used, services), source, words)
}

function partsOf(used: Registry, services: Pick<Services, 'read'>): OwnPart[] {
  return Object.entries(used.contracts).map(([name, { own }]) => {
    const half = used.features[name]
    const files = half?.own
      ? (source: OwnSource): AsyncIterable<OwnFile> =>
          filesOf(services, (reader) => half.own!(reader, source))
      : own?.files
    return { ...(own?.rows ? { rows: own.rows } : {}), ...(files ? { files } : {}) }
  })
}

/** A reader outside transactions holds nothing: it may be read with for as long as it takes. */
async function* filesOf(
  services: Pick<Services, 'read'>,
  files: (reader: Reader) => AsyncIterable<OwnFile>,
): AsyncGenerator<OwnFile> {
  const reader = await services.read((one) => Promise.resolve(one))
  yield* files(reader)
}
