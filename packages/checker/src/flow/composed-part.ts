import type { Expression, Text } from '../syntax/tree.ts';
import { pathOf } from './paths.ts';
import { words } from './sensitive-name.ts';

const SQL =
  /\b(?:select|insert\s+(?:or\s+\w+\s+)?into|update|delete\s+from|create\s+(?:unique\s+)?(?:table|index)|alter\s+table|pragma)\s/i;
/** After an operator, in quotes or in a list of values: here stands a value, and a value can be bound. */
const VALUE_POSITION = /(?:['"%]|[=<>]|,|\b(?:in|values)\s*\(|\b(?:like|glob|match|between|limit|offset|escape))\s*$/i;
const QUOTED = /['"%]\s*$/;
/** Names of tables and columns, lists of question marks: what the program itself writes into a statement and what cannot be bound. */
const STRUCTURE = /\b(?:columns?|fields?|tables?|table ?name|place ?holders?|question ?marks?|set ?statement|key ?paths?)\b/;
/** What stands left of an operator is a name: `\(key) == %@`. */
const COMPARED = /^\s*(?:[=!<>]=?|in\b|contains|beginswith|endswith|like|matches|between)/i;

/**
 * Whether an interpolated part brings a value of its own into a text. In a statement, what stands where only a name or a clause may
 * stand (`FROM \(table)`, `WHERE \(condition)`) is the program's own structure; it was judged where it was put together.
 */
export function bringsValue(node: Text, index: number): boolean {
  const part = node.parts[index] as Expression;
  const before = node.parts[index - 1];
  const lead = typeof before === 'string' ? before : '';
  // The text of an enum's case.
  if (part.kind === 'member' && part.name === 'rawValue') return false;
  if (!QUOTED.test(lead) && STRUCTURE.test(words(pathOf(part)))) return false;
  const after = node.parts[index + 1];
  if (typeof after === 'string' && COMPARED.test(after) && !VALUE_POSITION.test(lead)) return false;
  if (!node.parts.some((other) => typeof other === 'string' && SQL.test(other))) return true;
  return VALUE_POSITION.test(lead);
}
