/** The camera reads tickets: with the browser's own reader where it has one, else with one that is fetched for it. */
import { createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Banner, Button } from '#client/ui/index.ts'
import styles from './running.module.css'

type Read = (video: HTMLVideoElement) => Promise<string | null>

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}
type DetectorClass = {
  new (options: { formats: string[] }): Detector
  getSupportedFormats(): Promise<string[]>
}

async function createRead(): Promise<Read> {
  const Own = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector
  if (Own && (await Own.getSupportedFormats()).includes('qr_code')) {
    const detector = new Own({ formats: ['qr_code'] })
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null
  }
  const { default: jsQR } = await import('jsqr')
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return async (video) => {
    if (!context || video.videoWidth === 0) return null
    const scale = Math.min(1, 640 / video.videoWidth)
    canvas.width = Math.round(video.videoWidth * scale)
    canvas.height = Math.round(video.videoHeight * scale)
    context.drawImage(video, 0, 0, canvas.width, canvas.height)
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height)
    return jsQR(data, width, height, { inversionAttempts: 'dontInvert' })?.data ?? null
  }
}

const everyMs = 180

export function Scanner(props: { onCode: (text: string) => void; onClose: () => void }): JSX.Element {
  const { t } = useI18n()
  let video!: HTMLVideoElement
  let stream: MediaStream | undefined
  let closed = false
  const [failed, setFailed] = createSignal(false)

  onMount(() => {
    void watch().catch(() => setFailed(true))
  })
  onCleanup(() => {
    closed = true
    for (const track of stream?.getTracks() ?? []) track.stop()
  })

  async function watch(): Promise<void> {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
    const read = await createRead()
    video.srcObject = stream
    await video.play()
    while (!closed) {
      // A frame that cannot be read is followed by one that can.
      const text = await read(video).catch(() => null)
      if (text !== null && !closed) props.onCode(text)
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
    for (const track of stream.getTracks()) track.stop()
  }

  return (
    <div class={styles.scanner}>
      <Show
        when={!failed()}
        fallback={
          <Banner inline tone="warn">
            {t('events.camera_failed')}
          </Banner>
        }
      >
        <video ref={video} class={styles.video} muted playsinline aria-label={t('events.camera')} />
      </Show>
      <Button onClick={() => props.onClose()}>{t('events.camera_close')}</Button>
    </div>
  )
}
