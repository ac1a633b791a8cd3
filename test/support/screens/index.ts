/**
 * Every screen of the product, by who sees it. A new page belongs into one of these lists; then its accessibility, its
 * words and its width are held like those of the others.
 */
export { authorScreens } from './author.ts'
export { guestScreens } from './guest.ts'
export { memberScreens } from './member.ts'
export { ownerScreens } from './owner.ts'
export { findPlaces, type Places } from './places.ts'
export type { Screen } from './screen.ts'
