import type { Assign, Call, Closure, Declare, FunctionDeclaration, Member } from '../syntax/tree.ts';
import { walk } from '../syntax/walk.ts';
import type { Called } from './called.ts';
import type { Property } from './declarations.ts';
import type { ArgumentValue, AssignEvent } from './events.ts';
import { FlowState, isOpaque, MAX_DEPTH } from './flow-state.ts';
import { type Frame, newFrame, sceneOf } from './frame.ts';
import { handedTo } from './handed-to.ts';
import { SYSTEM_TYPE, traitsOf } from './known-calls.ts';
import { matchArgument, receivedBy } from './match-call.ts';
import { beforePreposition } from './name-value.ts';
import { received } from './part-of.ts';
import { lastName, ownPath, pathOf } from './paths.ts';
import type { Unit } from './project.ts';
import { bareType, UNKNOWN, type Value } from './value.ts';

/** A helper called with telling arguments is walked at most so often with its events told, so that cost stays linear. */
const MAX_TOLD_VISITS = 12;
/** Secrets are handed over seldom, and each place that does so is one to mend: a log wrapper is called from everywhere. */
const MAX_SECRET_VISITS = 100;

/** Longest helper, in characters of source, that is followed into. */
const MAX_HELPER_LENGTH = 6_000;

/** Spelled like a constant or an enum case: `.TLSv10`, `Level.low`, `tls_protocol_version_t.TLSv10`, `kCCAlgorithmDES`; not like a property. */
const CONSTANT_SYMBOL = /^(?:[A-Z][\w.]*|\w+_t)?\.[A-Za-z]\w*$|^k[A-Z]/;

/** Follows calls of the project's own functions. */
export abstract class FlowHelpers extends FlowState {
  readonly #results = new Map<FunctionDeclaration, Value>();
  readonly #visits = new Map<FunctionDeclaration, number>();

