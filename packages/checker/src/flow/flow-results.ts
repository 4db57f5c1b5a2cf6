import { INTERPOLATION } from '../syntax/interpolation.ts';
import type { Closure } from '../syntax/tree.ts';
import { allocatedType, type Called, isTypeName, looksUp, metatype } from './called.ts';
import { composedSum } from './composed-sum.ts';
import { constructed } from './constructed.ts';
import { FlowHelpers } from './flow-helpers.ts';
import { formatValue } from './format-value.ts';
import type { Frame } from './frame.ts';
import { foreignCall, NETWORK_RESPONSE, SCRIPT_REQUEST, SYSTEM_TYPE } from './known-calls.ts';
import { beforePreposition, keyValue, nameValue } from './name-value.ts';
import { pathOf } from './paths.ts';
import { secretOfType, WRITES_OUT } from './secret-type.ts';
import { sensitiveName } from './sensitive-name.ts';
import { SCRIPT_SIGN_IN, SIGN_IN_ANSWER, signInAnswer, signsIn } from './sign-in-answer.ts';
import { combine, EMPTY_LIST, startOf, UNKNOWN, type Value } from './value.ts';

/** Arguments that steer a conversion and are no part of its result. */
const NEUTRAL_LABEL =
  /^(?:using|encoding|options|locale|separator|by|in|isDirectory|allowLossyConversion|withAllowedCharacters|count|length|cachePolicy|timeoutInterval|requiringSecureCoding)$/;
/** The same of Objective-C, where the first argument's label is the end of the name: `dataUsingEncoding:`. */
const NEUTRAL_FIRST = /(?:Encoding|CharactersInSet|ByString|ByCharactersInSet)$/;
/** `NSUTF8StringEncoding`, which Objective-C gives without a label. */
const ENCODING = /^(?:NS|kCF)\w*Encoding\w*$/;

/** `JSONEncoder().encode(x)`, `encoder.encode(x)`: bytes. */
const ENCODER = /[eE]ncoder(?:\(\))?\.encode$/;

/** Calls on bytes that give bytes. */
const PART_OF_BYTES = /^(?:prefix|suffix|dropFirst|dropLast|subdata|copy|mutableCopy)$/;

/** Calls whose closure chooses among the receiver's elements and is not their result. */
const PICKS = /^(?:filter|first|last|sorted|max|min|find)$/;
const HASHES = /^(?:hash|sha\d+|md5|digest)$/i;
const CLEANS = /^(?:components|replacingOccurrences|addingPercentEncoding|stringByReplacingOccurrencesOfString)$/;
const ADDRESS = /^\w+:\/\//;
/** Verbs that fetch what the rest of the name says: `getToken`. */
const FETCHES = /^(?:get|fetch|load|read|retrieve|find|current|obtain|lookup|query|request(?!Authorization)|copy)(?=[A-Z_])/;
/** Verbs that do something with what the rest of the name says: `saveToken` gives no token. */
const HANDLES = /^(?:set|update|save|store|delete|remove|clear|refresh|revoke|validate|check|is|has|log|reset|forgot|change)/;
const KEYED_READ = /^(?:get|string|object|value|data|item|getItem|stringForKey|objectForKey|valueForKey|getItemAsync)/;

/** Works out what calls give back. */
export abstract class FlowResults extends FlowHelpers {
  protected abstract closure(node: Closure, frame: Frame, given: readonly Value[]): Value;

