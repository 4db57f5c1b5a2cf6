/**
 * Reads a form (application/x-www-form-urlencoded) strictly: exactly these fields, each once, well-formed UTF-8.
 *
 * @returns the fields, or `undefined` when the body is anything else.
 * @example parseForm('username=ana&password=a+b', ['username', 'password']) // { username: 'ana', password: 'a b' }
 */
export function parseForm<const Name extends string>(body: string, names: readonly Name[]): Readonly<Record<Name, string>> | undefined {
  const found = new Map<string, string>();
  for (const pair of body.split('&')) {
    const separator = pair.indexOf('=');
    if (separator === -1) return undefined;
    const name = decode(pair.slice(0, separator));
    const value = decode(pair.slice(separator + 1));
    if (name === undefined || value === undefined || found.has(name)) return undefined;
    found.set(name, value);
  }
  if (found.size !== names.length || !names.every((name) => found.has(name))) return undefined;
  return Object.fromEntries(found) as Record<Name, string>;
}

/** What browsers send: spaces as plus, everything beyond ASCII and the rest of what is special in percent form. */
function decode(text: string): string | undefined {
  if (!/^[\w*.+%!'()~-]*$/.test(text)) return undefined;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
