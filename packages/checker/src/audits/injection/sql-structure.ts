import type { CallEvent, Scene } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import { isNumeric, type Value } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { derivation, spelledLocal } from '../spelled-local.ts';

/** Names of what stands for values that are bound: `?, ?, ?`. */
const PLACEHOLDERS = /placeholder|question_?marks?|value_?list|bind(?:ing)?s?_?(?:list|marks)?$|\bmarks$/i;
/** What makes a list of question marks: `ids.map(() => '?').join(',')`, `Array(repeating: "?", count: n)`, `databaseQuestionMarks(count:)`. */
const MAKES_PLACEHOLDERS = /["'`]\(?\?,?\)?["'`]|[pP]laceholders|[qQ]uestionMarks/;
/** Behind these stands a value, not a clause or the name of a column. */
const BEFORE_VALUE = /(?:['"]%?|[=<>]|\b(?:like|in|values|limit|offset)\s*\(?)\s*$/i;
/** Labels and kinds of arguments that are bound. */
const BOUND_LABEL = /^(?:values|arguments|args|bindings|parameters|params|withArgumentsIn\w*|withParameterDictionary|bind)$/;

/**
 * Whether a statement that is put together holds no value of its own: lists of question marks, and where its values are bound beside it,
 * clauses and names of columns, which cannot be bound.
 */
export function isStructureOnly(event: CallEvent, statement: Value): boolean {
  const { scene } = event;
  const at = event.args.findIndex(({ known }) => known === statement);
  const given = event.args[at];
  if (given === undefined) return false;
  const local = spelledLocal(scene, given.value);
  const node = local.kind === 'name' ? (statement.from ?? local) : local;
  // SQLite's own functions bind in calls of their own.
  const bound =
    !event.name.startsWith('sqlite3_') &&
    event.args.some(
      ({ label, known, value }, index) => index > at && (label === undefined || BOUND_LABEL.test(label)) && bindsSomething(known, value),
    );
  const parts = pieces(node);
  if (parts.length < 2 || (given.value.kind === 'name' && growsByValues(scene, given.value.text))) return false;
  return parts.every((part, index) => {
    if (typeof part === 'string') return true;
    const before = parts[index - 1];
    return isFixed(scene, part) || (bound && typeof before === 'string' && !BEFORE_VALUE.test(before));
  });
}

function isFixed(scene: Scene, part: Expression): boolean {
  const known = scene.lookup(pathOf(part));
  if (known !== undefined && (isNumeric(known) || known.text !== undefined)) return true;
  return PLACEHOLDERS.test(pathOf(part)) || MAKES_PLACEHOLDERS.test(derivation(scene, part));
}

/** Whether something is bound: neither nil nor an empty list. */
const bindsSomething = (known: Value, node: Expression): boolean =>
  known.symbol !== 'nil' && known.closure === undefined && !(node.kind === 'array' && node.items.length === 0) && node.kind !== 'closure';

/** `sql += " AND name = '\(name)'"`: a later piece brings a value. */
function growsByValues(scene: Scene, name: string): boolean {
  let grows = false;
  walk(scene.function?.body ?? [], (node) => {
    if (node.kind !== 'assign' || node.target.kind !== 'name' || node.target.text !== name) return;
    const parts = pieces(node.value);
    grows ||= parts.some((part, index) => {
      const before = parts[index - 1];
      return (
        typeof part !== 'string' &&
        (typeof before !== 'string' || BEFORE_VALUE.test(before)) &&
        part.kind !== 'conditional' &&
        part.kind !== 'name'
      );
    });
    grows ||= parts.some(
      (part, index) => typeof part !== 'string' && typeof parts[index - 1] === 'string' && BEFORE_VALUE.test(parts[index - 1] as string),
    );
  });
  return grows;
}

/** The parts of a concatenation or template, literals as strings. */
function pieces(node: Expression): (string | Expression)[] {
  if (node.kind === 'string') return [...node.parts];
  if (node.kind === 'binary' && node.op === '+') return [...pieces(node.left), ...pieces(node.right)];
  return [node];
}
