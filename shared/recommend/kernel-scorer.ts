/**
 * The scorer that runs in the kernel, with the very scores of the plain one. What it scores lies in the kernel's own
 * memory from the first time on, one memory for each set of vectors, which goes when they do.
 */
import { createKernel, type Kernel } from './kernel/kernel.ts'
import { type CodedVectors, fixedVector, plainScorer, type Scorer } from './scorer.ts'

interface Placed {
  kernel: Kernel
  width: number
  at: { whole: number; scales: number; out: number; codes: number }
}

/** Where WebAssembly or its SIMD is absent or refused, this is the plain scorer. */
export function createKernelScorer(): Scorer {
  const placed = new WeakMap<Int8Array, Placed | 'refused'>()
  return (items, member) => {
    const found = placed.get(items.codes) ?? place(items, member.length) ?? 'refused'
    placed.set(items.codes, found)
    if (found === 'refused') return plainScorer(items, member)
    const { kernel, width, at } = found
    const { whole, step } = fixedVector(member)
    new Int16Array(kernel.buffer, at.whole, width).set(whole)
    const rows = items.scales.length
    kernel.codedScores(at.codes, at.scales, rows, width, at.whole, step, at.out)
    return new Float64Array(kernel.buffer, at.out, rows)
  }
}

function place({ codes, scales }: CodedVectors, dimensions: number): Placed | undefined {
  const rows = scales.length
  if (rows === 0) return undefined
  const width = upTo(16, dimensions)
  const whole = 16
  const scalesAt = whole + 2 * width
  const out = scalesAt + 4 * upTo(4, rows)
  const codesAt = out + 8 * upTo(4, rows)
  const kernel = createKernel(codesAt + rows * width)
  if (kernel === undefined) return undefined
  new Float32Array(kernel.buffer, scalesAt, rows).set(scales)
  const to = new Int8Array(kernel.buffer, codesAt, rows * width)
  if (width === dimensions) to.set(codes)
  else {
    for (let row = 0; row < rows; row++) {
      to.set(codes.subarray(row * dimensions, (row + 1) * dimensions), row * width)
    }
  }
  return { kernel, width, at: { whole, scales: scalesAt, out, codes: codesAt } }
}

function upTo(multiple: number, size: number): number {
  return Math.ceil(size / multiple) * multiple
}
