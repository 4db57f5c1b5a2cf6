import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { checkApi } from '../../check-api.ts';
import { listen } from '../../testing/index.ts';

/** Searches a table by a parameter, and tells what was sent; the answer to a fault is given. */
async function audit(search: (db: DatabaseSync, q: string) => unknown, describe: (error: Error) => string, path = '/search?q=lamp') {
  const db = new DatabaseSync(':memory:');
  db.exec("CREATE TABLE items (id INTEGER, name TEXT); INSERT INTO items VALUES (1, 'lamp')");
  const { port, close } = await listen(
    createServer((request, response) => {
      const q = new URL(request.url ?? '/', 'http://x.example').searchParams.get('q') ?? '';
      try {
        response.end(JSON.stringify(search(db, q)));
      } catch (error) {
        response.writeHead(500).end(describe(error as Error));
      }
    }),
  );
  try {
    const outcome = await checkApi({ url: `http://127.0.0.1:${port}${path}`, only: ['database-injection'] }, {});
    if (outcome.kind !== 'checked') throw new Error(outcome.message);
    const [result] = outcome.results;
    return [result?.state, result?.findings[0]?.severity ?? result?.why, result?.findings[0]?.message];
  } finally {
    await close();
  }
}
const pasted = (db: DatabaseSync, q: string) => db.prepare(`SELECT id FROM items WHERE name LIKE '%${q}%'`).all();
const bound = (db: DatabaseSync, q: string) => db.prepare('SELECT id FROM items WHERE name LIKE ?').all(`%${q}%`);

it('tells by the words of the database that a quote broke the statement', async () => {
  const message = 'A single quote in parameter q breaks the SQL statement it is put into.';
  expect(await audit(pasted, (error) => JSON.stringify({ error: error.message }))).toEqual(['fail', 'critical', message]);
});

it('tells without any words that two quotes mend what one breaks', async () => {
  expect(await audit(pasted, () => 'internal error')).toEqual(['fail', 'high', expect.stringMatching(/two of them do not/)]);
});

it('says nothing where values are bound, nor where the server fails in any case', async () => {
  expect(await audit(bound, () => 'internal error')).toEqual(['pass', undefined, undefined]);
  const failing = () => {
    throw new Error('SQLITE_ERROR: no such table: items');
  };
  expect((await audit(failing, (error) => error.message))[0]).toBe('pass');
  const number = (_: DatabaseSync, q: string) => {
    if (q.includes("'")) throw new Error('q is no number');
    return [];
  };
  expect((await audit(number, (error) => error.message))[0]).toBe('pass');
});

it('says that there was nothing to try', async () => {
  expect((await audit(bound, () => '', '/search'))[0]).toBe('not-applicable');
});
