import type { Request } from '../http/answer.ts';
import type { SignInOptions } from '../options.ts';

/** A sign-in with a wrong password. */
export function signInAttempt(signIn: Required<SignInOptions>, user: string, password: string): Request {
  const fields = { [signIn.userField]: user, [signIn.passwordField]: password };
  const form = signIn.encoding === 'form';
  return {
    method: 'POST',
    url: signIn.url,
    headers: { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json', accept: 'application/json' },
    body: form ? new URLSearchParams(fields).toString() : JSON.stringify(fields),
  };
}
