import type { Declare, Expression, For, FunctionDeclaration, If, Parameter, Statement, Switch, TypeDeclaration } from '../syntax/tree.ts';
import type { AssignEvent } from './events.ts';
import { FlowExpressions } from './flow-expressions.ts';
import { type Frame, newFrame, sceneOf } from './frame.ts';
import { nameValue } from './name-value.ts';
import { ownPath } from './paths.ts';
import type { Unit } from './project.ts';
import { isAround, words } from './sensitive-name.ts';
import { spokenParameter } from './stored-by-name.ts';
import { bareType, either, UNKNOWN, type Value } from './value.ts';

/** A body with more variables is a bundle: to copy them for each function inside would cost the square of its length, so these see none. */
const MAX_VARIABLES = 1_000;

/**
 * Goes through a file in reading order and tells its listener each call, store, text and declaration together with what is known of
 * the values: constants, names that speak of secrets, outside data, results of the project's own helpers. It is a reading of one
 * function at a time with short hops into helpers, not a proof: branches are joined, loops read once, aliases not followed.
 */
export class Flow extends FlowExpressions {
  /** Reads one file. */
  run(unit: Unit): void {
    const frame = newFrame(unit, undefined, undefined, true, 0);
    this.statements(unit.tree.statements, frame);
  }

  protected statements(statements: readonly Statement[], frame: Frame): void {
    // No iterator: this is where every line of an app comes through.
    for (let index = 0; index < statements.length; index++) this.statement(statements[index] as Statement, frame);
  }

  protected statement(statement: Statement, frame: Frame): void {
    switch (statement.kind) {
      case 'expression':
        if (!isPreview(statement.expression)) this.value(statement.expression, frame);
        return;
      case 'declare':
        this.declaration(statement, frame);
        return;
      case 'function':
        this.functionDeclaration(statement, frame);
        return;
      case 'type':
        this.typeDeclaration(statement, frame);
        return;
      case 'if':
        this.branches(statement, frame);
        return;
      case 'for':
        this.loop(statement, frame);
        return;
      case 'switch':
        this.cases(statement, frame);
        return;
      case 'exit':
        if (statement.value !== undefined) {
          const value = this.value(statement.value, frame);
          if (statement.keyword === 'return') frame.returned = frame.returned === undefined ? value : either(frame.returned, value);
        }
        return;
      case 'block':
        for (const name of statement.names) frame.env.set(name, UNKNOWN);
        if (statement.keyword === 'catch') frame.branch++;
        this.statements(statement.body, frame);
        if (statement.keyword === 'catch') frame.branch--;
        return;
      default:
    }
  }

  protected typeDeclaration(node: TypeDeclaration, frame: Frame): void {
    if (node.inherits.includes('PreviewProvider')) return;
    if (frame.told)
      this.listener.type?.({
        node,
        scene: sceneOf(frame, node.start),
        text: () => frame.unit.source.slice(node.start, node.end),
      });
    const name = bareType(node.name)?.split('.').at(-1) ?? node.name;
    this.statements(node.members, newFrame(frame.unit, undefined, name, frame.told, frame.depth));
  }

  protected branches(node: If, frame: Frame): void {
    const before = frame.conditions;
    for (const condition of node.conditions) {
      if (condition.kind === 'declare') this.declaration(condition, frame);
      else {
        this.value(condition, frame);
        frame.conditions = [...frame.conditions, condition];
      }
    }
    const debug = frame.debug;
    if (node.conditions.some((condition) => condition.kind === 'name' && condition.text === '__DEV__')) frame.debug = true;
    frame.branch++;
    this.statements(node.consequent, frame);
    frame.debug = debug;
    this.statements(node.otherwise, frame);
    frame.branch--;
    if (node.keyword !== 'guard') frame.conditions = before;
  }

  protected loop(node: For, frame: Frame): void {
    const of = node.of === undefined ? UNKNOWN : this.value(node.of, frame);
    for (const name of node.names) {
      const item =
        of === UNKNOWN ? UNKNOWN : { sensitive: isAround(name) ? undefined : of.sensitive, foreign: of.foreign, literal: of.literal };
      frame.env.set(name, nameValue(item, name, undefined));
    }
    frame.branch++;
    this.statements(node.body, frame);
    frame.branch--;
  }

  protected cases(node: Switch, frame: Frame): void {
    const subject = this.value(node.subject, frame);
    frame.branch++;
    for (const branch of node.cases) {
      for (const pattern of branch.patterns) {
        if (frame.unit.language === 'swift' && pattern.kind === 'call' && pattern.callee.kind === 'member')
          this.bindPattern(pattern, subject, frame);
        else this.value(pattern, frame);
      }
      this.statements(branch.body, frame);
    }
    frame.branch--;
  }

