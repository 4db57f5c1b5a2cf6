import { INTERPOLATION } from '../syntax/interpolation.ts';
import type { Call, Closure, Expression, Statement } from '../syntax/tree.ts';
import { callEffects } from './call-effects.ts';
import { CallView } from './call-view.ts';
import { composedSum } from './composed-sum.ts';
import { constructed } from './constructed.ts';
import type { ArgumentValue, CallEvent } from './events.ts';
import { FlowHelpers } from './flow-helpers.ts';
import { foreignListener } from './foreign-listeners.ts';
import { formatValue } from './format-value.ts';
import { type Frame, sceneOf } from './frame.ts';
import {
  AF_REQUEST,
  FOREIGN_CALLBACK,
  foreignCall,
  NETWORK_RESPONSE,
  preserves,
  RECEIVER_CALLBACK,
  SCRIPT_REQUEST,
  SYSTEM_TYPE,
  traitsOf,
} from './known-calls.ts';
import { beforePreposition, nameValue } from './name-value.ts';
import { received } from './part-of.ts';
import { lastName, pathOf } from './paths.ts';
import { secretOfType, WRITES_OUT } from './secret-type.ts';
import { isAround, sensitiveName } from './sensitive-name.ts';
import { SCRIPT_SIGN_IN, SIGN_IN_ANSWER, signInAnswer } from './sign-in-answer.ts';
import { combine, EMPTY_LIST, either, startOf, UNKNOWN, type Value } from './value.ts';

/** Arguments that steer a conversion and are no part of its result. */
const NEUTRAL_LABEL =
  /^(?:using|encoding|options|locale|separator|by|in|isDirectory|allowLossyConversion|withAllowedCharacters|count|length|cachePolicy|timeoutInterval|requiringSecureCoding)$/;

/** Calls whose closure chooses among the receiver's elements and is not their result. */
const PICKS = /^(?:filter|first|last|sorted|max|min|find)$/;
/** `NSUTF8StringEncoding`, which Objective-C gives without a label. */
const ENCODING = /^(?:NS|kCF)\w*Encoding\w*$/;
const STARTS_TYPE = /^[A-Z]/;
const HASHES = /^(?:hash|sha\d+|md5|digest)$/i;
const CLEANS = /^(?:components|replacingOccurrences|addingPercentEncoding|stringByReplacingOccurrencesOfString)$/;
const ADDRESS = /^\w+:\/\//;

/** The same of Objective-C, where the first argument's label is the end of the name: `dataUsingEncoding:`. */
const NEUTRAL_FIRST = /(?:Encoding|CharactersInSet|ByString|ByCharactersInSet)$/;

/** Reads calls and the closures they are given. */
export abstract class FlowCalls extends FlowHelpers {
  protected abstract statement(statement: Statement, frame: Frame): void;

  protected closure(node: Closure, frame: Frame, given: readonly Value[]): Value {
    const saved: [string, Value | undefined][] = [];
    const bind = (name: string, value: Value) => {
      saved.push([name, frame.env.get(name)]);
      frame.env.set(name, value);
    };
    node.params.forEach((parameter, index) => {
      const handed = received(parameter, index, given);
      const around = isAround(parameter.name) && (handed.sensitive?.whole !== true || /err|fail/i.test(parameter.name));
      const whole = handed.sensitive !== undefined && around ? { ...handed, sensitive: undefined } : handed;
      bind(parameter.name, nameValue(whole, parameter.name, parameter.type));
    });
    if (node.params.length === 0)
      given.forEach((value, index) => {
        bind(`$${index}`, value);
      });
    const returned = frame.returned;
    frame.returned = undefined;
    const result = this.bodyResult(node.body, frame);
    frame.returned = returned;
    for (const [name, value] of saved) {
      if (value === undefined) frame.env.delete(name);
      else frame.env.set(name, value);
    }
    return result;
  }

  /** Runs a body; its value is what it returns, or its only expression. */
  protected bodyResult(body: readonly Statement[], frame: Frame): Value {
    const last = body.at(-1);
    let value: Value = UNKNOWN;
    for (const statement of body) {
      if (statement === last && statement.kind === 'expression') {
        const expression = statement.expression;
        // `get { … }` of a computed property.
        value =
          expression.kind === 'call' &&
          expression.callee.kind === 'name' &&
          expression.callee.text === 'get' &&
          expression.args[0]?.value.kind === 'closure'
            ? this.closure(expression.args[0].value, frame, [])
            : this.value(expression, frame);
      } else this.statement(statement, frame);
    }
    return frame.returned ?? value;
  }

