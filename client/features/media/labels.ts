/** What languages and kinds of files are called. */
import { useI18n } from '#client/core/i18n.ts'
import { isMedia } from '#shared/features/media-types.ts'
import type { WordKey } from '#shared/words/index.ts'

/** In its own words: those who need captions look for theirs. */
export function languageName(lang: string): string {
  try {
    return new Intl.DisplayNames([lang], { type: 'language' }).of(lang) ?? lang
  } catch {
    return lang
  }
}

export function sizeName(bytes: number): string {
  const { number } = useI18n()
  if (bytes >= 1_000_000_000) return `${number(Math.round(bytes / 100_000_000) / 10)} GB`
  if (bytes < 1_000_000) return `${number(Math.max(1, Math.round(bytes / 1000)))} kB`
  const size = bytes / 1_000_000
  return `${number(size < 10 ? Math.round(size * 10) / 10 : Math.round(size))} MB`
}

/** By its ending where that says more than its bytes. */
export function kindWord(name: string, type: string): WordKey {
  if (type.startsWith('text/')) return codeLanguage(name) ? 'media.kind_code' : 'media.kind_text'
  if (type.startsWith('image/')) return 'media.kind_picture'
  if (isMedia(type)) return type.startsWith('audio/') ? 'media.kind_audio' : 'media.kind_video'
  if (type === 'application/pdf') return 'media.kind_pdf'
  return type === 'application/zip' ? 'media.kind_zip' : 'media.kind_file'
}

const languages: Readonly<Record<string, string>> = {
  bash: 'bash',
  c: 'cpp',
  cc: 'cpp',
  cpp: 'cpp',
  css: 'css',
  diff: 'diff',
  go: 'go',
  h: 'cpp',
  hpp: 'cpp',
  html: 'xml',
  java: 'java',
  js: 'javascript',
  json: 'json',
  jsx: 'javascript',
  mjs: 'javascript',
  patch: 'diff',
  py: 'python',
  rs: 'rust',
  sh: 'bash',
  sql: 'sql',
  svelte: 'xml',
  svg: 'xml',
  ts: 'typescript',
  tsx: 'typescript',
  vue: 'xml',
  xml: 'xml',
  yaml: 'yaml',
  yml: 'yaml',
}

/** For colours; `undefined`: none. */
export function codeLanguage(name: string): string | undefined {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase()
  return Object.hasOwn(languages, ending) ? languages[ending] : undefined
}
