import type { Assign, Call, Expression, FunctionDeclaration, Parameter } from '../syntax/tree.ts';
import type { ArgumentValue, AssignEvent } from './events.ts';
import { FlowState, MAX_DEPTH } from './flow-state.ts';
import { type Frame, newFrame, sceneOf } from './frame.ts';
import { guards } from './known-calls.ts';
import { matchArgument, receivedBy } from './match-call.ts';
import { beforePreposition, nameValue } from './name-value.ts';
import { lastName, pathOf } from './paths.ts';
import type { Unit } from './project.ts';
import { bareType, UNKNOWN, type Value } from './value.ts';

/** A helper called with telling arguments is walked at most so often with its events told, so that cost stays linear. */
const MAX_TOLD_VISITS = 12;
/** Secrets are handed over seldom, and each place that does so is one to mend: a log wrapper is called from everywhere. */
const MAX_SECRET_VISITS = 100;

/** Longest helper, in characters of source, that is followed into. */
const MAX_HELPER_LENGTH = 6_000;

/** Functions that exist to do one thing with whatever they are given: what is wrong is the giving. */
const WRAPPER =
  /^(?:[a-z]{0,3}log|debug|trace|print|dump|write|save|store|set|put|persist|cache|keep|add|insert|append|record|report|track|info|warn|error|verbose)/i;

/** Spelled like a constant or an enum case: `.TLSv10`, `Level.low`, `kCCAlgorithmDES`. */
const CONSTANT_SYMBOL = /\.[A-Za-z]\w*$|^k[A-Z]/;

/** Follows calls of the project's own functions. */
export abstract class FlowHelpers extends FlowState {
  readonly #results = new Map<FunctionDeclaration, Value>();
  readonly #visits = new Map<FunctionDeclaration, number>();

  /** A call of the project's own function: what it gives back, and what it does with telling arguments. */
  protected helper(
    node: Call,
    name: string,
    receiver: Value | undefined,
    receiverNode: Expression | undefined,
    args: readonly ArgumentValue[],
    frame: Frame,
  ): Value | undefined {
    if (frame.depth >= MAX_DEPTH || name === '') return undefined;
    const found = this.declared.resolve(name, receiver, receiverNode, args, frame);
    if (found === undefined) return undefined;
    const { declare, unit, type } = found;
    if (this.active.has(declare) || declare.end - declare.start > MAX_HELPER_LENGTH) return undefined;
    const telling = args.some(
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
      if (known !== undefined) return this.resultNamed(known, declare);
    }
    const visits = this.#visits.get(declare) ?? 0;
    const most = args.some((arg) => arg.known.sensitive !== undefined) ? MAX_SECRET_VISITS : MAX_TOLD_VISITS;
    if (telling && visits >= most) return this.resultNamed(this.#results.get(declare) ?? UNKNOWN, declare);
    if (telling) this.#visits.set(declare, visits + 1);
    const env = new Map<string, Value>();
    declare.params.forEach((parameter, index) => {
      const received = receivedBy(parameter, index, args);
      const known = WRAPPER.test(declare.name) ? handedTo(parameter, received, { unit: frame.unit, node }) : received;
      const merged: Value = {
        ...nameValue(known, parameter.name, parameter.type),
        type: bareType(parameter.type) === 'Any' ? known.type : (bareType(parameter.type) ?? known.type),
      };
      env.set(parameter.name, merged);
    });
    const inner = newFrame(unit, declare, type, telling && frame.told, frame.depth + 1, env, frame.via ?? { unit: frame.unit, node });
    this.active.add(declare);
    const result = this.bodyResult(declare.body, inner);
    this.active.delete(declare);
    if (!telling) this.#results.set(declare, result);
    this.writeBack(declare, args, inner, frame);
    return this.resultNamed(result, declare);
  }

  /** What a helper stored into an `inout` parameter is stored at the caller: `raise(&config.minimum, to: .old)`. */
  protected writeBack(declare: FunctionDeclaration, args: readonly ArgumentValue[], inner: Frame, frame: Frame): void {
    declare.params.forEach((parameter, index) => {
      const arg = matchArgument(parameter, index, args);
      if (arg?.value.kind !== 'unary' || arg.value.op !== '&' || guards(declare.name)) return;
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

  protected resultNamed(result: Value, declare: FunctionDeclaration): Value {
    const returns = bareType(declare.returns);
    if (returns === 'Bool' || returns === 'Void') return { type: returns };
    const name = beforePreposition(declare.name).replace(/^(?:get|fetch|load|read|retrieve|find|current)(?=[A-Z_])/, '');
    if (declare.name === 'init') return result;
    const named = returns === undefined && declare.body.length === 0 ? result : nameValue(result, name, declare.returns, false);
    return named.type === undefined && returns !== undefined ? { ...named, type: returns } : named;
  }
}

/** A secret handed to a parameter whose name does not say so remembers the call: that line is the one to mend, not the helper's. */
function handedTo(parameter: Parameter, known: Value, by: { readonly unit: Unit; readonly node: Call }): Value {
  if (known.sensitive === undefined) return known;
  const own = nameValue(UNKNOWN, parameter.name, parameter.type).sensitive !== undefined;
  if (own) return known.sensitive.handed === undefined ? known : { ...known, sensitive: { ...known.sensitive, handed: undefined } };
  return known.sensitive.handed === undefined ? { ...known, sensitive: { ...known.sensitive, handed: by } } : known;
}
