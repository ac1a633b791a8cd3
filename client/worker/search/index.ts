/** The searching worker's entry; it is one of its own, so that neither waits for the other's code or work. */
import { expose } from 'comlink'
import { createSearcher } from './searcher.ts'

expose(createSearcher())
