import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UserStore } from '@sallyport/storage';

/** Somebody to sign in as on this machine. */
export interface DemoUser {
  readonly name: string;
  readonly password: string;
}

/**
 * The demo user, the same at every start, so that one can sign in by hand too. The password is random, made on this
 * machine, and lies in the state folder, readable by its owner alone.
 */
export async function ensureDemoUser(users: UserStore, stateFolder: string): Promise<DemoUser> {
  const file = join(stateFolder, 'demo-user.json');
  const known = read(file);
  if (known !== undefined && (await users.verifyPassword(known.name, known.password)) !== undefined) return known;
  // A name of its own each time one is made: the file may be lost while the database is not.
  const user = { name: `demo-${randomBytes(3).toString('hex')}`, password: randomBytes(12).toString('base64url') };
  await users.addUser(user.name, user.password);
  writeFileSync(file, JSON.stringify(user), { mode: 0o600 });
  return user;
}

function read(file: string): DemoUser | undefined {
  try {
    const { name, password } = JSON.parse(readFileSync(file, 'utf8'));
    return typeof name === 'string' && typeof password === 'string' ? { name, password } : undefined;
  } catch {
    return undefined;
  }
}
