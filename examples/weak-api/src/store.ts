import { randomUUID, scryptSync, timingSafeEqual } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Flaws } from './planted-flaws.ts';

export interface Order {
  readonly id: string | number;
  readonly owner: string;
  readonly item: string;
  readonly quantity: number;
  readonly internalMargin: number;
  readonly warehouseNote: string;
}

export interface User {
  readonly name: string;
  readonly email: string;
  readonly salt: string;
  readonly passwordHash: string;
}

/** People and orders in memory; gone at the end. Everybody's password is `correct horse battery`. */
export interface Store {
  ordersOf(owner: string): Order[];
  /** @throws the database's own error where ids are pasted into SQL. */
  order(id: string): Order | undefined;
  addOrder(owner: string, item: string, quantity: number): Order;
  /** Gives somebody a gateway knows and we do not a first few orders. */
  welcome(subject: string): void;
  user(name: string): User | undefined;
  readonly users: readonly User[];
  passwordFits(user: User | undefined, password: string): boolean;
}

export const SAMPLE_PASSWORD = 'correct horse battery';

/** Low on purpose: the sample is started many times in tests. A real server takes 100 times as long. */
const HASH_COST = 1024;

export function createStore(flaws: Flaws): Store {
  const database = new DatabaseSync(':memory:');
  const counted = flaws.has('counted-ids');
  database.exec(
    `CREATE TABLE orders (id ${counted ? 'INTEGER' : 'TEXT'} PRIMARY KEY, owner TEXT, item TEXT, quantity INTEGER, internalMargin REAL, warehouseNote TEXT)`,
  );
  const users = ['ann', 'bob'].map((name): User => {
    const salt = randomUUID();
    return { name, email: `${name}@shop.example`, salt, passwordHash: hash(SAMPLE_PASSWORD, salt) };
  });
  const insert = database.prepare('INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?) RETURNING *');
  const addOrder = (owner: string, item: string, quantity: number) =>
    insert.get(counted ? null : randomUUID(), owner, item, quantity, 0.42, 'third shelf') as unknown as Order;
  for (const [owner, item] of [
    ['ann', 'lamp'],
    ['ann', 'chair'],
    ['bob', 'table'],
    ['ann', 'rug'],
    ['bob', 'clock'],
  ] as const)
    addOrder(owner, item, 1);
  const known = new Set(users.map(({ name }) => name));
  const nobody = { salt: randomUUID(), passwordHash: hash(randomUUID(), 'x') };
  return {
    users,
    addOrder,
    ordersOf: (owner) => database.prepare('SELECT * FROM orders WHERE owner = ? ORDER BY rowid').all(owner) as unknown as Order[],
    order: (id) =>
      (flaws.has('sql-by-concatenation')
        ? database.prepare(`SELECT * FROM orders WHERE id = '${id}'`).get()
        : database.prepare('SELECT * FROM orders WHERE id = ?').get(id)) as unknown as Order | undefined,
    welcome: (subject) => {
      if (known.has(subject)) return;
      known.add(subject);
      const salt = randomUUID();
      users.push({ name: subject, email: `${subject}@shop.example`, salt, passwordHash: hash(randomUUID(), salt) });
      for (const item of ['lamp', 'chair', 'rug']) addOrder(subject, item, 1);
    },
    user: (name) => users.find((user) => user.name === name),
    passwordFits(user, password) {
      // The same work for somebody unknown, or the time would tell.
      const { salt, passwordHash } = user ?? nobody;
      return timingSafeEqual(Buffer.from(hash(password, salt)), Buffer.from(passwordHash)) && user !== undefined;
    },
  };
}

function hash(password: string, salt: string): string {
  return scryptSync(password, salt, 32, { N: HASH_COST }).toString('hex');
}
