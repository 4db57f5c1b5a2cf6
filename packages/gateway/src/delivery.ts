import type { Refusal } from '@sallyport/pipeline';
import type { Exchange } from './exchange.ts';
import type { AnswerHead, Finish } from './finishers.ts';
import { refuseExchange } from './refuse-exchange.ts';

/** How an answer gets to the caller. */
export interface Delivery {
  /** @param head what the finishers left of the upstream's. */
  begin(status: number, head: AnswerHead): void;
  /** @param drained called when the caller can take more. @returns whether it can take more now. */
  write(chunk: Uint8Array, drained: () => void): boolean;
  end(): void;
  /** There will be no (more) answer. @param sent whether the upstream may have executed the request. */
  fail(refusal: Refusal, sent: boolean): void;
  /** The caller went away. @returns whether the upstream is still to be heard out. */
  gone(): boolean;
}

/** Passes an answer on as it comes. */
export class StreamedDelivery implements Delivery {
  readonly #exchange: Exchange;
  readonly #finish: Finish;
  #refused = false;

  constructor(exchange: Exchange, finish: Finish) {
    this.#exchange = exchange;
    this.#finish = finish;
  }

  begin(status: number, head: AnswerHead): void {
    if (this.#exchange.outcome === 'client-gone') return;
    this.#finish.add(head, this.#exchange);
    try {
      this.#exchange.response.writeHead(status, head);
    } catch (error) {
      // A field of the upstream that node does not send on. Without an answer the caller would wait for ever.
      this.#refused = true;
      for (const name of this.#exchange.response.getHeaderNames()) this.#exchange.response.removeHeader(name);
      this.fail({ reason: 'upstream-failed', detail: String(error) });
    }
  }

  write(chunk: Uint8Array, drained: () => void): boolean {
    const { response, outcome } = this.#exchange;
    // A kept answer may be complete only after the caller has gone.
    if (outcome === 'client-gone' || this.#refused) return true;
    this.#exchange.bytesOut += chunk.length;
    const more = response.write(chunk);
    if (!more) response.once('drain', drained);
    return more;
  }

  end(): void {
    if (this.#exchange.outcome === 'client-gone' || this.#refused) return;
    this.#exchange.outcome = 'answered';
    this.#exchange.response.end();
  }

  fail(refusal: Refusal): void {
    refuseExchange(this.#exchange, refusal, 'forward');
  }

  gone(): boolean {
    return false;
  }
}
