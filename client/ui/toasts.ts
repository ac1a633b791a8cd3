import { type Accessor, createSignal } from 'solid-js'

export type ToastTone = 'neutral' | 'good' | 'bad'

export interface Toast {
  id: number
  text: string
  tone: ToastTone
  action?: { label: string; onSelect: () => void }
}

export interface ToastOptions {
  tone?: ToastTone
  action?: Toast['action']
  /** Milliseconds; 0 stays until dismissed. 6,000 unless told; bad news and actions get 12,000. */
  lasts?: number
}

export interface Toasts {
  toasts: Accessor<readonly Toast[]>
  /** Returns the id to dismiss it by. The same text shown again replaces itself. */
  show: (text: string, options?: ToastOptions) => number
  dismiss: (id: number) => void
}

/** The toasts of one app; show it with ToastRegion. At most three are kept, the newest last. */
export function createToasts(later: (run: () => void, ms: number) => void = setTimeout): Toasts {
  const [toasts, setToasts] = createSignal<readonly Toast[]>([])
  let last = 0
  const dismiss = (id: number): void => {
    setToasts((all) => all.filter((toast) => toast.id !== id))
  }
  return {
    toasts,
    dismiss,
    show: (text, options = {}) => {
      const id = ++last
      const tone = options.tone ?? 'neutral'
      setToasts((all) =>
        [...all.filter((toast) => toast.text !== text), { id, text, tone, action: options.action }].slice(-3),
      )
      const lasts = options.lasts ?? (tone === 'bad' || options.action ? 12_000 : 6_000)
      if (lasts > 0) later(() => dismiss(id), lasts)
      return id
    },
  }
}
