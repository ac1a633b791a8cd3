/** Schedules of any size, and the real one of 895 sessions that lies beside the checkout. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shared } from './rig.ts'

const hour = 3_600_000
const rooms = Array.from({ length: 20 }, (_, i) => `Room ${i + 1}`)
const words =
  'systems memory 数据库 network kernel radio 共识 compiler queue 调度 storage cache protocol 复盘'.split(' ')

/** Writes a `schedule.json` of four days. */
export function writeSchedule(file: string, name: string, sessions: number): void {
  const start = Date.UTC(2027, 4, 1, 8)
  const days = Array.from({ length: 4 }, (_, day) => ({
    index: day + 1,
    date: new Date(start + day * 24 * hour).toISOString().slice(0, 10),
    rooms: Object.fromEntries(
      rooms.map((room, r) => [
        room,
        Array.from({ length: Math.ceil(sessions / 80) }, (_, i) => i)
          .filter((i) => (day * 20 + r) * Math.ceil(sessions / 80) + i < sessions)
          .map((i) => session(name, start + day * 24 * hour + i * hour, room, (day * 20 + r) * 1_000 + i)),
      ]),
    ),
  }))
  const conference = {
    title: `Conference ${name}`,
    acronym: name,
    start: days[0]!.date,
    end: days[3]!.date,
    time_zone_name: 'Asia/Shanghai',
    rooms: rooms.map((room) => ({ name: room })),
    tracks: [{ name: 'Systems' }, { name: 'Society' }],
    days,
  }
  writeFileSync(file, JSON.stringify({ schedule: { conference } }))
}

function session(name: string, at: number, room: string, n: number): object {
  const said = (length: number): string =>
    Array.from({ length }, (_, i) => words[(n * 7 + i * 5 + ((n * i) % 11)) % words.length]).join(' ')
  return {
    guid: `${name}-${n}`,
    id: n,
    date: new Date(at).toISOString(),
    start: new Date(at).toISOString().slice(11, 16),
    duration: '00:45',
    room,
    title: said(6),
    abstract: said(40),
    language: n % 2 ? 'zh' : 'en',
    track: n % 3 ? 'Systems' : 'Society',
    type: 'Talk',
    persons: [{ public_name: said(2) }],
  }
}

/** @returns the file with 895 sessions, the slug of its event, and whether it is the real one */
export function bigSchedule(folder: string): { file: string; slug: string; real: boolean } {
  const real = join(shared, 'event-39c3', 'schedule.json')
  if (existsSync(real)) {
    const { schedule } = JSON.parse(readFileSync(real, 'utf8')) as {
      schedule: { conference: { acronym: string } }
    }
    return { file: real, slug: schedule.conference.acronym, real: true }
  }
  const file = join(folder, 'schedule.json')
  writeSchedule(file, 'big-one', 895)
  return { file, slug: 'big-one', real: false }
}