  /** A call of the project's own function: what it gives back, and what it does with telling arguments. */
  protected helper({ node, name, receiver, receiverNode, args }: Called, frame: Frame): Value | undefined {
    if (frame.depth >= MAX_DEPTH || name === '') return undefined;
    const given = receiverNode === undefined && frame.unit.language === 'script' && isGiven(frame.env.get(name));
    if (given && !this.declared.isDistinct(name)) return undefined;
    const found = this.declared.resolve(name, receiver, receiverNode, args, frame);
    if (found === undefined) return undefined;
    const { declare, unit, type } = found;
    if (this.active.has(declare) || declare.end - declare.start > MAX_HELPER_LENGTH) return undefined;
    const held = heldBy(receiver);
    const telling =
      held !== undefined ||
      args.some(
        (arg) =>
          arg.known.sensitive !== undefined ||
          arg.known.foreign !== undefined ||
          arg.known.literal === true ||
          arg.known.composed === true ||
          arg.known.closure !== undefined ||
          CONSTANT_SYMBOL.test(arg.known.symbol ?? ''),
      );
    if (!telling) {
      const known = this.#results.get(declare);
      if (known !== undefined) return this.resultNamed(known, declare, unit);
    }
    const visits = this.#visits.get(declare) ?? 0;
    const most = args.some((arg) => arg.known.sensitive !== undefined) ? MAX_SECRET_VISITS : MAX_TOLD_VISITS;
    if (telling && visits >= most) return this.resultNamed(this.#results.get(declare) ?? UNKNOWN, declare, unit);
    // What happens in a mock is of no interest to the app that names it.
    const told = telling && frame.told && (!unit.test || frame.unit.test);
    if (!told && givesNothing(declare, unit) && !args.some(isWrittenTo)) return this.resultNamed(UNKNOWN, declare, unit);
    if (telling) this.#visits.set(declare, visits + 1);
    const env = new Map<string, Value>();
    // In an extension of a text `self` is the text; in a type its properties are what the initialiser was given.
    if (held !== undefined && type !== undefined && receiver !== undefined) {
      if (SYSTEM_TYPE.test(type)) env.set('self', receiver);
      for (const [property, value] of receiver.entries ?? []) env.set(ownPath(property), value);
    }
    declare.params.forEach((parameter, index) => {
      const known = handedTo(declare, parameter, receivedBy(parameter, index, args), { unit: frame.unit, node });
      const merged: Value = {
        ...this.parameterValue(known, parameter, unit),
        type: bareType(parameter.type) === 'Any' ? known.type : (bareType(parameter.type) ?? known.type),
      };
      env.set(parameter.name, merged);
    });
    const inner = newFrame(unit, declare, type, told, frame.depth + 1, env, frame.via ?? { unit: frame.unit, node });
    this.active.add(declare);
    const result = this.bodyResult(declare.body, inner);
    this.active.delete(declare);
    if (!telling) this.#results.set(declare, result);
    this.writeBack(declare, args, inner, frame);
    if (declare.name === 'init') return { entries: storedProperties(env) };
    return this.resultNamed(result, declare, unit);
  }

  /** Reads a function of this file, or one declared around, as it runs when it is given these values. */
  protected handTo(name: string, given: readonly Value[], frame: Frame): void {
    const holder = frame.function ?? frame.closure;
    const around = holder === undefined ? undefined : declaredIn(holder, name);
    const declare = around ?? this.project.functions.get(name)?.find((item) => item.unit === frame.unit)?.declare;
    if (declare === undefined || frame.depth >= MAX_DEPTH || this.active.has(declare) || declare.end - declare.start > MAX_HELPER_LENGTH)
      return;
    const inner = newFrame(frame.unit, declare, frame.type, frame.told, frame.depth + 1, new Map(around === undefined ? [] : frame.env));
    declare.params.forEach((parameter, index) => {
      inner.env.set(parameter.name, this.parameterValue(received(parameter, index, given), parameter, frame.unit));
    });
    this.active.add(declare);
    this.bodyResult(declare.body, inner);
    this.active.delete(declare);
  }

  /** `secret.quoted`, where `quoted` is computed in an extension of a system type: its body runs with the secret as `self`. */
  protected computed(property: Property, object: Value, node: Member, frame: Frame): Value | undefined {
    const { declare, unit, type } = property;
    if (declare.accessors === undefined || !SYSTEM_TYPE.test(type) || !isTelling(object)) return undefined;
    if (frame.depth >= MAX_DEPTH || this.active.has(declare) || declare.end - declare.start > MAX_HELPER_LENGTH) return undefined;
    const call: Call = { kind: 'call', callee: node, args: [], start: node.start, end: node.end };
    const inner = newFrame(
      unit,
      undefined,
      type,
      frame.told,
      frame.depth + 1,
      new Map([['self', object]]),
      frame.via ?? { unit: frame.unit, node: call },
    );
    this.active.add(declare);
    const value = this.bodyResult(declare.accessors, inner);
    this.active.delete(declare);
    return value;
  }

  /** `@Stored var token: String`: what the project's own wrapper does with what it is given. */
  protected wrapped(node: Declare, value: Value, frame: Frame): void {
    for (const modifier of node.modifiers) {
      const property = modifier.startsWith('@') ? this.declared.property(modifier.slice(1), 'wrappedValue') : undefined;
      if (property !== undefined) this.setter(property, value, node, frame);
    }
  }

  /** `box.value = secret`, where `value` has a `set { … }` or observers of its own: they run with what is stored. */
  protected setter(property: Property, value: Value, node: Assign | Declare, frame: Frame): void {
    const { declare, unit, type } = property;
    if (declare.accessors === undefined || !frame.told || frame.depth >= MAX_DEPTH || this.active.has(declare)) return;
    if (value.sensitive === undefined && value.foreign === undefined) return;
    if (
      declare.end - declare.start > MAX_HELPER_LENGTH ||
      !/\b(?:set|didSet|willSet)\b/.test(unit.source.slice(declare.start, declare.end))
    )
      return;
    const env = new Map<string, Value>([
      ['newValue', value],
      [ownPath(declare.name), value],
    ]);
    // As in a call that stands for the store, so that what is found there says from where it came.
    const call: Call = {
      kind: 'call',
      callee: node.kind === 'assign' ? node.target : { kind: 'name', text: node.name, start: node.start, end: node.end },
      args: [],
      start: node.start,
      end: node.end,
    };
    const inner = newFrame(unit, undefined, type, true, frame.depth + 1, env, frame.via ?? { unit: frame.unit, node: call });
    this.active.add(declare);
    this.bodyResult(declare.accessors, inner);
    this.active.delete(declare);
  }

  /** What a helper stored into an `inout` parameter is stored at the caller: `raise(&config.minimum, to: .old)`. */
  protected writeBack(declare: FunctionDeclaration, args: readonly ArgumentValue[], inner: Frame, frame: Frame): void {
    declare.params.forEach((parameter, index) => {
      const arg = matchArgument(parameter, index, args);
      if (arg?.value.kind !== 'unary' || arg.value.op !== '&' || traitsOf(declare.name).guards) return;
      const value = inner.env.get(parameter.name);
      if (value === undefined) return;
      const target = arg.value.operand;
      const path = pathOf(target);
      frame.env.set(path, value);
      if (!frame.told) return;
      const receiver = target.kind === 'member' && target.object !== undefined ? frame.env.get(pathOf(target.object)) : undefined;
      const node: Assign = { kind: 'assign', op: '=', target, value: arg.value, start: arg.start, end: arg.end };
      const event: AssignEvent = {
        node,
        name: lastName(target) ?? path,
        path,
        target,
        receiver,
        key: undefined,
        value,
        valueNode: undefined,
        declared: false,
        scene: sceneOf(frame, arg.start),
      };
      frame.assigns.push(event);
      this.listener.assign?.(event);
    });
  }

  protected resultNamed(result: Value, declare: FunctionDeclaration, unit: Unit): Value {
    const returns = bareType(declare.returns);
    if (returns === 'Bool' || returns === 'Void') return { type: returns };
    const name = beforePreposition(declare.name).replace(/^(?:get|fetch|load|read|retrieve|find|current)(?=[A-Z_])/, '');
    if (declare.name === 'init') return result;
    const named = returns === undefined && declare.body.length === 0 ? result : this.named(result, name, declare.returns, unit);
    return named.type === undefined && returns !== undefined ? { ...named, type: returns } : named;
  }
}

/** Whether a name that is called is a parameter's, `set` of `(set) => …`: no function of the project is meant, unless it was handed on. */
const isGiven = (local: Value | undefined): boolean => local !== undefined && local.closure === undefined && local.symbol === undefined;

/** Whether a function has no result a caller could know more of than its type. */
const givesNothing = ({ name, returns }: FunctionDeclaration, { language }: Unit): boolean =>
  language !== 'script' &&
  name !== 'init' &&
  (returns === undefined || isOpaque(returns) || /^(?:Void|void|Bool|BOOL|\(\)|IBAction)$/.test(returns));

/** `&buffer`: the function may store into it. */
const isWrittenTo = ({ value }: ArgumentValue): boolean => value.kind === 'unary' && value.op === '&';

/** The function of this name that is declared inside another, or inside a closure. */
function declaredIn(around: FunctionDeclaration | Closure, name: string): FunctionDeclaration | undefined {
  let found: FunctionDeclaration | undefined;
  walk(around.body, (node) => {
    if (node.kind === 'function' && node.name === name) found = node;
  });
  return found;
}

/** The receiver, when it is or holds what is worth following into its methods. */
function heldBy(receiver: Value | undefined): Value | undefined {
  if (receiver === undefined) return undefined;
  if (isTelling(receiver)) return receiver;
  if (receiver.entries !== undefined) for (const value of receiver.entries.values()) if (isTelling(value)) return receiver;
  return undefined;
}

const isTelling = (value: Value): boolean => value.sensitive !== undefined || value.foreign !== undefined;

/** What a body stored in properties of its own object. */
function storedProperties(env: ReadonlyMap<string, Value>): Map<string, Value> {
  const stored = new Map<string, Value>();
  for (const [path, value] of env) if (path.startsWith('self.') && path.indexOf('.', 5) === -1) stored.set(path.slice(5), value);
  return stored;
}