  /** The first answer counts: what the language and the system are known to do, then the project's own functions, then the name. */
  protected result(called: Called, frame: Frame): Value {
    const { node, name, traits, args } = called;
    if (name === INTERPOLATION) return args[0]?.known ?? UNKNOWN;
    // React's way to keep a function between renderings.
    if (name === 'useCallback' && args[0]?.known.closure !== undefined) return args[0].known;
    // A closure that was handed to this helper: it runs here, with these arguments.
    const handed = node.callee.kind === 'name' ? frame.env.get(name) : undefined;
    if (handed?.closure !== undefined) return this.#handed(handed.closure, handed.closureScope as Frame, called);
    return (
      environment(called) ??
      formatValue(node, name, args) ??
      (traits.guards ? this.#guarded(called, frame) : undefined) ??
      (traits.random ? this.#random(called, frame) : undefined) ??
      foreignResult(called, frame) ??
      keyedValue(called) ??
      cleaned(called) ??
      sameNumber(called) ??
      (frame.unit.language === 'script' ? scriptAnswer(called) : undefined) ??
      (traits.preserves && this.#converts(called, frame) ? this.#converted(called, frame) : undefined) ??
      fromClosure(called) ??
      this.#own(called, frame)
    );
  }

  #handed(closure: Closure, scope: Frame, { args }: Called): Value {
    if (this.active.has(closure) || !args.some((arg) => arg.known.foreign !== undefined || arg.known.sensitive !== undefined))
      return UNKNOWN;
    this.active.add(closure);
    const result = this.closure(
      closure,
      scope,
      args.map((arg) => arg.known),
    );
    this.active.delete(closure);
    return result;
  }

  /** The project's own `generateKey(password, salt)` is read for what it does, and believed to give what it is called after. */
  #random(called: Called, frame: Frame): Value {
    this.helper(called, frame);
    return randomResult(called);
  }

  #guarded(called: Called, frame: Frame): Value {
    const { name, traits, path, args } = called;
    this.helper(called, frame);
    // The hash of a constant is one too, whoever works it out.
    const constant =
      HASHES.test(name) && args.length > 0 && args.every((arg) => arg.known.literal === true && arg.known.text !== undefined);
    return {
      guarded: true,
      literal: constant || undefined,
      type: traits.makes ? name : undefined,
      symbol: `${path}()`,
      items: args.map((arg) => arg.known),
    };
  }

