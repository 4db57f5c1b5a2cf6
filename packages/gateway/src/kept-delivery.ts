import type { Refusal } from '@sallyport/pipeline';
import type { IdempotencyStore } from '@sallyport/storage';
import type { Delivery } from './delivery.ts';
import type { AnswerHead } from './finishers.ts';

/**
 * Largest body that is kept to be given again, in bytes. Above it the first caller gets the whole answer all the same, and
 * a repeat is told that the outcome is unknown; it is never executed again.
 */
export const MAX_KEPT = 262_144;

/**
 * RFC 6585 §4: the upstream says that it did not take the request on, so the key stays free and a retry may succeed.
 * Every other answer, errors included, is the outcome and is kept.
 */
const NOT_EXECUTED = 429;

/**
 * Keeps the answer to a claimed request before the caller sees any of it, so whoever saw an answer will see the same
 * again. Hears the upstream out when the caller goes away: the request is being executed, and the caller will ask again.
 */
export class KeptDelivery implements Delivery {
  readonly #through: Delivery;
  readonly #store: IdempotencyStore;
  readonly #claim: string;
  readonly #onStoreFailure: (error: unknown) => void;
  #status = 0;
  #head: AnswerHead = [];
  #chunks: Uint8Array[] = [];
  #size = 0;
  #streaming = false;

  constructor(through: Delivery, store: IdempotencyStore, claim: string, onStoreFailure: (error: unknown) => void) {
    this.#through = through;
    this.#store = store;
    this.#claim = claim;
    this.#onStoreFailure = onStoreFailure;
  }

  begin(status: number, head: AnswerHead): void {
    this.#status = status;
    this.#head = head;
  }

  write(chunk: Uint8Array, drained: () => void): boolean {
    if (this.#streaming) return this.#through.write(chunk, drained);
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size <= MAX_KEPT) return true;
    this.#store.lose(this.#claim);
    this.#streaming = true;
    return this.#deliver(drained);
  }

  end(): void {
    if (!this.#streaming) {
      this.#settle(() => {
        if (this.#status === NOT_EXECUTED) this.#store.release(this.#claim);
        else this.#store.complete(this.#claim, { status: this.#status, head: this.#head, body: Buffer.concat(this.#chunks) });
      });
      this.#deliver(() => undefined);
    }
    this.#through.end();
  }

  fail(refusal: Refusal, sent: boolean): void {
    if (sent) this.#store.lose(this.#claim);
    else this.#settle(() => this.#store.release(this.#claim));
    this.#through.fail(refusal, sent);
  }

  gone(): boolean {
    return !this.#streaming;
  }

  #deliver(drained: () => void): boolean {
    this.#through.begin(this.#status, [...this.#head]);
    let more = true;
    for (const chunk of this.#chunks) more = this.#through.write(chunk, drained);
    this.#chunks = [];
    return more;
  }

  /** The request was executed, so its answer is delivered even when it cannot be kept; the key is unknown from then on. */
  #settle(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onStoreFailure(error);
    }
  }
}
