import { type Guard, readBody, refuse } from '@sallyport/pipeline';
import { decodeUtf8 } from '@sallyport/protocol';
import type { SignInRequest, WithForm } from './facts.ts';
import { parseForm } from './parse-form.ts';

/** Largest form, in bytes: the longest name and password with every character of four bytes in percent form. */
const MAX_BODY = 16_384;

/** Reads name and password, and nothing else. */
export function readForm(): Guard<SignInRequest, WithForm> {
  return {
    name: 'read-form',
    refuses: ['request-malformed', 'body-too-large', 'request-timeout'],
    async check({ request }) {
      if (!/^application\/x-www-form-urlencoded(;\s*charset=utf-8)?$/i.test(request.headers['content-type'] ?? '')) {
        return refuse('request-malformed', 'not a form');
      }
      const text = decodeUtf8(await readBody(request, MAX_BODY));
      const form = text === undefined ? undefined : parseForm(text, ['username', 'password']);
      return form === undefined ? refuse('request-malformed', 'not this form') : { facts: form };
    },
  };
}
