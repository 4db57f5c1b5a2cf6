import type { Parameter } from '../syntax/tree.ts';
import { ABOUT } from './known-calls.ts';
import { isAround } from './sensitive-name.ts';
import { partOf } from './sign-in-answer.ts';
import { UNKNOWN, type Value } from './value.ts';

/** What a parameter receives of the values a call gives, by place: all of one, or with JavaScript's patterns a part of it. */
export function received(parameter: Parameter, index: number, given: readonly Value[]): Value {
  const whole = given[parameter.within?.index ?? index] ?? UNKNOWN;
  const key = parameter.within?.key;
  if (key === undefined || whole === UNKNOWN) return whole;
  const entry = whole.entries?.get(key);
  if (entry !== undefined) return entry;
  const secret = whole.entries === undefined && !ABOUT.test(key) && !isAround(key);
  return { foreign: whole.foreign, sensitive: secret ? partOf(whole.sensitive, key) : undefined };
}
