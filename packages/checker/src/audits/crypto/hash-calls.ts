import type { CallEvent } from '../../flow/events.ts';
import type { Value } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';

const TYPE = /(?:^|\.)(MD[245]|SHA1|SHA2|SHA224|SHA256|SHA384|SHA512|SHA3|SHA)$/;
const C_FUNCTION = /^CC_(MD[245]|SHA1|SHA224|SHA256|SHA384|SHA512)(?:_Update)?$/;
const METHOD =
  /^(?:get|to|make|calc)?_?(md[245]|keccak256|sha1|sha224|sha256|sha384|sha512|sha2|sha3)(?:Hash|String|Data|Hex|Digest|Sum|Base64)?$/i;

/** Calls that run a hash whose kind their receiver says. */
const RUNS = /^(?:hash|update|calculate|callAsFunction|finish|digest|combine)$/;
/** Names of all calls that `hashedBy` knows. */
export const HASH_CALL =
  /^(?:CC_(?:MD[245]|SHA1|SHA224|SHA256|SHA384|SHA512)(?:_Update)?|hash|update|calculate|callAsFunction|finish|digest|combine|digestStringAsync|(?:get|to|make|calc)?_?(?:md[245]|keccak256|sha1|sha224|sha256|sha384|sha512|sha2|sha3)(?:Hash|String|Data|Hex|Digest|Sum|Base64)?)$/i;

/**
 * Which hash a call runs over which values: CryptoKit, CommonCrypto, CryptoSwift, node:crypto, crypto-js, expo-crypto, and own helpers
 * named after the algorithm.
 */
export function hashedBy(event: CallEvent): { algorithm: string; inputs: Value[] } | undefined {
  const { name } = event;
  const values = event.args.filter((arg) => arg.known.closure === undefined).map((arg) => arg.known);
  const common = C_FUNCTION.exec(name);
  if (common !== null)
    return { algorithm: common[1] as string, inputs: name.endsWith('_Update') ? values.slice(1, 2) : values.slice(0, 1) };
  if (RUNS.test(name)) {
    const holder = bare(event.path.slice(0, -name.length - 1));
    const algorithm =
      TYPE.exec(holder)?.[1] ??
      TYPE.exec(bare(event.receiver?.type ?? ''))?.[1] ??
      createdBy(event.receiver) ??
      TYPE.exec(bare(event.receiver?.symbol ?? ''))?.[1];
    return algorithm === undefined ? undefined : { algorithm: algorithm.toUpperCase(), inputs: values };
  }
  if (name === 'digestStringAsync' || name === 'digest') {
    const algorithm = /MD5|SHA-?(?:1|224|256|384|512)\b/i.exec(event.args[0]?.known.symbol ?? event.args[0]?.known.text ?? '')?.[0];
    return algorithm === undefined ? undefined : { algorithm: algorithm.replace('-', '').toUpperCase(), inputs: values.slice(1) };
  }
  const method = METHOD.exec(name);
  if (method === null) return undefined;
  const algorithm = (method[1] as string).toUpperCase();
  // `text.md5()`, `Digest.md5(bytes)`, `CryptoJS.MD5(text)`, `md5(text)`; a constructor `SHA1()` has no input yet.
  if (values.length === 0 && event.receiver !== undefined) return { algorithm, inputs: [event.receiver] };
  const variant = event.args.some((arg) => arg.label === 'variant');
  if (variant && event.receiverNode === undefined) return undefined;
  if (/^[A-Z]/.test(name) && values.length === 0) return undefined;
  return {
    algorithm,
    inputs: [
      ...values.filter((value) => value.sensitive !== undefined || !variant),
      ...(event.receiver?.sensitive === undefined ? [] : [event.receiver]),
    ],
  };
}

/** `Insecure.MD5.self`, `Insecure.MD5.Type` and `Insecure.MD5()` are all about `Insecure.MD5`. */
const bare = (text: string): string => text.replace(/(?:\.self|\.Type|\(\))+$/, '');

/** `createHash('md5')` remembers its argument. */
function createdBy(receiver: Value | undefined): string | undefined {
  if (receiver?.symbol === undefined || !/createHash\(\)|create\(\)/.test(receiver.symbol)) return undefined;
  const text = receiver.items?.[0]?.text;
  return text === undefined ? undefined : /^(?:md[245]|sha-?\d+)$/i.test(text) ? text.replace('-', '') : undefined;
}

/** `password.md5`, where an extension makes a property of the hash. */
export function hashedMember(node: Expression | undefined): { algorithm: string; object: Expression } | undefined {
  if (node?.kind !== 'member' || node.object === undefined) return undefined;
  const algorithm = METHOD.exec(node.name)?.[1];
  return algorithm === undefined ? undefined : { algorithm: algorithm.toUpperCase(), object: node.object };
}
