/** Pictures and other files that lie beside the imported texts: stored once, shown from our own origin. */
import { randomUUID } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, extname, join, posix, sep } from 'node:path'
import type { Services } from '#server/core/services.ts'

const types: Record<string, string | undefined> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.svg': 'image/svg+xml',
}
const largest = 10 * 1024 * 1024
/** Where site generators keep what their pages call `/images/…`. */
const roots = ['', 'public', 'static', 'assets', 'source']

export interface Assets {
  /** What to write for a picture, until `replaced` knows whether it is there. */
  image(address: string): string
  /** The same for a link to a picture of the folder; `undefined` when it is a link to something else. */
  file(address: string): string | undefined
  /** Puts the addresses of the stored files into the text. What is not there is marked `absent:`. */
  replaced(text: string): Promise<string>
  /** Pictures that are not there, not pictures or too large. */
  readonly absent: string[]
}

/** @param from path of the text that shows them. */
export function createAssets(services: Services, root: string, from: string): Assets {
  const wanted: string[] = []
  const absent: string[] = []
  // Nothing that a text could hold by chance.
  const prefix = `asset-${randomUUID()}-`
  const mark = (address: string): string => `${prefix}${wanted.push(address) - 1}-`

  async function stored(address: string): Promise<string> {
    const path = await located(root, from, address)
    const type = types[extname(address.replace(/[?#].*$/s, '')).toLowerCase()]
    if (path === undefined || type === undefined) {
      absent.push(address)
      return `absent:${encodeURIComponent(basename(address) || 'picture')}`
    }
    const hash = await services.storeFile(await readFile(path), type, basename(path))
    return `/api/files/${hash}`
  }

  return {
    absent,
    image(address) {
      if (/^https?:\/\//i.test(address)) return address
      if (address.startsWith('//')) return `https:${address}`
      if (address.startsWith('absent:') || address.startsWith('/api/files/')) return address
      return mark(address)
    },
    file(address) {
      const isLocal = !/^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i.test(address)
      return isLocal && types[extname(address).toLowerCase()] ? mark(address) : undefined
    },
    async replaced(text) {
      const addresses: string[] = []
      for (const address of wanted) addresses.push(await stored(address))
      const there = text.replace(
        new RegExp(`${prefix}(\\d+)-`, 'g'),
        (_, index: string) => addresses[Number(index)] ?? '',
      )
      // What has no description is at least named.
      return there.replace(
        /!\[\]\(absent:([^)\s]+)\)/g,
        (_, name: string) => `![${decodeURIComponent(name)}](absent:${name})`,
      )
    },
  }
}

function decoded(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

/** The file that an address means: beside the text, or below one of the site's roots; never outside the folder. */
async function located(root: string, from: string, address: string): Promise<string | undefined> {
  const path = decoded(address.replace(/[?#].*$/s, '').replace(/%(?![0-9a-f]{2})/gi, '%25'))
  const candidates = path.startsWith('/')
    ? roots.map((below) => join(root, below, path))
    : [join(root, posix.dirname(from), path), join(root, path)]
  const inside = `${await realpath(root)}${sep}`
  for (const candidate of candidates) {
    try {
      const real = await realpath(candidate)
      const { size, isFile } = await stat(real).then((found) => ({
        size: found.size,
        isFile: found.isFile(),
      }))
      if (isFile && real.startsWith(inside) && size <= largest) return real
    } catch {
      // Not there: the next place.
    }
  }
  return undefined
}
