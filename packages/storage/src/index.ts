export { authMigrations } from './auth-migrations.ts';
export {
  createIdempotencyStore,
  type IdempotencySlot,
  type IdempotencyState,
  type IdempotencyStore,
  idempotencyMigrations,
  type StoredAnswer,
} from './idempotency-store.ts';
export {
  createOAuthStore,
  type Digest,
  type FoundEntry,
  type OAuthEntry,
  type OAuthStore,
  type RotatedToken,
  type Rotation,
  type RotationOutcome,
} from './oauth-store.ts';
export { type Migration, openDatabase, StoreUnavailableError } from './open-database.ts';
export { createPasswordHasher, HashingBusyError, type PasswordHasher } from './password-hash.ts';
export { createMemoryRateLimiter, type MemoryRateLimiter, type Quota, type RateDecision, type RateLimiter } from './rate-limiter.ts';
export { createMemoryReplayStore, type MemoryReplayStore, type ReplayStore } from './replay-store.ts';
export {
  createUserStore,
  MAX_PASSWORD_LENGTH,
  MAX_USER_NAME_LENGTH,
  type User,
  UserInvalidError,
  type UserStore,
  userNameKey,
} from './user-store.ts';
