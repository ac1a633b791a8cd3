import { expect, test } from 'vitest'
import { cueAt, cuesIn } from './media-captions.ts'
import { fileType, mediaType } from './media-types.ts'

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part)))

test('a file is what its bytes say, whatever its name is', () => {
  const cases: [Uint8Array, string | undefined][] = [
    [bytes([0, 0, 0, 32], 'ftypisom'), 'video/mp4'],
    [bytes([0, 0, 0, 32], 'ftypM4A '), 'audio/mp4'],
    [bytes([0, 0, 0, 32], 'ftypavif'), undefined],
    [bytes([0, 0, 0, 32], 'ftypqt  '), undefined],
    [bytes([0x1a, 0x45, 0xdf, 0xa3, 0x42, 0x82, 0x84], 'webm'), 'video/webm'],
    [bytes([0x1a, 0x45, 0xdf, 0xa3, 0x42, 0x82, 0x88], 'matroska'), undefined],
    [bytes('ID3', [4]), 'audio/mpeg'],
    [bytes([0xff, 0xfb, 0x90, 0x64]), 'audio/mpeg'],
    // A text in UTF-16, and a JPEG.
    [bytes([0xff, 0xfe, 0x41, 0]), undefined],
    [bytes([0xff, 0xd8, 0xff, 0xe0]), undefined],
    [bytes('OggS', [0, 2], 'OpusHead'), 'audio/ogg'],
    [bytes('OggS', [0, 2, 0x80], 'theora'), undefined],
    [bytes('RIFF', [1, 2, 3, 4], 'WAVEfmt '), 'audio/wav'],
    [bytes('fLaC'), 'audio/flac'],
    [bytes('<html>'), undefined],
    [bytes(), undefined],
  ]
  for (const [head, type] of cases) expect(mediaType(head)).toBe(type)
  expect(fileType(bytes('WEBVTT\n'), 7)).toBe('text/vtt')
  expect(fileType(bytes('WEBVTTish'), 9)).toBe('text/plain; charset=utf-8')
  expect(fileType(bytes('#!/bin/sh\n'), 10)).toBe('text/plain; charset=utf-8')
  expect(fileType(bytes('cut off'), 900_000)).toBe('application/octet-stream')
  expect(fileType(bytes([0xff, 0xd8, 0xff]), 3)).toBe('image/jpeg')
  expect(fileType(bytes('PK', [3, 4]), 4)).toBe('application/zip')
  expect(fileType(bytes([0xc3, 0x28]), 2)).toBe('application/octet-stream')
})

test('captions are lines with their times; what is none is left out', () => {
  const cues = cuesIn(
    [
      '\uFEFFWEBVTT - a title',
      'NOTE nothing --> of interest',
      '1\r\n00:01.500 --> 00:03.000 align:start\r\n<v Lin>Hello &amp; <i>welcome</i></v>\r\nto the talk',
      '01:00:00.000 --> 01:00:01.000\n再见',
      '00:05.000 --> 00:04.000\nbackwards',
      '00:00.000 --> 00:01.000\n<b></b>',
      'not --> a time\nat all',
    ].join('\n\n'),
  )
  expect(cues).toEqual([
    { from: 1.5, to: 3, text: 'Lin: Hello & welcome to the talk' },
    { from: 3600, to: 3601, text: '再见' },
  ])
  expect([0, 1.5, 10, 4000].map((at) => cueAt(cues, at))).toEqual([-1, 0, 0, 1])
})
