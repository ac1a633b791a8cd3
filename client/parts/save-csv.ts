import { saveBlob } from './save-blob.ts'

/** Hands a table (`toCsv`) to the browser's downloads. */
export function saveCsv(csv: string, name: string): void {
  saveBlob(new Blob([csv], { type: 'text/csv;charset=utf-8' }), name)
}
