import { join } from 'node:path';
import { authMigrations, createUserStore, openDatabase, type UserStore } from '@sallyport/storage';
import type { Io } from './command.ts';
import { openStateFolder } from './state-folder.ts';

/**
 * Works with the users of the project and closes their database afterwards. A server may be running on it meanwhile.
 *
 * @throws StateFolderError, StoreUnavailableError
 */
export async function withUserStore<Result>(io: Io, work: (users: UserStore) => Promise<Result>): Promise<Result> {
  const database = openDatabase(join(openStateFolder(io.cwd), 'auth.sqlite'), authMigrations);
  try {
    return await work(createUserStore(database));
  } finally {
    database.close();
  }
}
