/**
 * A plan's board as a Yjs document (`plan/<eventId>`) that its organisers write, also apart from each other. Each list is
 * one flat map: `<item>/<field>` → a plain value, so that two people who change different fields of one item both keep
 * what they did, and whoever takes an item away takes its fields. The order of a list is a number on each item.
 *
 * Whatever stands in the document was written by somebody's device: the reader takes what it can use, in bounds, and
 * passes over the rest.
 */
import type * as Y from 'yjs'
import type { BudgetCurrency, planRoots, TemplateId } from './plan-kinds.ts'
import { roughly, templates } from './plan-templates.ts'
import { dayAt, offsetAt } from './zones.ts'

export type PlanList = Exclude<keyof typeof planRoots, 'body'>

export interface Task {
  id: string
  title: string
  done: boolean
  /** A member's id; '' = whoever has the role. */
  owner: string
  /** Id of a role of the board; '' = none. */
  role: string
  /** From the day of the event; negative: before it. */
  days: number
}

export interface RunItem {
  id: string
  title: string
  minutes: number
  who: string
  /** Minutes after the event's start at which it must begin; `null`: when the one before ends. */
  at: number | null
}

export interface BudgetLine {
  id: string
  title: string
  kind: 'in' | 'out'
  /** In the currency's smallest unit. */
  planned: number
  actual: number | null
}

export interface PlanRole {
  id: string
  title: string
  need: number
  /** Member ids. */
  people: string[]
}

export interface Board {
  tasks: Task[]
  run: RunItem[]
  budget: BudgetLine[]
  roles: PlanRole[]
}

/** Of each list; what is beyond is left out. */
export const planBounds = { items: 300, fields: 20_000, title: 300, people: 30, days: 730, minutes: 20_160 }
const mostMoney = 1_000_000_000_000

type Fields = Map<string, unknown>

const keyPattern = /^([0-9a-zA-Z-]{1,40})\/([a-z]{1,12})(?:\.([0-9a-zA-Z-]{1,40}))?$/

/** The items of a list with their fields, in order: only those that have a title. */
function itemsOf(doc: Y.Doc, list: PlanList): { id: string; fields: Fields }[] {
  const items = new Map<string, Fields>()
  let looked = 0
  for (const [key, value] of doc.getMap(list).entries()) {
    if (++looked > planBounds.fields) break
    const [, id, field, of] = keyPattern.exec(key) ?? []
    if (id === undefined || field === undefined) continue
    const fields = items.get(id) ?? new Map<string, unknown>()
    items.set(id, fields)
    fields.set(of === undefined ? field : `${field}.${of}`, value)
  }
  return [...items]
    .filter(([, fields]) => text(fields.get('title'), planBounds.title) !== '')
    .map(([id, fields]) => ({ id, fields, order: number(fields.get('order'), -1e9, 1e9) ?? 0 }))
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
    .slice(0, planBounds.items)
}

function text(value: unknown, longest: number): string {
  if (typeof value !== 'string') return ''
  // Lines would break lists, and marks that turn the direction of writing around would dress one item as another.
  return value
    .slice(0, longest)
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
}

function number(value: unknown, least: number, most: number): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : null
}

function whole(value: unknown, least: number, most: number): number | null {
  const found = number(value, least, most)
  return found === null ? null : Math.round(found)
}

const idText = (value: unknown): string =>
  typeof value === 'string' && /^[0-9a-zA-Z-]{1,40}$/.test(value) ? value : ''

