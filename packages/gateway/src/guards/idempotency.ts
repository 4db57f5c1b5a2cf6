import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Guard, PASS, readBody, refuse, type Verdict } from '@sallyport/pipeline';
import { parseIdempotencyKey } from '@sallyport/protocol';
import type { IdempotencyState, IdempotencyStore } from '@sallyport/storage';
import type { Arrival, Claimed, Identified, Readable, Routed } from '../exchange.ts';

/**
 * Largest body of a request with a key, in bytes, whatever the route takes: it is held in memory, because the key stands
 * for these very bytes and they must be known before anything is sent.
 */
const MAX_KEYED_BODY = 8_388_608;

/** What a caller waits who asks while the first request is running, in seconds. */
const IN_PROGRESS_RETRY = '1';

type Needs = Arrival & Readable & Routed & Identified;

/**
 * Lets a request with an Idempotency-Key through at most once per user, app and key (Idempotency-Key draft-07), and gives
 * the first answer again to every repeat. A key that comes with another method, target or body is an error.
 *
 * Last of all guards, because it remembers: what was refused before it (401, 429, 400 …) has used up no key.
 */
export function idempotency(store: IdempotencyStore): Guard<Needs, Claimed> {
  return {
    name: 'idempotency',
    refuses: [
      'idempotency-key-missing',
      'idempotency-key-malformed',
      'idempotency-key-reused',
      'idempotency-in-progress',
      'idempotency-outcome-unknown',
      'body-too-large',
      'request-malformed',
      'request-timeout',
      'header-too-large',
      'store-unavailable',
    ],
    check(facts) {
      const { fields, route } = facts;
      if (fields.idempotencyKey === undefined) return route.idempotency === 'required' ? refuse('idempotency-key-missing') : PASS;
      const key = parseIdempotencyKey(fields.idempotencyKey);
      return key === undefined ? refuse('idempotency-key-malformed') : claim(store, facts, key);
    },
  };
}

async function claim(store: IdempotencyStore, facts: Needs, key: string): Promise<Verdict<Claimed>> {
  const { request, target, route, principal, hasBody } = facts;
  const body = hasBody ? await readBody(request, Math.min(route.bodyBytes, MAX_KEYED_BODY)) : EMPTY;
  const slot = { principal: principal.subject, client: principal.clientId, key };
  return verdictOf(store.begin(slot, fingerprint(request, target.path + target.query, body)), body);
}

const EMPTY = Buffer.alloc(0);

function verdictOf(state: IdempotencyState, body: Buffer): Verdict<Claimed> {
  switch (state.state) {
    case 'claimed':
      return { facts: { claim: { id: state.claim, body } } };
    case 'answered':
      return { facts: { replay: state.answer } };
    case 'running':
      return refuse('idempotency-in-progress', undefined, { 'Retry-After': IN_PROGRESS_RETRY });
    case 'unknown':
      return refuse('idempotency-outcome-unknown');
    case 'mismatched':
      return refuse('idempotency-key-reused');
  }
}

/** Neither method nor target holds a line end, so the three cannot run into each other. */
function fingerprint({ method }: IncomingMessage, target: string, body: Uint8Array): Uint8Array {
  return hash('sha256', Buffer.concat([Buffer.from(`${method} ${target}\n`), body]), 'buffer');
}
