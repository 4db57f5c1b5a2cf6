import type { Request } from '../http/answer.ts';
import type { SignInOptions } from '../options.ts';

/** A sign-in with a wrong password. */
export function signInAttempt(signIn: Required<SignInOptions>, user: string, password: string): Request {
  const fields: [path: string, value: string][] = [
    [signIn.userField, user],
    [signIn.passwordField, password],
  ];
  const form = signIn.encoding === 'form';
  return {
    method: 'POST',
    url: signIn.url,
    headers: { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json', accept: 'application/json' },
    body: form ? new URLSearchParams(fields).toString() : JSON.stringify(nested(fields)),
  };
}

/** @example nested([['user.email', 'a'], ['user.password', 'b']]) // { user: { email: 'a', password: 'b' } } */
function nested(fields: readonly (readonly [path: string, value: string])[]): object {
  const root: Record<string, unknown> = Object.create(null);
  for (const [path, value] of fields) {
    const names = path.split('.');
    const last = names.pop() as string;
    let at = root;
    for (const name of names) {
      at[name] ??= Object.create(null);
      at = at[name] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return root;
}
