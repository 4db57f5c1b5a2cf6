export { createMemoryClock, type MemoryClock } from './clock.ts';
export { createMemoryStore, type MemoryStore } from './credential-store.ts';
export { createMemoryLock } from './lock.ts';
export { createMemoryLogger, type MemoryLogger } from './logger.ts';
export { createMemoryRandom } from './random.ts';
export { createMemoryTransport, type MemoryAnswer } from './transport.ts';
