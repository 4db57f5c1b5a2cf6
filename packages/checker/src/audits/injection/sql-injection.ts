import { type AuditContext, defineAudit } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import type { Value } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { FORMATTING, formattedText, reportSentSql } from './sent-sql.ts';
import { isStructureOnly } from './sql-structure.ts';

/** SQLite's C functions and the common wrappers; the number is the place of the statement. */
const C_FUNCTIONS: Record<string, number> = {
  sqlite3_exec: 1,
  sqlite3_prepare: 1,
  sqlite3_prepare_v2: 1,
  sqlite3_prepare_v3: 1,
  sqlite3_prepare16: 1,
  sqlite3_prepare16_v2: 1,
  sqlite3_prepare16_v3: 1,
  sqlite3_get_table: 1,
};
/** Wrappers name their methods after these. */
const METHOD_NAME = /^(?:exec|execute|query|rawQuery|runQuery|runSql)(?:[A-Z0-9]\w*)?$/;
/** Labels under which SQL is handed over. */
const SQL_LABEL = /^(?:sql|query|statement)(?:Literal|Statement|Query|String|Text)?$|^sqlite(?:Statement|Query)$|^rawSQL$/;
const METHODS = new Set(
  'execute executeQuery executeUpdate executeStatements executeQueryWithFormat executeUpdateWithFormat prepare run scalar prepareRowIterator query rawQuery execSQL executeSql execSql executeSqlAsync runAsync getAllAsync getFirstAsync execAsync allStatements cachedStatement makeStatement inDatabase Statement SQLRequest SQL column constraint addColumn order group having filter fetchAll fetchCursor fetchOne fetchSet fetch raw statement executeSQL checkSqlQuery sql literal'.split(
    ' ',
  ),
);
/** Receivers that are a database by name or type, for methods whose names are common. */
const DATABASE = /db|database|sqlite|connection|statement|realm|fmdb|queue\b|tx|transaction|stmt|\bsql|request|table|row|record/i;
const SQL_TEXT =
  /\b(?:select\s[\s\S]*\sfrom|insert\s+(?:or\s+\w+\s+)?into|update\s+\S+\s+set|delete\s+from|create\s+table|drop\s+table|alter\s+table|pragma|where\s)\b/i;

