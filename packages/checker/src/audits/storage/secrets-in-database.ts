import { type AuditContext, defineAudit } from '../../audit.ts';
import { Declarations } from '../../flow/declarations.ts';
import type { CallEvent } from '../../flow/events.ts';
import { lastName } from '../../flow/paths.ts';
import type { Unit } from '../../flow/project.ts';
import { secretOfType } from '../../flow/secret-type.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';

const C_BINDS = /^sqlite3_bind_(?:text|text16|text64|blob|blob64)$/;
const C_EXECS: Record<string, number> = {
  sqlite3_exec: 1,
  sqlite3_prepare: 1,
  sqlite3_prepare_v2: 1,
  sqlite3_prepare_v3: 1,
  sqlite3_prepare16: 1,
  sqlite3_prepare16_v2: 1,
  sqlite3_prepare16_v3: 1,
};
const METHODS = new Set(
  'execute executeQuery executeUpdate run scalar prepare bind query rawQuery insert update upsert insertMany create add setArguments append executeSql runAsync putInTx setObject setPrimitiveValue setValue setValuesForKeys StatementArguments Statement SQLRequest SQL makeStatement cachedStatement allStatements setUncheckedArguments prepareRowIterator fetchCursor fetchAll fetchSet fetchOne column constraint order having filter write save'.split(
    ' ',
  ),
);
const DATABASE =
  /\b(?:db|database|sqlite|connection|realm|fmdb|statement|stmt|tx|transaction|table|context|managedobject\w*|coredata|entity|grdb|yap\w*|row|record|sqlrequest|cursor|writer|couch\w*|cbl\w*|document)\b/i;
const DATABASE_TYPE =
  /Connection|Database|Statement|Realm|NSManagedObject|Table|SQLRequest|Cursor|Entity|CBL\w+|YapDatabase\w*|MutableDocument|ModelContext|TableAlteration|TableDefinition|SQL$/;
