import type { StoredAnswer } from '@sallyport/storage';
import type { Delivery } from './delivery.ts';
import type { Exchange } from './exchange.ts';

/** Gives the first answer to a key again, byte for byte, marked as such. The upstream is not asked. */
export function replayAnswer(exchange: Exchange, { status, head, body }: StoredAnswer, delivery: Delivery): void {
  delivery.begin(status, [...head, 'Idempotency-Replayed', 'true']);
  if (body.length > 0) delivery.write(body, () => undefined);
  delivery.end();
  if (exchange.outcome === 'answered') exchange.outcome = 'replayed';
}
