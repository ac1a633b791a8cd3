/** The worker's entry: whatever is too heavy for the page's own thread is exposed here through Comlink. */
import { expose } from 'comlink'
import { createRecommender } from './recommend.ts'
import { createFinder } from './similar.ts'

expose({ ...createRecommender(), ...createFinder() })
