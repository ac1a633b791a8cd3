/** The slow network that is measured on: 150 ms there and back, 1.6 Mbit/s. */
import type { CDPSession } from 'playwright-core'

export async function slowly(cdp: CDPSession): Promise<void> {
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: 200_000,
    uploadThroughput: 200_000,
  })
}