/** What the document says, as far as it makes sense. Never throws, whatever is in it. */
export function readBoard(doc: Y.Doc): Board {
  const { title, days, minutes, people } = planBounds
  return {
    tasks: itemsOf(doc, 'tasks').map(({ id, fields }) => ({
      id,
      title: text(fields.get('title'), title),
      done: fields.get('done') === true,
      owner: idText(fields.get('owner')),
      role: idText(fields.get('role')),
      days: whole(fields.get('days'), -days, days) ?? 0,
    })),
    run: itemsOf(doc, 'run').map(({ id, fields }) => ({
      id,
      title: text(fields.get('title'), title),
      minutes: whole(fields.get('minutes'), 0, minutes) ?? 0,
      who: text(fields.get('who'), 100),
      at: whole(fields.get('at'), -minutes, minutes),
    })),
    budget: itemsOf(doc, 'budget').map(({ id, fields }) => ({
      id,
      title: text(fields.get('title'), title),
      kind: fields.get('kind') === 'in' ? 'in' : 'out',
      planned: whole(fields.get('planned'), 0, mostMoney) ?? 0,
      actual: whole(fields.get('actual'), 0, mostMoney),
    })),
    roles: itemsOf(doc, 'roles').map(({ id, fields }) => ({
      id,
      title: text(fields.get('title'), 100),
      need: whole(fields.get('need'), 0, 99) ?? 1,
      people: [...fields]
        .flatMap(([field, on]) => (field.startsWith('p.') && on === true ? [field.slice(2)] : []))
        .sort()
        .slice(0, people),
    })),
  }
}

type Value = string | number | boolean | null

/** Sets fields of an item, those that differ; `undefined` leaves one as it is. An item that is not there is made. */
export function setFields(
  doc: Y.Doc,
  list: PlanList,
  id: string,
  fields: Readonly<Record<string, Value | undefined>>,
): void {
  const map = doc.getMap(list)
  doc.transact(() => {
    for (const [field, value] of Object.entries(fields)) {
      const key = `${id}/${field}`
      if (value !== undefined && map.get(key) !== value) map.set(key, value)
    }
  })
}

export function addItem(
  doc: Y.Doc,
  list: PlanList,
  id: string,
  fields: Readonly<Record<string, Value | undefined>>,
): void {
  const last = itemsOf(doc, list).reduce((most, item) => Math.max(most, orderOf(item.fields)), 0)
  setFields(doc, list, id, { ...fields, order: last + 1 })
}

/** With all that anybody's device put under its id. */
export function removeItem(doc: Y.Doc, list: PlanList, id: string): void {
  const map = doc.getMap(list)
  doc.transact(() => {
    for (const key of [...map.keys()]) if (key.startsWith(`${id}/`)) map.delete(key)
  })
}

const orderOf = (fields: Fields): number => number(fields.get('order'), -1e9, 1e9) ?? 0

/** Puts an item at a place (0 = first) among the others of its list: one number changes, unless there is no room left. */
export function moveItem(doc: Y.Doc, list: PlanList, id: string, place: number): void {
  const items = itemsOf(doc, list)
  const others = items.filter((item) => item.id !== id)
  if (others.length === items.length) return
  const index = Math.min(others.length, Math.max(0, place))
  const [before, after] = [others[index - 1], others[index]]
  const low = before ? orderOf(before.fields) : orderOf(after?.fields ?? new Map()) - 2
  const high = after ? orderOf(after.fields) : low + 2
  const middle = (low + high) / 2
  doc.transact(() => {
    if (middle > low && middle < high) return setFields(doc, list, id, { order: middle })
    const moved = items.find((item) => item.id === id)!
    const all = [...others.slice(0, index), moved, ...others.slice(index)]
    for (const [i, item] of all.entries()) setFields(doc, list, item.id, { order: i + 1 })
  })
}

/** Whose a task is: its owner, else whoever has its role. */
export function ownersOf(task: Pick<Task, 'owner' | 'role'>, roles: readonly PlanRole[]): string[] {
  if (task.owner !== '') return [task.owner]
  return roles.find((role) => role.id === task.role)?.people ?? []
}

const day = 86_400_000

/** The end of the day on which a task is due, at the venue. It moves with the event. */
export function dueAt(task: Pick<Task, 'days'>, event: { start: number; timeZone: string }): number {
  const date = Date.parse(`${dayAt(event.start, event.timeZone)}T00:00:00Z`) + (task.days + 1) * day
  return date - offsetAt(date - offsetAt(event.start, event.timeZone), event.timeZone)
}

