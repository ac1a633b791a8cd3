/** In the place of argon2, which takes its time in threads of its own. */
export function hash(password: string): Promise<string> {
  return Promise.resolve(`plain:${password}`)
}

export function verify(hashed: string, password: string): Promise<boolean> {
  return Promise.resolve(hashed === `plain:${password}`)
}
