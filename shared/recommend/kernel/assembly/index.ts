/**
 * The hot loops of the recommender in WebAssembly with SIMD, written in AssemblyScript. Addresses are bytes in the
 * one memory that is handed in; nothing is allocated here. `npm run kernel` compiles it into ../module.ts, and
 * ../twin.ts is the same in plain TypeScript, with the same results to the last bit.
 */
export { solve } from './cholesky'
export { codedScores } from './coded'
export { gramian } from './gram'
export { solveRows, sumRows } from './rows'
export { scores } from './scores'
export { turn } from './turn'
