/** What is made up by whoever sends it: clocks, fields, files, addresses. None of it is believed. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { registry } from '#server/app.ts'
import { openSqlite } from '#server/core/db.ts'
import type { Env } from '#server/core/services.ts'
import { createSessions } from '#server/core/session.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { CommandsResponse } from '#shared/core/wire.ts'
import { openPatient } from '../soak/access/patient.ts'
import type { TestCommunity, TestMember } from '../support/community.ts'

let community: TestCommunity
let ada: TestMember
beforeEach(async () => {
  community = await openPatient()
  ada = await community.member({ handle: 'ada', role: 'author' })
})
afterEach(() => community.close())

const year = 365 * 86_400_000

function opening(more: object = {}): object {
  const input = {
    threadId: uuidv7(),
    postId: uuidv7(),
    title: 'x',
    kind: 'talk',
    subject: null,
    tags: [],
    body: 'x',
  }
  return { ...input, ...more }
}

/** The body as it is written, so that keys can stand in it which no object has. */
async function post(body: string): Promise<CommandsResponse['results']> {
  const response = await community.request('/api/commands', { method: 'POST', as: ada, body })
  return ((await response.json()) as CommandsResponse).results ?? []
}

test('a device whose clock is ten years wrong posts at the server’s time, in the server’s order', async () => {
  const { now } = community.clock
  const clocks = [10 * year, -10 * year, 0, 10 * year]
  for (const wrong of clocks) {
    const id = uuidv7(Math.max(1, now + wrong))
    const input = opening({ threadId: id, postId: uuidv7(now + wrong), title: String(wrong) })
    const command = { id: uuidv7(now + wrong), name: 'discussions.open_thread', input, at: now + wrong }
    const [result] = await post(JSON.stringify({ commands: [command] }))
    expect(result).toMatchObject({ ok: true })
    community.clock.advance(1_000)
  }
  const threads = [...((await community.feed(ada)).get('threads')?.values() ?? [])]
  const inOrder = threads.sort((a, b) => a.createdAt - b.createdAt)
  expect(inOrder.map((thread) => thread.createdAt - now)).toEqual([0, 1_000, 2_000, 3_000])
  expect(inOrder.map((thread) => Number(thread.title))).toEqual(clocks)
})

test.each([
  [
    'a field that is somebody else’s to set',
    'discussions.open_thread',
    opening({ authorId: 'eve', createdAt: 1 }),
  ],
  ['a role', 'accounts.edit_profile', { name: 'x', handle: 'ada', bio: '', role: 'owner' }],
  ['a member', 'recommendations.set_sharing', { on: true, memberId: 'eve' }],
  ['a price', 'events.rsvp', { eventId: 'x', on: true, price: 0 }],
])('a command that carries %s besides is refused', async (_what, name, input) => {
  const [result] = await post(JSON.stringify({ commands: [{ id: uuidv7(), name, input, at: 0 }] }))
  expect(result).toMatchObject({ ok: false, code: 'invalid' })
  expect((await community.feed(ada)).get('members')?.get(ada.id)).toMatchObject({ role: 'author' })
})

test.each([
  ['__proto__', '"__proto__":{"role":"owner","admin":true},'],
  ['constructor', '"constructor":{"prototype":{"admin":true}},'],
])('%s in a command is a field like any other, and none of its', async (_what, field) => {
  const profile = `{${field}"name":"x","handle":"ada","bio":""}`
  const command = `{"id":"${uuidv7()}","name":"accounts.edit_profile","input":${profile},"at":0}`
  await post(`{"commands":[${command}]}`)
  await post(`{${field}"commands":[${command}]}`)
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
  const row = (await community.feed(ada)).get('members')?.get(ada.id)
  expect(row).toMatchObject({ role: 'author' })
  expect(Object.keys(row)).not.toContain('admin')
})

test('of a field that stands twice one is taken, by every rule that looks at it', async () => {
  const twice = `{"memberId":"${ada.id}","role":"member","role":"owner"}`
  const command = `{"id":"${uuidv7()}","name":"accounts.set_role","input":${twice},"at":0}`
  const [result] = await post(`{"commands":[${command}]}`)
  expect(result).toMatchObject({ ok: false })
  expect((await community.feed(ada)).get('members')?.get(ada.id)).toMatchObject({ role: 'author' })
})

test.each([
  ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
  ['text/html', '<script>alert(1)</script>'],
  ['application/xhtml+xml', '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'],
])('a file of the type %s is a download in a sandbox', async (type, text) => {
  const hash = await community.services.storeFile(Buffer.from(text), type, 'picture.svg')
  await community.services.transact((tx) => tx.refer('members', ada.id, [hash]))
  const { headers, status } = await community.request(`/api/files/${hash}`, { as: ada })
  expect(status).toBe(200)
  expect(headers.get('content-disposition')).toBe('attachment')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
})

test('a session’s cookie is for this host over TLS alone, unseen by scripts, and only its hash is kept', async () => {
  const database = openSqlite(':memory:')
  const env = { publicUrl: 'https://looms.example' } as Env
  const sessions = createSessions(database, env, () => 0)
  expect(sessions.cookie('token')).toMatch(/^__Host-lyceum=token; Path=\/; HttpOnly; SameSite=Lax; Secure/)
  expect(sessions.cookie('token')).not.toContain('Domain')
  await database.close()
  const token = ada.cookie.split('=')[1]!
  const kept = await community.services.database.kysely.selectFrom('session').selectAll().execute()
  expect(JSON.stringify(kept)).not.toContain(token)
})

test('no address in what members or imports bring makes the server ask there', async () => {
  let asked = 0
  const inside = createServer((_request, response) => {
    asked++
    response.end()
  })
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/metadata.png`
  const text = `![x](${address}) <img src="${address}"> [x](${address})\n\n${address}`
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-forged-'))
  try {
    const draftId = uuidv7()
    await community.send(ada, 'articles.start_draft', { id: draftId, title: 'x', articleId: null })
    await community.send(ada, 'articles.publish', {
      draftId,
      title: 'x',
      description: text,
      tags: [],
      lang: 'en',
      opening: { to: 'public' },
      body: text,
    })
    writeFileSync(join(folder, 'one.md'), `---\ntitle: One\nimage: ${address}\n---\n\n${text}`)
    await registry.features.articles!.imports!.markdown!(community.services, folder)
    for (const path of ['/read', `/read/${draftId}`, '/feed.xml']) await community.request(path)
    expect((await community.feed(ada)).get('articles')?.size).toBe(2)
    expect(asked).toBe(0)
  } finally {
    rmSync(folder, { recursive: true })
    inside.close()
  }
})