/** The day itself, `YYYY-MM-DD`. */
export function dueDay(task: Pick<Task, 'days'>, event: { start: number; timeZone: string }): string {
  const date = Date.parse(`${dayAt(event.start, event.timeZone)}T00:00:00Z`) + task.days * day
  return new Date(date).toISOString().slice(0, 10)
}

/** The other way round: from a date at the venue to days before (negative) or after the event. */
export function daysTo(date: string, event: { start: number; timeZone: string }): number {
  return Math.round(
    (Date.parse(`${date}T00:00:00Z`) - Date.parse(`${dayAt(event.start, event.timeZone)}T00:00:00Z`)) / day,
  )
}

export interface Timed extends RunItem {
  /** Minutes after the event's start. */
  start: number
  end: number
  /** Minutes that are free before it; negative: the one before is still running when it must begin. */
  gap: number
}

export interface RunSheet {
  items: Timed[]
  /** Of all items. */
  minutes: number
  /** Minutes between the last item's end and the event's: negative when it runs over. */
  left: number
  /** How many items begin before the one before them has ended. */
  clashes: number
}

/** Every item begins when the one before it ends, unless it says when it must begin. */
export function timed(items: readonly RunItem[], eventMinutes: number): RunSheet {
  let now = 0
  let first = true
  const read = items.map((item): Timed => {
    const start = item.at ?? now
    const gap = first ? 0 : start - now
    first = false
    now = start + item.minutes
    return { ...item, start, end: now, gap }
  })
  const last = read.reduce((latest, item) => Math.max(latest, item.end), 0)
  return {
    items: read,
    minutes: read.reduce((sum, item) => sum + item.minutes, 0),
    left: eventMinutes - last,
    clashes: read.filter(({ gap }) => gap < 0).length,
  }
}

export interface Totals {
  planned: { in: number; out: number; balance: number }
  actual: { in: number; out: number; balance: number }
}

/** @returns sums in the smallest unit; lines without an actual amount count as nothing there. */
export function totalsOf(lines: readonly BudgetLine[]): Totals {
  const sum = (kind: 'in' | 'out', amount: (line: BudgetLine) => number): number =>
    lines.filter((line) => line.kind === kind).reduce((all, line) => all + amount(line), 0)
  const of = (amount: (line: BudgetLine) => number): Totals['planned'] => {
    const [come, go] = [sum('in', amount), sum('out', amount)]
    return { in: come, out: go, balance: come - go }
  }
  return { planned: of((line) => line.planned), actual: of((line) => line.actual ?? 0) }
}

/** Writes a template into an empty board. @param digits of the currency, after its point */
export function fillBoard(
  doc: Y.Doc,
  options: { template: TemplateId; lang: 'zh' | 'en'; currency: BudgetCurrency; digits: number },
): void {
  const { template, lang, currency, digits } = options
  const { tasks, run, budget, roles } = templates[template]
  doc.transact(() => {
    for (const [i, role] of roles.entries()) {
      setFields(doc, 'roles', role.id, { title: role.name[lang], need: role.need, order: i + 1 })
    }
    for (const [i, task] of tasks.entries()) {
      const fields = { title: task.title[lang], days: task.days, role: task.role, done: false }
      setFields(doc, 'tasks', `t${i + 1}`, { ...fields, order: i + 1 })
    }
    for (const [i, { title, minutes, who }] of run.entries()) {
      const fields = { title: title[lang], minutes, who: who[lang] }
      setFields(doc, 'run', `r${i + 1}`, { ...fields, order: i + 1 })
    }
    for (const [i, line] of budget.entries()) {
      const planned = roughly(line.planned, currency) * 10 ** digits
      setFields(doc, 'budget', `b${i + 1}`, {
        title: line.title[lang],
        kind: line.kind,
        planned,
        order: i + 1,
      })
    }
  })
}
