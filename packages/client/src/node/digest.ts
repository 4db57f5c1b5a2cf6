import { createHash } from 'node:crypto';
import type { Digest } from '../ports.ts';

export const nodeDigest: Digest = { sha256: async (bytes) => createHash('sha256').update(bytes).digest() };
