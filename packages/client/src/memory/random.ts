import type { Random } from '../ports.ts';

/** Numbers that only look random: the same in every run of a test, and never to be used for anything else. */
export function createMemoryRandom(seed = 1): Random {
  let state = seed >>> 0 || 1;
  return {
    bytes(count) {
      const bytes = new Uint8Array(count);
      for (let index = 0; index < count; index++) {
        // xorshift32
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        bytes[index] = state & 255;
      }
      return bytes;
    },
  };
}
