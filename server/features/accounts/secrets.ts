/**
 * Passwords and one-time tokens. Passwords: argon2id with OWASP's parameters (19 MiB, two passes, one lane).
 * Tokens: 192 random bits, of which the database keeps only a hash, so that a stolen copy opens nothing.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Never inside a transaction: it takes tens of milliseconds. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), cost)
}

let decoy: Promise<string> | undefined

/**
 * Takes as long for a member who does not exist as for a wrong password, so that the time of an answer does not
 * tell which emails have accounts.
 */
export async function isPassword(hashed: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword(newToken())
  const other = await decoy
  const right = await verify(hashed || other, password.normalize('NFKC'))
  return right && Boolean(hashed)
}

export function newToken(): string {
  return randomBytes(24).toString('base64url')
}

const readable = 'abcdefghjkmnpqrstuvwxyz23456789'

/** For a member whom an administrator tells it: four groups of four, about 79 bits, no two letters that look alike. */
export function newPassword(): string {
  const letters = Array.from({ length: 16 }, () => readable[randomInt(readable.length)])
  return [0, 4, 8, 12].map((from) => letters.slice(from, from + 4).join('')).join('-')
}
