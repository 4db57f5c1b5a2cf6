import { basename } from 'node:path/posix';
import type { Scene } from '../../flow/events.ts';
import { onceAName } from '../../flow/once-a-name.ts';
import { words } from '../../flow/sensitive-name.ts';

const SIGNS_IN = /\b(?:log ?in|sign ?in|auth\w*|unlock|verify|validate|check|submit|enter)\b/;

/** Whether a function is about signing in, by its name, its type's or its file's. */
export const isOfSignIn = (name: string, { type, unit }: Scene): boolean =>
  speaksOfSignIn(name) || (type !== undefined && speaksOfSignIn(type)) || liesInSignIn(unit.path);
const speaksOfSignIn = onceAName((name) => SIGNS_IN.test(words(name)));
const liesInSignIn = onceAName((path) => SIGNS_IN.test(words(basename(path).replace(/\.\w+$/, ''))));
