import type { Argument, Call, Closure, Statement } from '../syntax/tree.ts';
import { callEffects } from './call-effects.ts';
import { CallView } from './call-view.ts';
import { type Called, calledName } from './called.ts';
import type { ArgumentValue, CallEvent } from './events.ts';
import { FlowResults } from './flow-results.ts';
import { foreignListener } from './foreign-listeners.ts';
import { type Frame, sceneOf } from './frame.ts';
import { AF_REQUEST, NETWORK_RESPONSE, traitsOf } from './known-calls.ts';
import { received } from './part-of.ts';
import { lastName, pathOf } from './paths.ts';
import { isAround } from './sensitive-name.ts';
import { signInAnswer } from './sign-in-answer.ts';
import { either, UNKNOWN, type Value } from './value.ts';

/** Reads calls and the closures they are given. */
export abstract class FlowCalls extends FlowResults {
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
      bind(parameter.name, this.parameterValue(whole, parameter, frame.unit));
    });
    if (node.params.length === 0)
      given.forEach((value, index) => {
        bind(`$${index}`, value);
      });
    const returned = frame.returned;
    frame.returned = undefined;
    const outer = frame.closure;
    frame.closure ??= node;
    const result = this.bodyResult(node.body, frame);
    frame.closure = outer;
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
    const args =
      node.args.length === 0
        ? NO_ARGUMENTS
        : node.args.map((arg) =>
            withValue(arg, arg.value.kind === 'closure' ? { closure: arg.value, closureScope: frame } : this.value(arg.value, frame)),
          );
    const path = pathOf(callee);
    const traits = traitsOf(name);
    const closureResult = node.args.some(({ value }) => value.kind === 'closure')
      ? this.callClosures(name, path, receiver, args, frame)
      : undefined;
    if (frame.unit.language === 'script') this.namedListeners(name, path, receiver, args, frame);
    if (frame.told) {
      const event: CallEvent = new CallView(node, name, path, receiver, receiverNode, args, sceneOf(frame, node.start));
      frame.calls.push(event);
      this.listener.call?.(event);
    }
    const called = { node, name, traits, path, receiver, receiverNode, args, closureResult };
    callEffects(called, frame);
    const result = this.result(called, frame);
    return frame.unit.language === 'script' ? this.declaredResult(result, called, frame) : result;
  }

  /** What TypeScript says of a result where it is asked for, or where what is called is declared: in an interface, or in an object of functions. */
  protected declaredResult(result: Value, { node, name, receiver }: Called, frame: Frame): Value {
    if (node.gives !== undefined) return this.named(result, '', node.gives, frame.unit);
    const entry = receiver?.entries?.get(name);
    if (entry?.closure?.returns !== undefined)
      return this.named(result, '', entry.closure.returns, (entry.closureScope as Frame | undefined)?.unit ?? frame.unit);
    const property = receiver?.type === undefined ? undefined : this.shapes.property(receiver.type, frame.unit, name);
    return property?.declare.gives === undefined ? result : this.named(result, '', property.declare.gives, property.unit);
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

  /** A list of TypeScript's records, and a promise of one, is known by the record's type. */
  protected elementType({ type }: Value): string | undefined {
    return type !== undefined && this.project.shapes.has(type) ? type : undefined;
  }

  /** Runs the closures a call is given; in `args` stands then what is known of them. */
  protected callClosures(name: string, path: string, receiver: Value | undefined, args: ArgumentValue[], frame: Frame): Value | undefined {
    const foreign: Value = { foreign: NETWORK_RESPONSE };
    const traits = traitsOf(name);
    const answers = traits.foreignCallback || AF_REQUEST.test(name);
    const answer: Value = answers ? { ...foreign, sensitive: signInAnswer(args, frame.function?.name, receiver) } : foreign;
    const given = traits.foreignCallback
      ? [BYTES_FIRST.test(name) && frame.unit.language === 'swift' ? { ...answer, type: 'Data' } : answer, foreign]
      : receiver !== undefined && traits.receiverCallback
        ? [
            name.startsWith('with')
              ? receiver
              : { sensitive: receiver.sensitive, foreign: receiver.foreign, literal: receiver.literal, type: this.elementType(receiver) },
          ]
        : [];
    let result: Value | undefined;
    for (const [index, arg] of args.entries()) {
      const closure = arg.value;
      if (closure.kind !== 'closure') continue;
      const outside = foreignListener(name, path, arg, args);
      // AFNetworking's success block is given the task, then the answer; clients built on it often give the answer alone.
      const own =
        arg.label === 'success' && answers && !traits.foreignCallback
          ? closure.params.length === 1
            ? [answer]
            : [UNKNOWN, answer]
          : given;
      const value = this.closure(closure, frame, outside === undefined ? own : [{ foreign: outside }]);
      args[index] = withValue(arg, { closure, closureScope: frame, literal: false });
      result = result === undefined ? value : either(result, value);
    }
    return result;
  }
}

/** URLSession hands its closure the body as bytes. */
const BYTES_FIRST = /^(?:dataTask|uploadTask)$/;

/** Of calls that are given none. */
const NO_ARGUMENTS: ArgumentValue[] = [];

/** An argument and what is known of it. Spelled out, so that all are of one shape: nothing is made more often. */
const withValue = ({ label, value, start, end }: Argument, known: Value): ArgumentValue => ({ label, value, start, end, known });
