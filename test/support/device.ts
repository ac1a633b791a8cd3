/** What a device holds of the member who is signed in on it, as the browser's own tools would show it. */
import type { Page } from 'playwright-core'
import * as Y from 'yjs'

/** @returns a store's rows by their keys; bytes stand there as text, in Latin-1 */
export async function storedOn<R>(
  page: Page,
  store: 'docs' | 'updates' | 'meta' | 'seen',
): Promise<Map<string, R>> {
  const rows = await page.evaluate(async (name) => {
    const asked = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const found = (await indexedDB.databases()).find((db) => /^lyceum-(?!guest)/.test(db.name!))!
    const db = await asked(indexedDB.open(found.name!))
    try {
      const held = db.transaction(name).objectStore(name)
      const [keys, values] = await Promise.all([asked(held.getAllKeys()), asked(held.getAll())])
      const plain = (_: string, value: unknown): unknown =>
        value instanceof Uint8Array ? Array.from(value, (byte) => String.fromCharCode(byte)).join('') : value
      return keys.map((key, i): [string, string] => [String(key), JSON.stringify(values[i], plain)])
    } finally {
      db.close()
    }
  }, store)
  return new Map(rows.map(([key, row]) => [key, JSON.parse(row) as R]))
}

/** The text of a document, as far as the device has it. @param room the document's @param name of the text in it */
export async function textOn(page: Page, room: string, name: string): Promise<string> {
  const doc = new Y.Doc()
  for (const row of (await storedOn<{ room: string; bytes: string }>(page, 'updates')).values()) {
    if (row.room === room) Y.applyUpdate(doc, Buffer.from(row.bytes, 'latin1'))
  }
  return doc.getText(name).toString()
}
