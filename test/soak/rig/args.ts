/** `[how many] [--seed N]`, as all soaks take them. */
export function readArgs(args: readonly string[], usual: number): { count: number; seed: number } {
  const at = args.indexOf('--seed')
  const seed = at < 0 ? Date.now() % 1_000_000 : Number(args[at + 1])
  const [first] = at === 0 ? args.slice(2) : args
  const count = first === undefined ? usual : Number(first)
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(count) || count < 1)
    throw new Error(`not a number of rounds and a seed: ${args.join(' ')}`)
  return { count, seed }
}