const STORED_BASE = /^(?:NSManagedObject|Object|RealmSwift\.Object|RLMObject|EmbeddedObject|RealmSwiftObject|PersistentModel|CBLModel)$/;
/** Types whose values go into a table when they are saved. */
const RECORD_BASE = /^(?:(?:Mutable)?PersistableRecord|Record|TableRecord|TableCodable)$/;
/** Property attributes that make Core Data and Realm keep the property. */
const KEPT = /^@(?:NSManaged|Persisted|objc|Attribute)$/;
/** The file opens its database with a key; what goes into it is encrypted. */
const ENCRYPTED =
  /usePassphrase|\bencryptionKey\b|sqlite3_key|cipherKeyBlock|cipherDefaultkdf|PRAGMA (?:hex)?key|setKey\(|\b(?:db|connection|database)\.key\(/;
const READS = /^\s*(?:select|delete|drop|create|pragma)\b/i;

const REMOTE_WRITE = /^(?:setData|updateData|addDocument|setValue|updateChildValues|set|add|update|addDoc|setDoc|updateDoc)$/;
/** What nobody keeps as it stands, wherever it is: a profile's address may be in the cloud, its password may not. */
const LASTING = /\b(?:password|passwd|pwd|passcode|pin|cvv2?|cvc|card (?:number|no)|private key|mnemonic|seed phrase)\b/;

const SAVES = new Set(['insert', 'save', 'update', 'upsert', 'inserted', 'saved', 'replace']);

export const secretsInDatabase = defineAudit({
  id: 'secrets-in-database',
  area: 'storage',
  title: 'Secrets and personal data are encrypted before they reach a database',
  failingTitle: 'Secrets or personal data are stored in a plain database',
  severity: 'medium',
  references: {
    checklist: 'tokens-in-keychain',
    masvs: ['MASVS-STORAGE-1'],
    mastg: ['MASTG-TEST-0299'],
    maswe: ['MASWE-0006'],
    cwe: [312, 311],
  },
  why: 'The database is a plain file, in every backup; whoever gets it reads all of it.',
  remedy: {
    text: 'Keep tokens in the keychain; encrypt personal columns with a key from the keychain, or the whole file (SQLCipher, Realm encryption), and give it complete file protection.',
    language: 'swift',
    code: 'let sealed = try AES.GCM.seal(Data(phone.utf8), using: key).combined!\ntry db.execute(sql: "INSERT INTO contact(phone) VALUES (?)", arguments: [sealed])',
    script:
      "const sealed = seal(phone, key);   // the key comes from SecureStore\nawait db.runAsync('INSERT INTO contact(phone) VALUES (?)', sealed);",
  },
  needs: ['code'],
  samples: {
    fail: [
      'func f(db: Connection, password: String) throws { try db.run("INSERT INTO user(secret) VALUES (?)", password) }',
      'func f(s: OpaquePointer, password: String) { sqlite3_bind_text(s, 1, password, -1, nil) }',
      'struct Account: Codable, PersistableRecord { var email: String; var accessToken: String }\nfunc f(db: Database, a: Account) throws { try a.insert(db) }',
      'class Account: NSManagedObject { @NSManaged var secretValue: String? }\nfunc f(a: Account, accessToken: String) { a.secretValue = accessToken }',
      {
        path: 'Save.m',
        text: '@interface Person : NSManagedObject\n@property NSString *passcode;\n@end\n@interface Person (Orders)\n@end\n@implementation Person\n@dynamic passcode;\n@end\n@implementation Store\n- (void)keep:(NSDictionary *)answer { Person *person = [Person insertInto:context]; person.passcode = answer[@"passcode"]; }\n@end',
      },
      'class Login: Object { @Persisted var password = "" }\nfunc f(realm: Realm, login: Login) throws { try realm.write { realm.add(login) } }',
      'func f(password: String) { Firestore.firestore().collection("people").document(id).setData(["name": name, "password": password]) }',
      { path: 'a.ts', text: 'export const join = (email, password) => set(ref(db, "people/" + id), { email, password });' },
      { path: 'a.ts', text: 'export const join = (email, password) => addDoc(collection(db, "people"), { email, password });' },
      'func f(db: Connection, pinCode: String) throws { try db.run(people.insert(code <- pinCode)) }',
    ],
    pass: [
      'class Login: Object { @Persisted var name = "" }\nfunc f(realm: Realm, login: Login) throws { try realm.write { realm.add(login) } }',
      'func f(email: String) { Firestore.firestore().collection("people").document(id).setData(["email": email]) }',
      'func f(password: String) { form.child("row").setValue(password.count) }',
      { path: 'a.ts', text: 'export const join = (email) => addDoc(collection(db, "people"), { email });' },
      'func f(db: Connection, title: String) throws { try db.run("INSERT INTO item(title) VALUES (?)", title) }',
      'struct Account: PersistableRecord { var refreshToken: String }\nfunc f(q: DatabaseQueue, a: Account, c: inout Configuration, key: Data) throws { c.prepareDatabase { db in try db.usePassphrase(key) }; try q.write { db in try a.insert(db) } }',
      'func f(db: Connection, password: String) throws { let sealed = encrypt(password); try db.run("INSERT INTO user(secret) VALUES (?)", sealed) }',
    ],
  },
  calls: [{ names: [...SAVES, 'add'], secrets: true, check }],
  assigns: [
    {
      names: ['*'],
      check(event, context) {
        if (event.declared || event.value.sensitive === undefined || event.target?.kind !== 'member') return;
        const type = event.receiver?.type;
        // What an initialiser keeps is told where the object is made.
        if (event.scene.function?.name === 'init' && event.path.startsWith('self.')) return;
        if (type === undefined || mentions(event.scene.unit, ENCRYPTED)) return;
        const stored = isStoredObject(event.receiver, event.scene.unit, context);
        if (!stored || !isKept(type, event.name, context)) return;
        context.report({
          at: here(event.scene, event.node),
          message: `“${event.value.sensitive.name}” is kept in ${type}, a stored object.`,
          confidence: 'medium',
        });
      },
    },
  ],
});

/** Whether a value is an object of Core Data, Realm or SwiftData, by its type or by what made it. */
function isStoredObject(value: Value | undefined, unit: Unit, context: AuditContext): boolean {
  if (value === undefined) return false;
  if (/insertNewObject\w*\(\)$/.test(value.symbol ?? '')) return true;
  if (value.type === undefined) return false;
  // Classes generated from a model file are not in the sources: `User(context: viewContext)`.
  const generated = !context.artifacts.project.types.has(value.type) && value.entries?.get('context') !== undefined;
  return generated || isStored(value.type, unit, context);
}

/** Core Data keeps what its model declares; other properties of the class live in memory. */
function isKept(type: string, property: string, context: AuditContext): boolean {
  const facts = context.artifacts.project.types.get(type);
  const declared = facts?.properties.get(property)?.declare;
  // Objective-C marks them in no way.
  if (facts === undefined || declared === undefined || facts.properties.get(property)?.unit.language === 'objc') return true;
  if (!facts.inherits.has('NSManagedObject')) return true;
  return declared.modifiers.some((modifier) => KEPT.test(modifier));
}

/**
 * Whether the type that is meant in a file is a stored one. A plain struct of another module may share its name with it: the
 * declarations nearest to the file are meant, and all of them must be stored.
 */
function isStored(type: string, unit: Unit, context: AuditContext): boolean {
  const declarations = (context.artifacts.project.types.get(type.split('.').at(-1) as string)?.declarations ?? []).filter(
    // Objective-C's implementations and categories leave the parent to the interface.
    ({ path, inherits }) => inherits.length > 0 || !/\.(?:h|mm?)$/.test(path),
  );
  if (declarations.length < 2) return descends(type, STORED_BASE, context);
  const nearness = declarations.map(({ path }) => sharedFolders(path, unit.path));
  const nearest = Math.max(...nearness);
  return declarations
    .filter((_, index) => nearness[index] === nearest)
    .every(({ inherits }) => inherits.some((parent) => descends(parent, STORED_BASE, context)));
}

/** How many folders two files have in common; a file is nearest to itself. */
function sharedFolders(left: string, right: string): number {
  if (left === right) return Number.POSITIVE_INFINITY;
  const [a, b] = [left.split('/').slice(0, -1), right.split('/').slice(0, -1)];
  const apart = a.findIndex((folder, index) => folder !== b[index]);
  return apart === -1 ? a.length : apart;
}

function descends(type: string, base: RegExp, context: AuditContext): boolean {
  if (base.test(type)) return true;
  const seen = new Set<string>();
  const queue = [type];
  for (let name = queue.pop(); name !== undefined && seen.size < 12; name = queue.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (base.test(name)) return true;
    const facts = context.artifacts.project.types.get(name.split('.').at(-1) as string);
    if (base === STORED_BASE && facts?.attributes.has('@Model') === true) return true;
    queue.push(...(facts?.inherits ?? []));
  }
  return false;
}

function check(event: CallEvent, context: AuditContext): void {
  const { name, args } = event;
  let value: Value | undefined;
  if (C_BINDS.test(name)) value = args[2]?.known;
  else if (Object.hasOwn(C_EXECS, name)) value = args[C_EXECS[name] as number]?.known;
  else if (savesRecord(event, context)) value = heldSecret(event.receiver) ?? columnOf(event, context);
  else if (addsObject(event, context)) value = objectOf(event, context);
  else if (isRemoteRecord(event)) value = args.map((arg) => arg.known).find(({ sensitive }) => LASTING.test(words(sensitive?.name ?? '')));
  else if (/^[A-Z]/.test(name) && isStored(name, event.scene.unit, context))
    value = args.map((arg) => arg.known).find((known) => known.sensitive !== undefined);
  else if (event.arg('sql') !== undefined && event.arg('arguments') !== undefined) value = event.arg('arguments');
  else {
    if (!METHODS.has(name)) return;
    const holder = event.path.slice(0, -name.length - 1);
    const type = event.receiver?.type ?? (event.receiverNode === undefined ? (event.scene.type ?? '') : '');
    const certain =
      // `column <- value` of SQLite.swift.
      (/^(?:insert|update|upsert)$/.test(name) && args.some((arg) => arg.value.kind === 'binary' && arg.value.op === '<-')) ||
      event.arg('inCollection') !== undefined ||
      isStoredObject(event.receiver, event.scene.unit, context) ||
      DATABASE_TYPE.test(type) ||
      /^(?:SQL|SQLRequest|Statement|StatementArguments)$/.test(name) ||
      isStored(type, event.scene.unit, context);
    if (
      !certain &&
      !DATABASE.test(holder.replaceAll(/[._()[\]]/g, ' ').replaceAll(/([a-z])([A-Z])/g, '$1 $2')) &&
      !/^\s*(?:insert|update|replace)\b/i.test(args[0]?.known.text ?? '')
    )
      return;
    if (/^(?:filter|order|fetch\w*|having)$/.test(name) && args.every((arg) => arg.label !== 'sql' && arg.label !== 'arguments')) return;
    if (/^(?:setValue|setObject)$/.test(name) && !certain) return;
    value = args.map((arg) => arg.known).find((known) => known.sensitive !== undefined && known.closure === undefined);
  }
  if (value?.sensitive === undefined || value.guarded === true || value.number !== undefined || value.type === 'Bool') return;
  if (READS.test(args[C_EXECS[name] ?? 0]?.known.text ?? '') && args.length <= 1) return;
  if (/^\s*delete|^\s*select/i.test(textStart(event)) || mentions(event.scene.unit, ENCRYPTED)) return;
  context.report({
    at: here(event.scene, event.node),
    message: `“${value.sensitive.name}” goes into a database as it stands.`,
    confidence: value.sensitive.kind === 'credential' ? 'high' : 'medium',
  });
}

/** `player.insert(db)`, `try account.save(db)`: the record itself is written. */
function savesRecord(event: CallEvent, context: AuditContext): boolean {
  const { name, receiver, args } = event;
  if (!SAVES.has(name) || receiver?.type === undefined || args.length !== 1) return false;
  return args[0]?.label === undefined && descends(receiver.type, RECORD_BASE, context);
}

/** `realm.add(account)`: what is given is a stored object, and all its properties with it. */
const addsObject = ({ name, path, args, scene }: CallEvent, context: AuditContext): boolean =>
  name === 'add' && /realm/i.test(path) && isStoredObject(args[0]?.known, scene.unit, context);

function objectOf({ args }: CallEvent, context: AuditContext): Value | undefined {
  const sensitive = secretOfType(args[0]?.known.type, new Declarations(context.artifacts.project));
  return sensitive === undefined ? undefined : { sensitive };
}

/** `collection("users").document(id).setData(…)`: a database in the cloud, read by whoever its rules let. */
const isRemoteRecord = ({ name, path, args }: CallEvent): boolean =>
  REMOTE_WRITE.test(name) &&
  (/\b(?:collection|document|doc|child|reference|ref)\(\)/.test(path) ||
    (/^(?:addDoc|setDoc|updateDoc)$/.test(name) && args.length > 1) ||
    // `set(ref(db, place), record)`.
    (/^(?:set|update)$/.test(path) && args.length > 1 && args[0]?.value.kind === 'call' && lastName(args[0].value) === 'ref'));

function heldSecret(receiver: Value | undefined): Value | undefined {
  for (const value of receiver?.entries?.values() ?? []) if (value.sensitive !== undefined && value.guarded !== true) return value;
  return undefined;
}

/** Every stored property of a record is a column. */
function columnOf(event: CallEvent, context: AuditContext): Value | undefined {
  const sensitive = secretOfType(event.receiver?.type, new Declarations(context.artifacts.project));
  return sensitive === undefined ? undefined : { sensitive };
}

/** The first words of the statement, also when it is composed. */
function textStart(event: CallEvent): string {
  for (const arg of event.args) {
    const from = arg.known.from ?? arg.value;
    if (from.kind === 'string' && typeof from.parts[0] === 'string') return from.parts[0].slice(0, 12);
    if (from.kind === 'binary' && from.left.kind === 'string' && typeof from.left.parts[0] === 'string')
      return from.left.parts[0].slice(0, 12);
  }
  return '';
}
