export { type Migration, openDatabase, StoreUnavailableError } from './open-database.ts';
export { createMemoryRateLimiter, type MemoryRateLimiter, type Quota, type RateDecision, type RateLimiter } from './rate-limiter.ts';
export { createMemoryReplayStore, type MemoryReplayStore, type ReplayStore } from './replay-store.ts';