  protected declaration(node: Declare, frame: Frame): void {
    let value: Value = UNKNOWN;
    if (node.value !== undefined) value = this.given(node.value, node.further === true, frame);
    else if (node.modifiers.includes('shorthand')) value = frame.env.get(node.name) ?? this.byName(node.name, frame);
    const named = this.named(value, node.name, node.type, frame.unit, node.constant);
    frame.env.set(frame.function === undefined && frame.type !== undefined ? ownPath(node.name) : node.name, named);
    if (node.modifiers.length > 0 && frame.function === undefined) this.wrapped(node, named, frame);
    if (frame.told && (node.value !== undefined || frame.function === undefined)) {
      const event: AssignEvent = {
        node,
        name: node.name,
        path: node.name,
        target: undefined,
        receiver: undefined,
        key: undefined,
        value: named,
        valueNode: node.value,
        declared: true,
        scene: sceneOf(frame, node.start),
      };
      frame.assigns.push(event);
      this.listener.assign?.(event);
    }
    if (node.accessors !== undefined) {
      const inner = newFrame(frame.unit, frame.function, frame.type, frame.told, frame.depth, this.#seenInside(frame));
      inner.env.set('newValue', nameValue(UNKNOWN, node.name, node.type));
      inner.debug = frame.debug;
      this.statements(node.accessors, inner);
    }
  }

  protected functionDeclaration(node: FunctionDeclaration, frame: Frame): void {
    if (!node.hasBody) return;
    const env = this.#seenInside(frame);
    const inner = newFrame(frame.unit, node, frame.type, frame.told, frame.depth, env);
    inner.debug = frame.debug;
    for (const parameter of node.params) env.set(parameter.name, this.parameter(parameter, node, inner));
    this.statements(node.body, inner);
    if (inner.told) {
      this.listener.function?.({
        node,
        scene: sceneOf(frame, node.start),
        calls: inner.calls,
        assigns: inner.assigns,
        text: () => frame.unit.source.slice(node.start, node.end),
      });
    }
    // A nested function's calls belong to the one around it as well.
    if (frame.function !== undefined) {
      frame.calls.push(...inner.calls);
      frame.assigns.push(...inner.assigns);
    }
  }

  /**
   * The variables a body sees that is declared here. In a type these are its properties, which are found by their declarations: a type
   * of ten thousand computed properties would copy ten thousand for each.
   */
  #seenInside({ function: around, closure, env }: Frame): Map<string, Value> {
    return (around !== undefined || closure !== undefined) && env.size <= MAX_VARIABLES ? new Map(env) : new Map();
  }

  /** What a parameter holds when the caller gives nothing, as far as it is a number: `rounds = 1000`. */
  protected usual(parameter: Parameter, frame: Frame): Value {
    if (parameter.fallback === undefined || frame.unit.language !== 'script') return UNKNOWN;
    const { number } = this.value(parameter.fallback, frame);
    return number === undefined ? UNKNOWN : { number };
  }

  protected parameter(parameter: Parameter, node: FunctionDeclaration, frame: Frame): Value {
    const spoken = spokenParameter(parameter, node);
    const called = spoken === parameter.name ? parameter : { ...parameter, name: spoken };
    const named = this.parameterValue(this.usual(parameter, frame), called, frame.unit);
    if (/^(?:application|scene)$/.test(node.name) && /\b(?:NS)?URL\b|UIOpenURLContext|NSUserActivity/.test(parameter.type ?? ''))
      return { ...named, foreign: 'a link that opened the app' };
    if (/^WKNavigationAction$/.test(parameter.type ?? '')) return { ...named, foreign: 'a web page' };
    const taken =
      frame.unit.language === 'script'
        ? /^(?:url|link)$/i.test(parameter.name) && HANDLES_LINK.test(words(node.name)) && frame.unit.source.includes('getInitialURL')
        : /^(?:NS)?URL[?!]?$/.test(parameter.type ?? '') && OPENS_LINK.test(words(node.name));
    if (taken) return { ...named, foreign: 'a link that opened the app' };
    if (named.sensitive === undefined && parameter.label !== undefined && parameter.name.length < 4)
      return nameValue(named, parameter.label, parameter.type);
    return named;
  }
}

/** Functions that are handed the link by which the app was opened. */
const OPENS_LINK = /deep ?link|universal ?link|(?:handle|incoming|receive\w*) ?(?:url|link)|on ?open/;
/** The same in JavaScript, where `onOpenLink` and `handleLinkPress` follow one of the app's own. */
const HANDLES_LINK = /deep ?link|universal ?link|^(?:handle|incoming|receive\w*) (?:open(?:ing|ed)? )?(?:url|link)$/;

/** `#Preview { … }` is drawn by the editor with made-up data, and like a PreviewProvider it is in no release. */
const isPreview = (node: Expression): boolean => node.kind === 'call' && node.callee.kind === 'name' && node.callee.text === '#Preview';
