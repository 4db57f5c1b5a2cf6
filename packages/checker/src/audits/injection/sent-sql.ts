import type { AuditContext } from '../../audit.ts';
import type { FunctionEvent } from '../../flow/events.ts';
import { formatValue } from '../../flow/format-value.ts';
import type { Expression, Text } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';

/** A database of the app's own: what reaches it is judged where it is run. */
const OWN_DATABASE =
  /sqlite3?_|\b(?:FMDatabase|FMDatabaseQueue|GRDB|executeQuery|executeUpdate|execSQL|rawQuery|NSPredicate|openDatabase|unsafe\w*Sql\w*)\b|import SQLite|[wW]atermelon/;
const SQL_WORD = /\b(?:select|insert|update|delete|exec(?:ute)?|call|[ux]?sp_\w+)\s/i;
/** How a statement or the call of a stored procedure begins. */
const STATEMENT =
  /^\s*(?:select\s[\s\S]*\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|exec(?:ute)?\s+\w|call\s+\w+\s*\(|(?:[ux]?sp)_\w+\s)/i;

/**
 * A statement put together on the device for somebody else's database: a value between quotes the app wrote itself. Nothing here runs it,
 * so nothing here can bind it either.
 */
export function reportSentSql(event: FunctionEvent, context: AuditContext): void {
  const { unit } = event.scene;
  if (mentions(unit, OWN_DATABASE) || !mentions(unit, SQL_WORD) || !SQL_WORD.test(event.text())) return;
  const report = (node: { readonly start: number; readonly end: number }) =>
    context.report({
      at: here(event.scene, node),
      message: 'A value is put between quotes in an SQL statement that is sent away; whoever chooses the value chooses the statement.',
      severity: 'medium',
      confidence: 'medium',
    });
  for (const call of event.calls) {
    const made = formatValue(call.node, call.name, call.args);
    if (made?.composed === true && made.from?.kind === 'string' && quotesValue(made.from)) report(call.node);
  }
  walk(event.node.body, (node) => {
    if (node.kind === 'string' && quotesValue(node)) report(node);
  });
}

function quotesValue(node: Text): boolean {
  const [first] = node.parts;
  if (node.parts.length < 2 || typeof first !== 'string' || !STATEMENT.test(first.endsWith("'") ? first : `${first} `)) return false;
  return node.parts.some((part: string | Expression, index) => {
    const before = node.parts[index - 1];
    const after = node.parts[index + 1];
    return typeof part !== 'string' && typeof before === 'string' && /'%?$/.test(before) && typeof after === 'string' && /^%?'/.test(after);
  });
}
