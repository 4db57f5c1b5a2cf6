import type { FunctionEvent } from '../../flow/events.ts';
import type { For, If, Statement } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { mentions } from '../mentions.ts';

/** Waits for a network, as far as names tell. */
const SENDS = /\b(?:fetch|axios|request|dataTask)\s*[.(]|\.(?:get|post|put|patch|send|perform)\s*(?:<[^>]*>)?\(|\.data\(for/;

const LOOPS = /\b(?:for|while)\b/;
const CATCHES = /\bcatch\b/;

/**
 * Loops that do the same request again when it fails: `for (let i = 0; i < 3; i++) try { … } catch { … }`, with a catch that does not
 * leave. A loop over a collection does another request each time and is none.
 */
export function repeatingLoops(event: FunctionEvent): readonly (For | If)[] {
  let known = found.get(event);
  if (known === undefined) {
    known = findLoops(event);
    found.set(event, known);
  }
  return known;
}

/** Several audits ask about the same function. */
const found = new WeakMap<FunctionEvent, readonly (For | If)[]>();

function findLoops(event: FunctionEvent): readonly (For | If)[] {
  const { unit } = event.scene;
  if (!mentions(unit, LOOPS) || !mentions(unit, CATCHES) || !mentions(unit, SENDS)) return [];
  const text = event.text();
  if (!CATCHES.test(text) || !LOOPS.test(text) || !SENDS.test(text)) return [];
  const loops: (For | If)[] = [];
  walk(event.node.body, (node) => {
    const body =
      node.kind === 'for' && (node.of === undefined || /^(?:_|attempt\w*|retry|try)$/i.test(node.names[0] ?? ''))
        ? node.body
        : node.kind === 'if' && node.keyword === 'while'
          ? node.consequent
          : undefined;
    if (body === undefined || !retries(body)) return;
    if (SENDS.test(event.scene.unit.source.slice(node.start, node.end))) loops.push(node as For | If);
  });
  return loops;
}

/** Whether an attempt stands in the loop whose failure is caught and leads to the next round. */
function retries(body: readonly Statement[]): boolean {
  const caught = body.find((statement) => statement.kind === 'block' && statement.keyword === 'catch');
  const tried = body.find((statement) => statement.kind === 'block' && statement.keyword === 'do');
  if (caught?.kind !== 'block' || tried?.kind !== 'block') return false;
  const last = caught.body.at(-1);
  const leaves = last?.kind === 'exit';
  // Success must end the loop, or it is no retry but a poll.
  let ends = false;
  walk(tried.body, (node) => {
    if (node.kind === 'exit' && node.keyword === 'return') ends = true;
  });
  return ends && !leaves;
}
