import { nameValue } from './name-value.ts';
import { UNKNOWN, type Value } from './value.ts';

const MEMBER = /(?:^|[{;,\n])\s*(?:readonly\s+)?(\w+)\??\s*:\s*([^;,\n}]+)/g;

/**
 * What an object type written in place says of a value: its parts, and whether one of them is a secret, so that the whole is one too.
 *
 * @example shapeOfType('{ address: string; privateKey: string }')?.sensitive?.name // 'privateKey'
 */
export function shapeOfType(type: string | undefined): Value | undefined {
  if (type === undefined || !type.startsWith('{') || !type.endsWith('}')) return undefined;
  const entries = new Map<string, Value>();
  let secret: Value | undefined;
  for (const [, name = '', annotation = ''] of type.matchAll(MEMBER)) {
    const value = nameValue(UNKNOWN, name, annotation.trim());
    entries.set(name, value);
    if (value.sensitive?.kind === 'credential') secret ??= value;
  }
  return entries.size === 0 ? undefined : { entries, sensitive: secret?.sensitive };
}