  /** Whether that keeps what went in for sure: what looks up does not, and a method of the project of the same name is asked itself. */
  #converts({ name, traits, receiverNode, args }: Called, frame: Frame): boolean {
    if (looksUp(args)) return false;
    if (!SYSTEM_TYPE.test(name) && this.declared.type(name) !== undefined) return false;
    const own = receiverNode === undefined && !traits.makes && frame.type !== undefined;
    return !own || this.declared.method(frame.type as string, name, args) === undefined;
  }

  #converted(called: Called, frame: Frame): Value {
    const { node, name, traits, path, receiver, args, closureResult } = called;
    if (closureResult !== undefined && traits.receiverCallback && !PICKS.test(name)) return closureResult;
    // `Data()`, `String()`: made to be filled.
    if (receiver === undefined && args.length === 0) return { type: name };
    // `[NSMutableString string]`: a text to be grown.
    if (args.length === 0 && name === 'string' && /^NS(?:Mutable)?String$/.test(receiver?.symbol ?? ''))
      return { type: receiver?.symbol, text: '', literal: true };
    // `Data(count: 16)`, `[UInt8](repeating: 0, count: 16)`: a buffer of equal bytes, until it is written to.
    if (receiver === undefined && traits.makes && /^(?:repeating|count)$/.test(args[0]?.label ?? ''))
      return { type: name, literal: args[0]?.known.literal === true, entries: constructed(name, args).entries, from: node };
    let sum = receiver ?? EMPTY_LIST;
    // A literal receiver such as `"%@".appending(x)`, a type name or a module says nothing against its arguments.
    if (receiver?.symbol !== undefined && receiver.literal !== true && receiver.sensitive === undefined && receiver.foreign === undefined)
      sum = args.length === 0 ? { symbol: `${path}()` } : EMPTY_LIST;
    // `Buffer.from(text, 'hex')`: the second argument says how the first is spelled.
    const decodes = name === 'from' && frame.unit.language === 'script';
    for (const arg of decodes ? args.slice(0, 1) : args) {
      if (
        arg.known.closure !== undefined ||
        NEUTRAL_LABEL.test(arg.label ?? '') ||
        ENCODING.test(arg.known.symbol ?? '') ||
        (arg === args[0] && NEUTRAL_FIRST.test(name))
      )
        continue;
      sum =
        sum === EMPTY_LIST || sum === UNKNOWN ? { ...arg.known } : { ...combine(sum, arg.known), composed: composedSum(sum, arg.known) };
    }
    if (sum.sensitive === undefined && sum.guarded !== true && WRITES_OUT.test(name))
      sum = {
        ...sum,
        type: undefined,
        sensitive: secretOfType(args.find((arg) => arg.known.type !== undefined)?.known.type, this.declared),
      };
    const only = args.length >= 1 && receiver === undefined ? args[0]?.known : undefined;
    return {
      ...sum,
      number: traits.makes ? undefined : sum.number,
      type: traits.makes ? name : (metatype(args) ?? convertedType(name, path, sum.type)),
      text: args.length <= 1 || receiver === undefined || decodes ? sum.text : undefined,
      items: sum.items ?? only?.items,
      from: sum.from ?? (sum.composed === true ? node : undefined),
    };
  }

  /** The project's own function, a new object, or what the name says comes back. */
  #own(called: Called, frame: Frame): Value {
    const { node, name, traits, path, receiverNode, args } = called;
    const helper = this.helper(called, frame);
    // In JavaScript a capital makes nothing: `SignInService(form)` is called like any other.
    const plain = !traits.makes || (frame.unit.language === 'script' && node.constructed !== true);
    if (helper !== undefined && plain) return helper;
    // `.authorization(code: x)`: an enum case with values, told by its symbol.
    if (node.callee.kind === 'member' && node.callee.object === undefined)
      return { ...constructed('', args), type: undefined, symbol: path };
    const allocated = allocatedType(name, receiverNode);
    if (allocated !== undefined && helper === undefined) return constructed(allocated, args);
    if (
      receiverNode?.kind === 'name' &&
      isTypeName(receiverNode.text) &&
      this.declared.property(receiverNode.text, name)?.declare.params !== undefined
    )
      return { ...constructed('', args), type: receiverNode.text, symbol: path };
    if (traits.makes || node.constructed === true) return madeBy(constructed(name, args), helper);
    // What `await login(email, password)` gives, when the project does not say.
    if (frame.unit.language === 'script' && helper === undefined && signsIn(name, args))
      return { symbol: `${path}()`, sensitive: SIGN_IN_ANSWER };
    return namedResult(called);
  }
}

/** What type a conversion gives: bytes become text or objects, but for calls that take a part of them. */
function convertedType(name: string, path: string, type: string | undefined): string | undefined {
  if (type === 'Array') return type;
  if (name === 'data' || (name === 'encode' && ENCODER.test(path))) return 'Data';
  return type === 'Data' && !PART_OF_BYTES.test(name) ? undefined : type;
}

const environment = ({ name, path }: Called): Value | undefined =>
  name === 'getenv' || path === 'ProcessInfo.processInfo.environment' ? { foreign: 'the environment' } : undefined;

function randomResult({ name, traits, path, args }: Called): Value {
  const random: Value = {
    random: true,
    type: traits.makes ? name : undefined,
    symbol: `${path}()`,
    items: args.map((arg) => arg.known),
  };
  // `generateRandomPassword()` makes a password.
  const made = /^(?:generate|make|create|new)?(?:Secure)?Random([A-Z]\w*)$/i.exec(name)?.[1];
  return made === undefined ? random : nameValue(random, made, undefined);
}

