import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Cost of argon2id: 19 MiB, two passes, one lane, the first choice of the OWASP Password Storage Cheat Sheet. About 65 ms
 * of one core here: a guesser who stole the table gets some 15 guesses a second and core instead of billions.
 */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;

/** 128 bits, so that no two users share one (RFC 9106 §3.1). */
const SALT_BYTES = 16;

/** 256 bits (RFC 9106 §4). */
const TAG_BYTES = 32;

/** Largest cost believed of a stored hash, so that a tampered row cannot take the memory of the server. */
const MAX_MEMORY = 1_048_576;
const MAX_PASSES = 32;
const MAX_PARALLELISM = 16;

/**
 * Hashes at once. Each takes 19 MiB and a core; node runs them on four threads, of which two stay free for files and DNS.
 */
const CONCURRENCY = 2;

/** Hashes that wait, at most: the last one is served after about a second, which a person at a sign-in page can bear. */
const MAX_WAITING = 32;

/** More passwords are being checked than this machine can. Try again in a moment. */
export class HashingBusyError extends Error {
  readonly code = 'hashing-busy';

  constructor() {
    super('Too many passwords are being checked at once. Try again in a moment.');
  }
}

/** Hashes passwords with argon2id (RFC 9106), a bounded number at a time. */
export interface PasswordHasher {
  /** @returns a PHC string: the parameters travel with the hash. @throws HashingBusyError */
  hash(password: string): Promise<string>;
  /** @returns whether the password is the one. A stored text that is no hash of ours never fits. @throws HashingBusyError */
  verify(password: string, stored: string): Promise<boolean>;
  /** Whether a hash was made with another cost than today's. */
  isOutdated(stored: string): boolean;
}

/**
 * @param bytes random bytes for the salt.
 * @example const stored = await createPasswordHasher().hash('correct horse') // '$argon2id$v=19$m=19456,t=2,p=1$…$…'
 */
export function createPasswordHasher(bytes: (size: number) => Uint8Array = randomBytes): PasswordHasher {
  const bounded = boundedConcurrency(CONCURRENCY, MAX_WAITING);
  return {
    async hash(password) {
      const nonce = bytes(SALT_BYTES);
      const tag = await bounded(() => derive({ ...COST, message: normalise(password), nonce, tagLength: TAG_BYTES }));
      return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${encode(nonce)}$${encode(tag)}`;
    },
    async verify(password, stored) {
      const parsed = parse(stored);
      if (parsed === undefined) return false;
      const { tag, ...cost } = parsed;
      const found = await bounded(() => derive({ ...cost, message: normalise(password), tagLength: tag.length }));
      return timingSafeEqual(found, tag);
    },
    isOutdated(stored) {
      const parsed = parse(stored);
      return (
        parsed?.memory !== COST.memory ||
        parsed.passes !== COST.passes ||
        parsed.parallelism !== COST.parallelism ||
        parsed.tag.length !== TAG_BYTES
      );
    },
  };
}

/** One password, however the keyboard composed its letters (NIST SP 800-63B §5.1.1.2: NFKC). */
function normalise(password: string): string {
  return password.normalize('NFKC');
}

function derive(parameters: Argon2Parameters): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag)));
  });
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

function parse(stored: string) {
  const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(stored) ?? [];
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  if (!(cost.memory <= MAX_MEMORY && cost.passes <= MAX_PASSES && cost.parallelism <= MAX_PARALLELISM)) return undefined;
  if (cost.passes < 1 || cost.parallelism < 1 || cost.memory < 8 * cost.parallelism) return undefined;
  return { ...cost, nonce: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
}

/** Base64 without padding, as the PHC string format writes it. */
function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

function boundedConcurrency(running: number, waiting: number) {
  let free = running;
  const queue: (() => void)[] = [];
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (free > 0) free--;
    else {
      if (queue.length >= waiting) throw new HashingBusyError();
      await new Promise<void>((resolve) => queue.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
