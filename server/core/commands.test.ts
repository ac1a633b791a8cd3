import { expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { createExecute } from './commands.ts'
import { openSqlite } from './db.ts'

test.each([
  ['others were at the same rows all the while', 'SQLITE_BUSY_SNAPSHOT', 'unavailable', 0],
  ['the disk is full', 'SQLITE_FULL', 'unavailable', 0],
  ['something is wrong with us', 'SQLITE_ERROR', 'internal', 1],
])(
  'a command that fails because %s is answered so that its device does the right thing',
  async (_why, code, answer, logged) => {
    const errors: string[] = []
    const silent = (): void => {}
    const database = openSqlite(':memory:')
    const execute = createExecute({
      database,
      registry: { contracts: {}, features: {} },
      log: { debug: silent, info: silent, warn: silent, error: (message) => errors.push(message) },
      transact: () => Promise.reject(Object.assign(new Error(code), { code })),
    })
    const envelope = { id: uuidv7(), name: 'any.thing', input: {}, at: 0 }
    expect(await execute({ id: 'ada', role: 'member' }, envelope)).toMatchObject({ ok: false, code: answer })
    expect(errors).toHaveLength(logged)
    await database.close()
  },
)