function foreignResult({ name, traits, receiverNode, args }: Called, frame: Frame): Value | undefined {
  if ((!traits.mayBeForeign && args[0]?.label?.startsWith('contentsOf') !== true) || name === 'fetch') return undefined;
  const foreign = foreignCall(name, args[0]?.label, receiverNode === undefined ? '' : pathOf(receiverNode));
  const bundled = /[bB]undle|[rR]esource/.test(args[0]?.known.symbol ?? '');
  if (foreign === undefined || bundled) return undefined;
  const sensitive = foreign === NETWORK_RESPONSE ? signInAnswer(args, frame.function?.name) : undefined;
  // `let (data, response) = try await session.data(for: request)`.
  if (foreign === NETWORK_RESPONSE && name === 'data' && frame.unit.language === 'swift')
    return { foreign, sensitive, items: [{ foreign, sensitive, type: 'Data' }, { foreign }] };
  return {
    foreign,
    type: traits.makes ? name : undefined,
    sensitive,
  };
}

/** `defaults.string(forKey: "token")`, `request.value(forHTTPHeaderField: "Authorization")`: the key says what it is. */
function keyedValue({ traits, receiver, args }: Called): Value | undefined {
  const asked = args.length === 1 && /^for(?:Key|HTTPHeaderField)$/.test(args[0]?.label ?? '') ? args[0]?.known.text : undefined;
  return asked !== undefined && receiver !== undefined && traits.preserves ? keyValue({ foreign: receiver.foreign }, asked) : undefined;
}

/** Without line breaks a text cannot pretend to be a line of the log, nor encoded one a part of a page. */
function cleaned({ name, receiver, args }: Called): Value | undefined {
  if (receiver?.foreign === undefined || !CLEANS.test(name)) return undefined;
  const cleans = name === 'addingPercentEncoding' || args.some((arg) => /newline/i.test(arg.known.symbol ?? '') || arg.known.text === '\n');
  return cleans ? { ...receiver, foreign: undefined, text: undefined, composed: true } : undefined;
}

function sameNumber({ name, traits, args }: Called): Value | undefined {
  const number = traits.numeric && args.length === 1 ? args[0]?.known.number : undefined;
  return number === undefined ? undefined : { number, literal: args[0]?.known.literal, type: name };
}

function scriptAnswer({ name, path, args }: Called): Value | undefined {
  const signsIn = SCRIPT_SIGN_IN.test(path);
  if (!signsIn && !SCRIPT_REQUEST.test(name)) return undefined;
  const sensitive = signsIn ? SIGN_IN_ANSWER : signInAnswer(args, undefined);
  return sensitive === undefined ? undefined : { foreign: NETWORK_RESPONSE, sensitive };
}

function fromClosure({ name, traits, closureResult }: Called): Value | undefined {
  return closureResult !== undefined && traits.receiverCallback && !PICKS.test(name) ? { ...closureResult, text: undefined } : undefined;
}

/** A new object whose initialiser was read: what that stored in its properties is known besides its arguments. */
function madeBy(object: Value, initialiser: Value | undefined): Value {
  if (initialiser?.entries === undefined) return object;
  return { ...object, entries: new Map([...(object.entries ?? []), ...initialiser.entries]) };
}

/** What the names alone say of a result: the function's, or the key it is asked for. */
function namedResult({ name, path, receiver, args }: Called): Value {
  // `store.object(ofType: Account.self)`, `decoder.decode(Account.self, from: data)`: the argument says what comes back.
  const type = metatype(args);
  const kind = sensitiveName(beforePreposition(name).replace(FETCHES, ''));
  // What is opened with an address speaks to that address.
  const start = args.length === 0 ? undefined : startOf(args[0]?.known ?? UNKNOWN);
  const head = start !== undefined && ADDRESS.test(start) ? start : undefined;
  const result: Value = { symbol: `${path}()`, foreign: receiver?.foreign, type, head };
  if (kind !== undefined && !HANDLES.test(name)) return { ...result, sensitive: { kind, name } };
  // The stored text of a keyed read: `defaults.string(forKey: "token")`, `item["password"]`.
  const key = args.find((arg) => arg.label === 'forKey' || arg.label === 'key' || args.length === 1)?.known.text;
  if (key !== undefined && KEYED_READ.test(name)) return keyValue(result, key);
  return result.foreign === undefined && type === undefined && head === undefined ? { symbol: `${path}()` } : result;
}