  protected call(node: Call, frame: Frame): Value {
    const callee = node.callee;
    const name = calledName(callee);
    const receiverNode = callee.kind === 'member' ? callee.object : undefined;
    const receiver =
      receiverNode !== undefined
        ? this.value(receiverNode, frame)
        : name !== '' || callee.kind === 'member'
          ? undefined
          : this.value(callee, frame);
    const args: ArgumentValue[] = [];
    const closures: { closure: Closure; index: number }[] = [];
    for (const arg of node.args) {
      if (arg.value.kind === 'closure') {
        closures.push({ closure: arg.value, index: args.length });
        args.push({ ...arg, known: { closure: arg.value, closureScope: frame } });
      } else args.push({ ...arg, known: this.value(arg.value, frame) });
    }
    let closureResult: Value | undefined;
    const path = pathOf(callee);
    if (closures.length > 0) closureResult = this.callClosures(closures, name, path, receiver, args, frame);
    if (frame.unit.language === 'script') this.namedListeners(name, path, receiver, args, frame);
    if (frame.told) {
      const event: CallEvent = new CallView(node, name, path, receiver, receiverNode, args, sceneOf(frame, node.start));
      frame.calls.push(event);
      this.listener.call?.(event);
    }
    callEffects(node, name, receiver, receiverNode, args, frame);
    return this.result(node, name, path, receiver, receiverNode, args, closureResult, frame);
  }

  /** Listeners handed over by their name are read with what they will be given: `Linking.addEventListener('url', onLink)`. */
  protected namedListeners(name: string, path: string, receiver: Value | undefined, args: readonly ArgumentValue[], frame: Frame): void {
    for (const arg of args) {
      if (arg.value.kind !== 'name' && arg.value.kind !== 'member') continue;
      const outside = foreignListener(name, path, arg, args) ?? (name === 'then' ? receiver?.foreign : undefined);
      if (outside === undefined) continue;
      const given: readonly Value[] = [{ foreign: outside }];
      const { closure, closureScope } = arg.known;
      if (closure === undefined) this.handTo(lastName(arg.value) ?? '', given, frame);
      else if (!this.active.has(closure)) {
        this.active.add(closure);
        this.closure(closure, closureScope as Frame, given);
        this.active.delete(closure);
      }
    }
  }

  protected callClosures(
    closures: { closure: Closure; index: number }[],
    name: string,
    path: string,
    receiver: Value | undefined,
    args: ArgumentValue[],
    frame: Frame,
  ): Value | undefined {
    const foreign: Value = { foreign: NETWORK_RESPONSE };
    const answer: Value = { ...foreign, sensitive: signInAnswer(args, frame.function?.name, receiver) };
    const given = FOREIGN_CALLBACK.test(name)
      ? [answer, foreign]
      : receiver !== undefined && RECEIVER_CALLBACK.has(name)
        ? [
            name.startsWith('with')
              ? receiver
              : { sensitive: receiver.sensitive, foreign: receiver.foreign, literal: receiver.literal, type: undefined },
          ]
        : [];
    let result: Value | undefined;
    for (const { closure, index } of closures) {
      const arg = args[index];
      const outside = arg === undefined ? undefined : foreignListener(name, path, arg, args);
      // AFNetworking's success block is given the task, then the answer.
      const own = arg?.label === 'success' && AF_REQUEST.test(name) ? [UNKNOWN, answer] : given;
      const value = this.closure(closure, frame, outside === undefined ? own : [{ foreign: outside }]);
      if (arg !== undefined) args[index] = { ...arg, known: { closure, closureScope: frame, literal: false } };
      result = result === undefined ? value : either(result, value);
    }
    return result;
  }

