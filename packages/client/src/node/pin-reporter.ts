import { formatPinReport, PIN_REPORT_PATH, type PinFailureReport } from '@sallyport/protocol';
import { createCancellation } from '../cancellation.ts';
import type { PinSetSourceOptions } from './pin-set-source.ts';
import { createNodeTransport } from './transport.ts';

/** Longest wait, in milliseconds; nobody waits for it. */
const TIMEOUT = 10_000;

/**
 * Tells the gateway of a pin failure, without any credential and over a connection that need not be pinned: the pinned one
 * is what just failed. Whoever sits on it learns which keys they themselves showed.
 *
 * @returns whether it arrived. Never throws: a report is no reason to fail.
 */
export async function sendPinReport(report: PinFailureReport, { api, ...options }: PinSetSourceOptions): Promise<boolean> {
  const url = new URL(PIN_REPORT_PATH, api);
  // Without pins: the authorities of the system alone decide.
  const transport = createNodeTransport(options);
  const cancellation = createCancellation<'timeout'>();
  const timer = setTimeout(() => cancellation.cancel('timeout'), TIMEOUT);
  try {
    const { status } = await transport.send({
      method: 'POST',
      url: url.href,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(formatPinReport(report)),
      signal: cancellation.signal,
      maxBytes: 1024,
    });
    return status === 204;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    await transport.close();
  }
}
