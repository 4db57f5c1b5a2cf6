import { isSecretField } from '@sallyport/protocol';

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What stands for a part of a path that may be an id or a token. */
const MASKED = '{…}';
/** Parts and names beyond these do not help to recognise a request. */
const [MAX_SEGMENTS, MAX_NAMES] = [8, 8];
/** A word somebody chose: letters, with separators, not longer than words are. Tokens hold digits or go on. */
const WORD = /^[A-Za-z]{1,20}(?:[._-][A-Za-z]{1,20}){0,3}$/;
const VERSION = /^v\d{1,3}$/;
/** Header fields beyond those whose name already says it. */
const CREDENTIAL_HEADER = /authorization|cookie|token|secret|api-?key|session|dpop|signature|assertion/;
const SCHEMES = ['bearer', 'dpop', 'basic', 'digest'];

/**
 * A request as it may be shown: method, shape of the path, names of query fields, and which headers carry a credential. No value of
 * anything leaves this function, because what it describes is a request an app should not have made.
 *
 * @example describeRequest({ method: 'GET', target: '/orders/4711?page=2', headers: { authorization: 'Bearer eyJ…' } })
 * // 'GET /orders/{…}?page=… with authorization (bearer)'
 */
export function describeRequest({ method, target, headers }: SeenRequest): string {
  const [path = '', ...queries] = target.split('?');
  const names = queries.length === 0 ? [] : queries.join('?').split('&').map(nameOf);
  const query = names.length === 0 ? '' : `?${names.slice(0, MAX_NAMES).join('&')}${names.length > MAX_NAMES ? '&…' : ''}`;
  const credentials = credentialsIn(headers);
  return [
    /^[A-Z]{1,16}$/.test(method) ? method : 'a request',
    `${shapeOf(path)}${query}`,
    ...(credentials.length === 0 ? [] : [`with ${credentials.join(', ')}`]),
  ].join(' ');
}

function shapeOf(path: string): string {
  const segments = path.split('/').slice(1);
  const shown = segments.slice(0, MAX_SEGMENTS).map((segment, at) => {
    // `/reset/opensesame`: what follows the name of a secret is one, however much it looks like a word.
    const afterSecret = at > 0 && isSecretField(segments[at - 1] as string);
    return segment === '' || VERSION.test(segment) || (WORD.test(segment) && !afterSecret) ? segment : MASKED;
  });
  return `/${shown.join('/')}${segments.length > MAX_SEGMENTS ? '/…' : ''}`;
}

const nameOf = (pair: string): string => {
  const name = pair.split('=', 1)[0] as string;
  return `${WORD.test(name.replaceAll('[]', '')) ? name : MASKED}=…`;
};

function credentialsIn(headers: SeenRequest['headers']): string[] {
  const names = Object.keys(headers).filter((name) => /^[a-z-]{1,40}$/.test(name) && (CREDENTIAL_HEADER.test(name) || isSecretField(name)));
  return names.slice(0, MAX_NAMES).map((name) => {
    const [scheme = ''] = String(headers[name]).toLowerCase().split(' ', 1);
    return SCHEMES.includes(scheme) ? `${name} (${scheme})` : name;
  });
}