  protected result(
    node: Call,
    name: string,
    path: string,
    receiver: Value | undefined,
    receiverNode: Expression | undefined,
    args: readonly ArgumentValue[],
    closureResult: Value | undefined,
    frame: Frame,
  ): Value {
    if (name === INTERPOLATION) return args[0]?.known ?? UNKNOWN;
    // React's way to keep a function between renderings.
    if (name === 'useCallback' && args[0]?.known.closure !== undefined) return args[0].known;
    // A closure that was handed to this helper: it runs here, with these arguments.
    const handed = receiverNode === undefined && callee(node) === 'name' ? frame.env.get(name) : undefined;
    if (handed?.closure !== undefined) {
      if (this.active.has(handed.closure) || !args.some((arg) => arg.known.foreign !== undefined || arg.known.sensitive !== undefined))
        return UNKNOWN;
      this.active.add(handed.closure);
      const result = this.closure(
        handed.closure,
        handed.closureScope as Frame,
        args.map((arg) => arg.known),
      );
      this.active.delete(handed.closure);
      return result;
    }
    // `store.object(ofType: Account.self)`, `decoder.decode(Account.self, from: data)`: the argument says what comes back.
    const made = metatype(args);
    if (name === 'getenv' || path === 'ProcessInfo.processInfo.environment') return { foreign: 'the environment' };
    const formatted = formatValue(node, name, args);
    if (formatted !== undefined) return formatted;
    const traits = traitsOf(name);
    if (traits.guards) {
      this.helper(node, name, receiver, receiverNode, args, frame);
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
    if (traits.random) {
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
    if ((traits.mayBeForeign || args[0]?.label?.startsWith('contentsOf') === true) && name !== 'fetch') {
      const foreign = foreignCall(name, args[0]?.label, receiverNode === undefined ? '' : pathOf(receiverNode));
      const bundled = /[bB]undle|[rR]esource/.test(args[0]?.known.symbol ?? '');
      if (foreign !== undefined && !bundled)
        return {
          foreign,
          type: traits.makes ? name : undefined,
          sensitive: foreign === NETWORK_RESPONSE ? signInAnswer(args, frame.function?.name) : undefined,
        };
    }
    // `defaults.string(forKey: "token")`, `request.value(forHTTPHeaderField: "Authorization")`: the key says what it is.
    const asked = args.length === 1 && /^for(?:Key|HTTPHeaderField)$/.test(args[0]?.label ?? '') ? args[0]?.known.text : undefined;
    if (asked !== undefined && receiver !== undefined && preserves(name)) return nameValue({ foreign: receiver.foreign }, asked, undefined);
    // Without line breaks a text cannot pretend to be a line of the log, nor encoded one a part of a page.
    if (
      receiver?.foreign !== undefined &&
      CLEANS.test(name) &&
      (name === 'addingPercentEncoding' || args.some((arg) => /newline/i.test(arg.known.symbol ?? '') || arg.known.text === '\n'))
    )
      return { ...receiver, foreign: undefined, text: undefined, composed: true };
    if (traits.numeric && args.length === 1 && args[0]?.known.number !== undefined)
      return { number: args[0].known.number, literal: args[0].known.literal, type: name };
    if (frame.unit.language === 'script' && (SCRIPT_REQUEST.test(name) || SCRIPT_SIGN_IN.test(path))) {
      const sensitive = SCRIPT_SIGN_IN.test(path) ? SIGN_IN_ANSWER : signInAnswer(args, undefined);
      if (sensitive !== undefined) return { foreign: NETWORK_RESPONSE, sensitive };
    }
    const ownMethod =
      receiverNode === undefined && !traits.makes && frame.type !== undefined && this.declared.method(frame.type, name, args) !== undefined;
    if (preserves(name) && !looksUp(args) && !ownMethod && (SYSTEM_TYPE.test(name) || !this.declared.type(name))) {
      if (closureResult !== undefined && RECEIVER_CALLBACK.has(name) && !PICKS.test(name)) return closureResult;
      // `Data()`, `String()`: made to be filled.
      if (receiver === undefined && args.length === 0) return { type: name };
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
      const from = args[0]?.known;
      const only = args.length >= 1 && receiver === undefined ? from : undefined;
      return {
        ...sum,
        number: traits.makes ? undefined : sum.number,
        type: traits.makes ? name : made !== undefined ? made : sum.type === 'Array' ? 'Array' : name === 'data' ? 'Data' : sum.type,
        text: args.length <= 1 || receiver === undefined || decodes ? sum.text : undefined,
        items: sum.items ?? only?.items,
        from: sum.from ?? (sum.composed === true ? node : undefined),
      };
    }
    if (closureResult !== undefined && RECEIVER_CALLBACK.has(name) && !PICKS.test(name)) return { ...closureResult, text: undefined };
    const helper = this.helper(node, name, receiver, receiverNode, args, frame);
    if (helper !== undefined && !traits.makes) return helper;
    // `.authorization(code: x)`: an enum case with values, told by its symbol.
    if (node.callee.kind === 'member' && node.callee.object === undefined)
      return { ...constructed('', args), type: undefined, symbol: path };
    const allocated = allocatedType(name, receiverNode);
    if (allocated !== undefined && helper === undefined) return constructed(allocated, args);
    if (
      receiverNode?.kind === 'name' &&
      STARTS_TYPE.test(receiverNode.text) &&
      this.declared.property(receiverNode.text, name)?.declare.params !== undefined
    )
      return { ...constructed('', args), type: receiverNode.text, symbol: path };
    if (traits.makes || node.constructed === true) return madeBy(constructed(name, args), helper);
    const kind = sensitiveName(
      beforePreposition(name).replace(
        /^(?:get|fetch|load|read|retrieve|find|current|obtain|lookup|query|request(?!Authorization)|copy)(?=[A-Z_])/,
        '',
      ),
    );
    // What is opened with an address speaks to that address.
    const start = args.length === 0 ? undefined : startOf(args[0]?.known ?? UNKNOWN);
    const head = start !== undefined && ADDRESS.test(start) ? start : undefined;
    const result: Value = { symbol: `${path}()`, foreign: receiver?.foreign, type: made, head };
    if (
      kind !== undefined &&
      !/^(?:set|update|save|store|delete|remove|clear|refresh|revoke|validate|check|is|has|log|reset|forgot|change)/.test(name)
    )
      return { ...result, sensitive: { kind, name } };
    // The stored text of a keyed read: `defaults.string(forKey: "token")`, `item["password"]`.
    const key = args.find((arg) => arg.label === 'forKey' || arg.label === 'key' || args.length === 1)?.known.text;
    if (key !== undefined && /^(?:get|string|object|value|data|item|getItem|stringForKey|objectForKey|valueForKey|getItemAsync)/.test(name))
      return nameValue(result, key, undefined);
    return result.foreign === undefined && made === undefined && head === undefined ? { symbol: `${path}()` } : result;
  }
}

/** `string(forKey: …)`, `data(for: …)`: what is given says where to look, it is no part of what comes back. */
const looksUp = (args: readonly ArgumentValue[]): boolean => /^(?:for(?:[A-Z]\w*)?|key|named)$/.test(args[0]?.label ?? '');

const callee = (node: Call): string => node.callee.kind;

/** The last word of what is called; `[UInt8](…)` and `[String: Any](…)` call their types. */
function calledName(callee: Expression): string {
  if (callee.kind === 'name') return callee.text;
  if (callee.kind === 'member') return callee.name;
  if (callee.kind === 'array' && callee.items.length === 1) return 'Array';
  return callee.kind === 'dictionary' ? 'Dictionary' : '';
}

/** `Account` of an argument `Account.self`. */
function metatype(args: readonly ArgumentValue[]): string | undefined {
  for (const { value } of args)
    if (value.kind === 'member' && value.name === 'self' && value.object?.kind === 'name' && STARTS_TYPE.test(value.object.text))
      return value.object.text;
  return undefined;
}

/** The class of `[[Page alloc] initWithFrame:frame]` and `[Page new]`. */
function allocatedType(name: string, receiver: Expression | undefined): string | undefined {
  const holder =
    name.startsWith('init') && receiver?.kind === 'call' && receiver.callee.kind === 'member' && receiver.callee.name === 'alloc'
      ? receiver.callee.object
      : name === 'new'
        ? receiver
        : undefined;
  return holder?.kind === 'name' && /^[A-Z]/.test(holder.text) ? holder.text : undefined;
}

/** A new object whose initialiser was read: what that stored in its properties is known besides its arguments. */
function madeBy(object: Value, initialiser: Value | undefined): Value {
  if (initialiser?.entries === undefined) return object;
  return { ...object, entries: new Map([...(object.entries ?? []), ...initialiser.entries]) };
}
