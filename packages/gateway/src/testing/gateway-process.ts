import { randomUUID } from 'node:crypto';
import { createIdempotencyStore, type IdempotencyStore, idempotencyMigrations, openDatabase } from '@sallyport/storage';
import { NOW } from './issuer.ts';
import { openStage } from './stage.ts';

/**
 * A gateway in a process of its own, for tests that kill it. The store it uses is wrapped here, so the points to die at
 * need no trace in the code that ships.
 *
 * Arguments: database file, point to die at. Says on stdout what each of its calls came to, as JSON, a line each.
 */
const [, , path = '', killAt = ''] = process.argv;

const die = (point: string) => {
  if (point === killAt) process.kill(process.pid, 'SIGKILL');
};

const store = createIdempotencyStore({ database: openDatabase(path, idempotencyMigrations), now: () => NOW, newClaim: randomUUID });
const dying: IdempotencyStore = {
  begin(slot, fingerprint) {
    die('before-claim');
    const state = store.begin(slot, fingerprint);
    die('after-claim');
    return state;
  },
  complete(claim, answer) {
    die('before-keeping');
    store.complete(claim, answer);
    die('before-reply');
  },
  lose: (claim) => store.lose(claim),
  release: (claim) => store.release(claim),
};

const stage = await openStage({ idempotencyStore: dying });
stage.upstream.answer = (_request, response) => {
  process.stdout.write('{"executed":true}\n');
  // Written before it may die: the witness of the execution must not die with it.
  setImmediate(() => {
    die('after-execution');
    response.writeHead(201).end('made');
  });
};
const { status, text, reason } = await stage.call('/payments', { method: 'POST', body: '{}', headers: { 'Idempotency-Key': 'k' } });
process.stdout.write(`${JSON.stringify({ status, text: reason === undefined ? text : undefined, reason })}\n`);
await stage.close();
