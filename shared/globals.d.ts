/**
 * What shared code may take from its surroundings: the part of the web's API that every browser that we support
 * and Node 20 have in common. It stands in for the DOM's and Node's own types, which shared code does not see, so
 * that `document`, `window`, `process` and `Buffer` fail to compile there. Client and server do not read this file:
 * when they import shared code it is checked against their real types once more.
 */

declare const performance: { now(): number }
declare const console: Record<'debug' | 'info' | 'log' | 'warn' | 'error', (...data: unknown[]) => void>

declare function setTimeout(callback: () => void, milliseconds?: number): unknown
declare function clearTimeout(timer: unknown): void
declare function queueMicrotask(callback: () => void): void
declare function structuredClone<T>(value: T): T
declare function atob(base64: string): string
declare function btoa(latin1: string): string

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
  encodeInto(text: string, target: Uint8Array): { read: number; written: number }
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(bytes?: ArrayBufferView | ArrayBuffer, options?: { stream?: boolean }): string
}

declare class URLSearchParams implements Iterable<[string, string]> {
  constructor(init?: string | Record<string, string> | [string, string][])
  append(name: string, value: string): void
  delete(name: string): void
  get(name: string): string | null
  getAll(name: string): string[]
  has(name: string): boolean
  set(name: string, value: string): void
  toString(): string
  [Symbol.iterator](): IterableIterator<[string, string]>
}

declare class URL {
  constructor(url: string, base?: string | URL)
  static canParse(url: string, base?: string | URL): boolean
  href: string
  readonly origin: string
  protocol: string
  username: string
  password: string
  host: string
  hostname: string
  port: string
  pathname: string
  search: string
  readonly searchParams: URLSearchParams
  hash: string
  toString(): string
}

interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  throwIfAborted(): void
}

interface CryptoKey {
  readonly type: string
}

declare const crypto: {
  getRandomValues<T extends Uint8Array | Uint16Array | Uint32Array>(array: T): T
  randomUUID(): string
  readonly subtle: {
    digest(
      algorithm: 'SHA-256' | 'SHA-384' | 'SHA-512',
      data: Uint8Array<ArrayBuffer> | ArrayBuffer,
    ): Promise<ArrayBuffer>
    importKey(
      format: 'raw' | 'spki' | 'pkcs8',
      data: Uint8Array<ArrayBuffer> | ArrayBuffer,
      algorithm: string | { name: string; hash?: string; namedCurve?: string },
      extractable: boolean,
      usages: ('sign' | 'verify' | 'encrypt' | 'decrypt')[],
    ): Promise<CryptoKey>
    sign(
      algorithm: string | { name: string; hash?: string },
      key: CryptoKey,
      data: Uint8Array<ArrayBuffer>,
    ): Promise<ArrayBuffer>
    verify(
      algorithm: string | { name: string; hash?: string },
      key: CryptoKey,
      signature: Uint8Array<ArrayBuffer>,
      data: Uint8Array<ArrayBuffer>,
    ): Promise<boolean>
  }
}

declare namespace WebAssembly {
  class Memory {
    constructor(size: { initial: number; maximum?: number; shared?: boolean })
    readonly buffer: ArrayBuffer
    /** @returns the size before, in pages of 64 KiB */
    grow(pages: number): number
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer)
  }
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>)
    readonly exports: Record<string, unknown>
  }
  function compile(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<Module>
  function validate(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): boolean
}
