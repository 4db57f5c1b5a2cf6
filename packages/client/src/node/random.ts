import { randomBytes } from 'node:crypto';
import type { Random } from '../ports.ts';

export const nodeRandom: Random = { bytes: (count) => randomBytes(count) };
