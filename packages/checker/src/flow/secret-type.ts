import type { Declare } from '../syntax/tree.ts';
import type { Declarations } from './declarations.ts';
import { nameValue } from './name-value.ts';
import { sensitiveName } from './sensitive-name.ts';
import { bareType, type Sensitive, UNKNOWN } from './value.ts';

/** What sign-in libraries hand out whole, tokens inside: AppAuth, MSAL. Others call it a token or credentials by name. */
const LIBRARY_TYPE = /^(?:OIDAuthState|OIDTokenResponse|MSALResult)$/;
/** A session holds an account, the account its tokens; further in lie the objects of the whole app. */
export const MAX_NESTING = 2;

/** Calls that turn an object with all that is in it into bytes or text. */
export const WRITES_OUT =
  /^(?:encode|archivedData|archivedDataWithRootObject|archiveRootObject|stringify|dataWithJSONObject|dataWithPropertyList|jsonString|toJSONString|toJSON)$/;

/**
 * Whether objects of a type carry a credential: then what is encoded, archived or dumped of them does too.
 *
 * @example secretOfType('Session', declared) // { kind: 'credential', name: 'Session.refreshToken', whole: true }
 */
export function secretOfType(type: string | undefined, declared: Declarations, nesting = 0): Sensitive | undefined {
  const bare = bareType(type?.replace(/^\[|\]\??$/g, ''));
  if (bare === undefined) return undefined;
  const facts = declared.type(bare);
  if (facts === undefined) {
    const telling =
      LIBRARY_TYPE.test(bare) ||
      (nesting === 0 && /^[A-Z]\w+(?:Token|Tokens|Credential|Credentials)$/.test(bare) && sensitiveName(bare) === 'credential');
    return telling ? { kind: 'credential', name: bare, whole: true } : undefined;
  }
  return secretAmong(bare, facts.properties.values(), {
    within: ({ declare: { type: own } }) =>
      own === undefined || nesting === MAX_NESTING ? undefined : secretOfType(own, declared, nesting + 1),
  });
}

/** What the types of a type's properties say. */
interface PropertyTypes<P> {
  /** That the property is no secret for all its name says. */
  readonly denies?: (property: P) => boolean;
  /** The secret that objects of it carry. */
  readonly within: (property: P) => Sensitive | undefined;
}

/** The first property of a type that is a credential by its name, or else that holds one. */
export function secretAmong<P extends { readonly declare: Declare }>(
  type: string,
  properties: Iterable<P>,
  types: PropertyTypes<P>,
): Sensitive | undefined {
  const stored = [...properties].filter(({ declare }) => isStored(declare));
  for (const property of stored) {
    const { name, type: own } = property.declare;
    if (nameValue(UNKNOWN, name, own).sensitive?.kind === 'credential' && types.denies?.(property) !== true)
      return { kind: 'credential', name: type === '' ? name : `${type}.${name}`, whole: true };
  }
  for (const property of stored) {
    const inner = types.within(property);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

const isStored = (declare: { readonly accessors?: unknown; readonly modifiers: readonly string[] }): boolean =>
  declare.accessors === undefined && !/\b(?:case|static|class)\b/.test(declare.modifiers.join(' '));
