/**
 * Before anything else in a client's tests: Dexie looks for IndexedDB once, when it is first imported, and files of
 * tests share what they import.
 */
import 'fake-indexeddb/auto'