export const sqlInjection = defineAudit({
  id: 'sql-injection',
  area: 'injection',
  title: 'SQL statements are constant; values are bound',
  failingTitle: 'A value is written into an SQL statement',
  severity: 'high',
  references: { checklist: 'no-injection', masvs: ['MASVS-CODE-4'], maswe: ['MASWE-0086'], cwe: [89], api10: ['API8:2023'] },
  why: 'Whoever chooses the value chooses the statement: other users\u2019 rows are read, rows are changed, encryption of the file is undone.',
  remedy: {
    text: 'Write ? in the statement and bind the value.',
    language: 'swift',
    code: 'try db.execute(sql: "SELECT * FROM item WHERE owner = ?", arguments: [owner])',
    script: "await db.runAsync('DELETE FROM item WHERE owner = ?', owner);",
  },
  needs: ['code'],
  samples: {
    fail: [
      'func f(db: FMDatabase, name: String) { let sql = "UPDATE item SET seen = ? WHERE owner = \'\\(name)\'"; db.executeUpdate(sql, withArgumentsIn: [true]) }',
      'func f(db: FMDatabase, name: String) { var sql = "UPDATE item SET seen = ? WHERE \\(clause)"; sql += " AND owner = \'\\(name)\'"; db.executeUpdate(sql, withArgumentsIn: [true]) }',
      {
        path: 'Rows.m',
        text: '- (void)f:(NSString *)name { NSString *q = [NSString stringWithFormat:@"select * from item where owner = \'%@\'", name]; [db executeQuery:q]; }',
      },
      'func f(db: OpaquePointer, name: String) { let q = "SELECT * FROM item WHERE owner = \'\\(name)\'"; sqlite3_exec(db, q, nil, nil, nil) }',
      'func f(db: Database) throws { let name = try String(contentsOf: url); try db.execute(sql: "DELETE FROM item WHERE owner = " + name) }',
      'func f(field: UITextField) { let p = NSPredicate(format: "name == \'\\(field.text!)\'") }',
      {
        path: 's.m',
        text: '- (void)f:(FMDatabase *)db { [db executeUpdate:[NSString stringWithFormat:@"DELETE FROM item WHERE owner = \'%@\'", owner]]; }',
      },
      {
        path: 's.m',
        text: '- (void)find { NSString *q = [NSString stringWithFormat:@"exec FindUser \'%@\'", self.field.text]; [self.api post:q]; }',
      },
      'func f(db: FMDatabase, ids: String) throws { try db.executeUpdate("DELETE FROM item WHERE id IN (\\(ids))", values: nil) }',
      'func f(id: String) { let hits = realm.objects(Item.self).filter("id == \'" + id + "\'") }',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
      { path: 's.ts', text: 'export const s = (db, name) => db.executeSql(`SELECT * FROM item WHERE owner = "${name}"`);' },
    ],
    pass: [
      {
        path: 's.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: "export const s = (db, ids) => { const marks = ids.map(() => '?').join(','); return db.getAllAsync(`SELECT * FROM item WHERE id IN (${marks})`, ids); };",
      },
      'func f(db: FMDatabase, ids: [String]) { let placeholders = list(ids.count); var sql = "DELETE FROM \\(name) WHERE id IN \\(placeholders)"; if let key { sql += " AND key = ?" }; db.executeUpdate(sql, withArgumentsIn: ids + [key]) }',
      'func f(db: FMDatabase, clause: String, values: [Any]) { let sql = "SELECT * FROM item NATURAL JOIN state WHERE \\(clause);"; db.executeQuery(sql, withArgumentsIn: values) }',
      {
        path: 'Rows.m',
        text: '- (void)f:(NSString *)table { NSString *q = [NSString stringWithFormat:@"select %@ from %@ where %@ = ?", key, table, key]; [db executeQuery:q, value]; [db executeQuery:[NSString stringWithFormat:@"pragma user_version = %d", version]]; }',
      },
      'func f(key: String) -> NSPredicate { NSPredicate(format: "\\(key) == %@ AND \\(#keyPath(Item.day)) > %@", name, day) }',
      'func f(db: FMDatabase, kind: Kind) { db.executeQuery("SELECT id FROM item WHERE kind = \'\\(kind.rawValue)\'", withArgumentsIn: nil) }',
      'func f(db: Database, name: String) throws { try db.execute(sql: "SELECT * FROM item WHERE owner = ?", arguments: [name]) }',
      'func f(db: OpaquePointer) { let table = "item"; let q = "SELECT * FROM \\(table)"; sqlite3_exec(db, q, nil, nil, nil) }',
      'func f(db: OpaquePointer, limit: Int) { sqlite3_exec(db, "SELECT * FROM item LIMIT \\(limit)", nil, nil, nil) }',
      'func f(field: UITextField) { let p = NSPredicate(format: "name == %@", field.text!) }',
      'func f(db: Connection, field: UITextField) throws { let s = try db.prepare("SELECT * FROM item WHERE owner = ?"); try s.run(field.text!) }',
      {
        path: 's.m',
        text: '- (void)f:(FMDatabase *)db { [db executeQuery:[NSString stringWithFormat:@"SELECT * FROM %@ WHERE id = ? LIMIT %d", table, count], key]; }',
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
      { path: 's.ts', text: 'export const s = (db, version) => db.execAsync(`PRAGMA user_version = ${version}`);' },
      'func f(items: [Item]) { let hits = items.filter { $0.owner == name } }',
      'func f(db: FMDatabase) throws { try db.executeQuery("SELECT \\(columns.joined(separator: ",")) FROM \\(tableName) WHERE \\(condition)", values: [id]) }',
    ],
  },
  texts(event, context) {
    reportSentSql(event.scene, event.node, event.node, context);
  },
  calls: [
    { names: [...Object.keys(C_FUNCTIONS), ...METHODS], check },
    {
      // A predicate is a query of Core Data, Realm or HealthKit; its format is what SQL is to SQLite.
      names: ['NSPredicate', 'predicateWithFormat'],
      check(event, context) {
        const format = event.arg('format') ?? event.args[0]?.known;
        if (format?.composed !== true) return;
        context.report({
          at: here(event.scene, event.node),
          message: `${capital(format.foreign ?? 'a value that is not constant')} becomes part of the format of a predicate.`,
          severity: 'medium',
          confidence: 'medium',
        });
      },
    },
    {
      names: FORMATTING,
      check(event, context) {
        const made = formattedText(event);
        if (made !== undefined) reportSentSql(event.scene, made, event.node, context);
      },
    },
    // Query builders take raw SQL under this label, whatever they are called.
    {
      names: METHOD_NAME,
      labels: /^sql/,
      check: (event, context) => {
        if (!METHODS.has(event.name)) check(event, context);
      },
    },
  ],
});

function check(event: CallEvent, context: AuditContext): void {
  // Inside a wrapper of the same name that the caller was already judged for.
  if (event.scene.via !== undefined && isSink(event.scene.function?.name)) return;
  const position = C_FUNCTIONS[event.name];
  const statement = position !== undefined ? event.args[position]?.known : methodStatement(event);
  if (
    statement === undefined ||
    statement.guarded === true ||
    /^(?:Array|Dictionary|Set)$/.test(statement.type ?? '') ||
    statement.entries !== undefined
  )
    return;
  if (statement.foreign === undefined && (namesOnly(statement) || (statement.composed === true && isStructureOnly(event, statement))))
    return;
  // Query builders take clauses and objects under the same names; SQL is text.
  const textual =
    position !== undefined ||
    statement.type === 'String' ||
    statement.foreign !== undefined ||
    statement.from?.kind === 'string' ||
    event.args.some((arg) => arg.label === 'sql') ||
    event.scene.unit.language !== 'script';
  if (!textual) return;
  const level = suspicion(statement, position !== undefined);
  if (level === undefined) return;
  context.report({
    at: here(event.scene, event.args.find(({ known, value }) => known === statement && isWritten(value)) ?? event.node),
    message:
      statement.foreign !== undefined
        ? `${capital(statement.foreign)} becomes part of the statement given to ${event.name}.`
        : `A value that is not constant becomes part of the statement given to ${event.name}.`,
    confidence: level,
    ...(statement.foreign === undefined ? { severity: 'medium' as const } : {}),
  });
}

/** A statement put together in the call is the place to mend; one that has a name is made elsewhere. */
const isWritten = ({ kind }: Expression): boolean => kind === 'string' || kind === 'binary';

const isSink = (name: string | undefined): boolean => name !== undefined && (METHODS.has(name) || Object.hasOwn(C_FUNCTIONS, name));

/** Whether all that varies are names of tables and columns, which cannot be bound: `DELETE FROM \\(table.name)`. */
function namesOnly(statement: Value): boolean {
  const node = statement.from;
  if (node?.kind !== 'string') return false;
  return node.parts.every((part, index) => {
    if (typeof part === 'string') return true;
    const before = node.parts[index - 1];
    return (
      typeof before === 'string' &&
      /\b(?:from|into|table|update|join|exists|index|on|pragma|column|as|by)\s+["'`[]?\w*$|\bpragma\s+(?!key|rekey|hexkey)\w+\s*=\s*$/i.test(
        before,
      ) &&
      !/['"]$/.test(before.trimEnd().replace(/["'`[]$/, ''))
    );
  });
}

const capital = (text: string) => text[0]?.toUpperCase() + text.slice(1);

function methodStatement(event: CallEvent): Value | undefined {
  const labelled = event.args.find((arg) => arg.label !== undefined && (SQL_LABEL.test(arg.label) || arg.label === 'literal'));
  // `execute(literal: "… \\(value)")` binds what is interpolated; only a text handed over whole is SQL.
  if (labelled?.label === 'literal' && labelled.value.kind === 'string') return undefined;
  if (labelled !== undefined && (event.name !== 'filter' || labelled.label === 'sql')) return labelled.known;
  // What is bound to a prepared statement is a value.
  if (
    /^(?:run|scalar|bind|execute)$/.test(event.name) &&
    /Statement$|\bprepare\(\)$/.test(`${event.receiver?.type ?? event.receiver?.symbol ?? ''}`)
  )
    return undefined;
  if (/^(?:SQL|SQLRequest|Statement)$/.test(event.name))
    return event.args.find((arg) => arg.known.type === 'String' || arg.known.foreign !== undefined)?.known;
  const first = event.args[0];
  if (first === undefined || first.known.closure !== undefined || (first.label !== undefined && first.label !== 'withFormat'))
    return undefined;
  const holder = `${event.path.slice(0, -event.name.length)} ${event.receiver?.type ?? ''} ${event.receiver?.symbol ?? ''}`;
  if (event.name === 'filter') return /realm|objects\(\)/i.test(holder) ? first.known : undefined;
  return DATABASE.test(holder) || SQL_TEXT.test(first.known.text ?? statementText(event)) ? first.known : undefined;
}

const statementText = (event: CallEvent): string => {
  const node = event.args[0]?.known.from;
  return node === undefined ? '' : event.scene.unit.source.slice(node.start, node.end);
};

/** How sure it is that somebody else chooses part of the text. */
function suspicion(statement: Value, certainSink: boolean): 'high' | 'medium' | undefined {
  if (statement.foreign !== undefined && statement.type !== 'Int') return 'high';
  if (statement.composed !== true) return undefined;
  const node = statement.from;
  return certainSink || node !== undefined || statement.composed ? 'medium' : undefined;
}
