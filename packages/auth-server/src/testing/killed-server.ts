/**
 * A server for one test, run as a process of its own: it kills itself the hard way between the commit of a rotation and
 * the answer, the first time. Reads its settings as JSON from the first argument.
 */
import { authMigrations, createMemoryRateLimiter, createOAuthStore, createUserStore, openDatabase } from '@sallyport/storage';
import { type AuthServerOptions, createAuthServer } from '../index.ts';

const {
  database: path,
  killed,
  ...settings
} = JSON.parse(process.argv[2] ?? '{}') as AuthServerOptions & { database: string; killed: boolean };
const database = openDatabase(path, authMigrations);
const tokens = createOAuthStore(database);
const server = createAuthServer({
  ...settings,
  users: createUserStore(database),
  tokens: {
    ...tokens,
    async rotate(rotation) {
      const outcome = await tokens.rotate(rotation);
      if (killed) process.kill(process.pid, 'SIGKILL');
      return outcome;
    },
  },
  rateLimiter: createMemoryRateLimiter({ monotonic: () => performance.now() }),
  log: () => undefined,
});
await server.listen();
process.stdout.write('ready\n');
