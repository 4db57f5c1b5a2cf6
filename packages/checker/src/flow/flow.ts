import { INTERPOLATION } from '../syntax/swift-expressions.ts';
import type {
  Argument,
  Assign,
  Call,
  Closure,
  Declare,
  Expression,
  FunctionDeclaration,
  Member,
  Parameter,
  Statement,
} from '../syntax/tree.ts';
import type { ArgumentValue, AssignEvent, CallEvent, Listener, Scene } from './events.ts';
import {
  ABOUT,
  FOREIGN_CALLBACK,
  foreignCall,
  guards,
  INTO_RECEIVER,
  preserves,
  RANDOM,
  RECEIVER_CALLBACK,
  SYSTEM_TYPE,
} from './known-calls.ts';
import type { Project, TypeFacts, Unit } from './project.ts';
import { isAround, sensitiveName } from './sensitive-name.ts';
import { bareType, combine, either, isNumeric, UNKNOWN, type Value } from './value.ts';

/** How deep calls of the project's own functions are followed. Two hops find the wrapper of a wrapper; more finds little and costs much. */
const MAX_DEPTH = 3;
/** A helper called with telling arguments is walked at most so often with its events told, so that cost stays linear. */
const MAX_TOLD_VISITS = 12;
/** Longest helper, in characters of source, that is followed into. */
const MAX_HELPER_LENGTH = 6_000;
/** Deeper expressions than this are generated code. */
const MAX_EXPRESSION_DEPTH = 220;

const NO_SECRET_TYPE =
  /^(?:Bool|BOOL|boolean|Date|NSDate|TimeInterval|Void|UI\w+|NSLayout\w+|Selector|Binding|PassthroughSubject|CurrentValueSubject|AnyCancellable|\w*(?:View|ViewController|Delegate|Button|Label|Cell|Type|State|Status|Error|Kind|Mode|Policy|Rule|Rules|Style))$/;

interface Frame {
  readonly unit: Unit;
  readonly function: FunctionDeclaration | undefined;
  readonly type: string | undefined;
  readonly env: Map<string, Value>;
  readonly conditions: Expression[];
  readonly calls: CallEvent[];
  readonly assigns: AssignEvent[];
  readonly told: boolean;
  readonly depth: number;
  readonly via: { readonly unit: Unit; readonly node: Call } | undefined;
  debug: boolean;
  /** Inside a branch or a loop: a store there may or may not happen. */
  branch: number;
  returned: Value | undefined;
}

/**
 * Goes through a file in reading order and tells its listener each call, store, text and declaration together with what is known of
 * the values: constants, names that speak of secrets, outside data, results of the project's own helpers. It is a reading of one
 * function at a time with short hops into helpers, not a proof: branches are joined, loops read once, aliases not followed.
 */
export class Flow {
  readonly #project: Project;
  readonly #listener: Listener;
  readonly #initials = new Map<Declare, Value>();
  readonly #results = new Map<FunctionDeclaration, Value>();
  readonly #visits = new Map<FunctionDeclaration, number>();
  readonly #active = new Set<FunctionDeclaration | Declare | Closure>();
  #expressionDepth = 0;

  constructor(project: Project, listener: Listener) {
    this.#project = project;
    this.#listener = listener;
  }

  /** Reads one file. */
  run(unit: Unit): void {
    const frame = this.#frame(unit, undefined, undefined, true, 0);
    this.#statements(unit.tree.statements, frame);
  }

  #frame(
    unit: Unit,
    declaration: FunctionDeclaration | undefined,
    type: string | undefined,
    told: boolean,
    depth: number,
    env = new Map<string, Value>(),
    via: Frame['via'] = undefined,
  ): Frame {
    return {
      unit,
      function: declaration,
      type,
      env,
      conditions: [],
      calls: [],
      assigns: [],
      told,
      depth,
      via,
      debug: false,
      branch: 0,
      returned: undefined,
    };
  }

  #scene(frame: Frame, start: number): Scene {
    return new SceneView(frame, start);
  }

  // ---- statements ----

  #statements(statements: readonly Statement[], frame: Frame): void {
    for (const statement of statements) this.#statement(statement, frame);
  }

  #statement(statement: Statement, frame: Frame): void {
    switch (statement.kind) {
      case 'expression':
        this.#value(statement.expression, frame);
        return;
      case 'declare':
        this.#declare(statement, frame);
        return;
      case 'function':
        this.#function(statement, frame);
        return;
      case 'type':
        if (frame.told)
          this.#listener.type?.({
            node: statement,
            scene: this.#scene(frame, statement.start),
            text: () => frame.unit.source.slice(statement.start, statement.end),
          });
        this.#statements(
          statement.members,
          this.#frame(frame.unit, undefined, bareType(statement.name)?.split('.').at(-1) ?? statement.name, frame.told, frame.depth),
        );
        return;
      case 'if': {
        const before = frame.conditions.length;
        for (const condition of statement.conditions) {
          if (condition.kind === 'declare') this.#declare(condition, frame);
          else {
            this.#value(condition, frame);
            frame.conditions.push(condition);
          }
        }
        const debug = frame.debug;
        if (statement.conditions.some((condition) => condition.kind === 'name' && condition.text === '__DEV__')) frame.debug = true;
        frame.branch++;
        this.#statements(statement.consequent, frame);
        frame.debug = debug;
        this.#statements(statement.otherwise, frame);
        frame.branch--;
        if (statement.keyword !== 'guard') frame.conditions.length = before;
        return;
      }
      case 'for': {
        const of = statement.of === undefined ? UNKNOWN : this.#value(statement.of, frame);
        for (const name of statement.names)
          frame.env.set(
            name,
            this.#named(
              of === UNKNOWN ? UNKNOWN : { sensitive: isAround(name) ? undefined : of.sensitive, foreign: of.foreign, literal: of.literal },
              name,
              undefined,
            ),
          );
        frame.branch++;
        this.#statements(statement.body, frame);
        frame.branch--;
        return;
      }
      case 'switch': {
        this.#value(statement.subject, frame);
        frame.branch++;
        for (const branch of statement.cases) {
          for (const pattern of branch.patterns) this.#value(pattern, frame);
          this.#statements(branch.body, frame);
        }
        frame.branch--;
        return;
      }
      case 'exit':
        if (statement.value !== undefined) {
          const value = this.#value(statement.value, frame);
          if (statement.keyword === 'return') frame.returned = frame.returned === undefined ? value : either(frame.returned, value);
        }
        return;
      case 'block':
        for (const name of statement.names) frame.env.set(name, UNKNOWN);
        if (statement.keyword === 'catch') frame.branch++;
        this.#statements(statement.body, frame);
        if (statement.keyword === 'catch') frame.branch--;
        return;
      default:
    }
  }

  #declare(node: Declare, frame: Frame): void {
    let value: Value = UNKNOWN;
    if (node.value !== undefined) value = this.#value(node.value, frame);
    else if (node.modifiers.includes('shorthand')) value = frame.env.get(node.name) ?? this.#byName(node.name, frame);
    const named = this.#named(value, node.name, node.type, node.constant);
    frame.env.set(frame.function === undefined && frame.type !== undefined ? `self.${node.name}` : node.name, named);
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
        scene: this.#scene(frame, node.start),
      };
      frame.assigns.push(event);
      this.#listener.assign?.(event);
    }
    if (node.accessors !== undefined) {
      const inner = this.#frame(frame.unit, frame.function, frame.type, frame.told, frame.depth, new Map(frame.env));
      inner.debug = frame.debug;
      this.#statements(node.accessors, inner);
    }
  }

  #function(node: FunctionDeclaration, frame: Frame): void {
    if (!node.hasBody) return;
    const env = frame.function === undefined ? new Map<string, Value>() : new Map(frame.env);
    const inner = this.#frame(frame.unit, node, frame.type, frame.told, frame.depth, env);
    inner.debug = frame.debug;
    for (const parameter of node.params) env.set(parameter.name, this.#parameter(parameter, node));
    this.#statements(node.body, inner);
    if (inner.told) {
      this.#listener.function?.({
        node,
        scene: this.#scene(frame, node.start),
        calls: inner.calls,
        assigns: inner.assigns,
        text: () => frame.unit.source.slice(node.start, node.end),
      });
    }
    // A nested function's calls belong to the one around it as well.
    frame.calls.push(...inner.calls);
    frame.assigns.push(...inner.assigns);
  }

  #parameter(parameter: Parameter, node: FunctionDeclaration): Value {
    const named = this.#named(UNKNOWN, parameter.name, parameter.type);
    if (/^(?:application|scene)$/.test(node.name) && /\bURL\b|UIOpenURLContext|NSUserActivity/.test(parameter.type ?? ''))
      return { ...named, foreign: 'a link that opened the app' };
    if (named.sensitive === undefined && parameter.label !== undefined && parameter.name.length < 4)
      return this.#named(named, parameter.label, parameter.type);
    return named;
  }

  // ---- names ----

  /** A value stored under a name: the name may say that it is a secret, the annotation what type it has. */
  #named(value: Value, name: string, type: string | undefined, constant = false): Value {
    const bare = bareType(type) ?? value.type;
    let sensitive = value.sensitive;
    if (
      sensitive === undefined &&
      value.guarded !== true &&
      (bare === undefined || !NO_SECRET_TYPE.test(bare)) &&
      value.closure === undefined &&
      !type?.includes('->')
    ) {
      const kind = sensitiveName(name);
      // A constant text under a telling name is a key's name or a hardcoded secret, not a user's secret.
      if (
        kind !== undefined &&
        !(constant && value.literal === true && (value.text === undefined || NAME_LIKE.test(value.text))) &&
        !(value.number !== undefined && constant)
      )
        sensitive = { kind, name };
    }
    if (sensitive !== undefined && bare !== undefined && NO_SECRET_TYPE.test(bare)) sensitive = undefined;
    if (sensitive === value.sensitive && bare === value.type) return value;
    return { ...value, sensitive, type: bare };
  }

  #typeFacts(name: string | undefined): TypeFacts | undefined {
    return name === undefined ? undefined : this.#project.types.get(name.split('.').at(-1) as string);
  }

  #property(type: string | undefined, name: string, hops = 0): { declare: Declare; unit: Unit; type: string } | undefined {
    const facts = this.#typeFacts(type);
    if (facts === undefined || hops > 3) return undefined;
    const own = facts.properties.get(name);
    if (own !== undefined) return { ...own, type: facts.name };
    for (const parent of facts.inherits) {
      const found = this.#property(parent, name, hops + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What a property or a global was given where it was declared. */
  #initial(declare: Declare, unit: Unit, type: string | undefined): Value {
    const known = this.#initials.get(declare);
    if (known !== undefined) return known;
    if (this.#active.has(declare)) return UNKNOWN;
    this.#active.add(declare);
    let value: Value = UNKNOWN;
    const frame = this.#frame(unit, undefined, type, false, MAX_DEPTH - 1);
    if (declare.value !== undefined) {
      value = this.#value(declare.value, frame);
      // A variable that is given something else later is no constant.
      if (!declare.constant && value.literal === true && isReassigned(declare, unit)) value = { type: value.type, items: undefined };
    } else if (declare.accessors !== undefined) value = this.#bodyResult(declare.accessors, frame);
    this.#active.delete(declare);
    const named = declare.modifiers.includes('case') ? value : this.#named(value, declare.name, declare.type, declare.constant);
    this.#initials.set(declare, named);
    return named;
  }

  #byName(name: string, frame: Frame): Value {
    if (frame.type !== undefined) {
      const stored = frame.env.get(`self.${name}`);
      if (stored !== undefined) return stored;
      const property = this.#property(frame.type, name);
      if (property !== undefined) return this.#initial(property.declare, property.unit, property.type);
    }
    const global = this.#project.globals.get(name);
    if (global !== undefined) return this.#initial(global.declare, global.unit, undefined);
    // A type's name speaks of no value.
    if (this.#project.types.has(name)) return { symbol: name };
    const kind = sensitiveName(name);
    return kind === undefined ? { symbol: name } : { symbol: name, sensitive: { kind, name } };
  }

  // ---- expressions ----

  #value(node: Expression, frame: Frame): Value {
    if (this.#expressionDepth > MAX_EXPRESSION_DEPTH) return UNKNOWN;
    this.#expressionDepth++;
    const value = this.#evaluate(node, frame);
    this.#expressionDepth--;
    return value;
  }

  #evaluate(node: Expression, frame: Frame): Value {
    switch (node.kind) {
      case 'name':
        if (node.text === 'self' || node.text === 'this') return frame.type === undefined ? UNKNOWN : { type: frame.type };
        return frame.env.get(node.text) ?? this.#byName(node.text, frame);
      case 'number':
        return { number: node.value, literal: true };
      case 'literal':
        return { literal: true, symbol: node.text, type: node.text === 'true' || node.text === 'false' ? 'Bool' : undefined };
      case 'string': {
        let value: Value = EMPTY_TEXT;
        let composed = false;
        let text = '';
        for (const part of node.parts) {
          if (typeof part === 'string') {
            value = combine(value, { text: part, literal: true });
            text += part;
          } else {
            const inner = this.#value(part, frame);
            if (inner.literal !== true && !isNumeric(inner)) composed = true;
            text += inner.text ?? '\0';
            value = combine(value, inner.number !== undefined ? { ...inner, text: String(inner.number) } : inner);
          }
        }
        if (frame.told) this.#listener.text?.({ node, text, scene: this.#scene(frame, node.start) });
        return { ...value, composed: composed || undefined, type: 'String', from: node };
      }
      case 'member':
        return this.#member(node, frame);
      case 'call':
        return this.#call(node, frame);
      case 'index': {
        const object = this.#value(node.object, frame);
        const key = node.args[0] === undefined ? UNKNOWN : this.#value(node.args[0].value, frame);
        for (const arg of node.args.slice(1)) this.#value(arg.value, frame);
        const path = pathOf(node);
        const stored = frame.env.get(path) ?? (key.text === undefined ? undefined : object.entries?.get(key.text));
        if (stored !== undefined) return stored;
        const name = key.text ?? key.symbol?.split('.').at(-1);
        const inherited: Value = {
          sensitive: object.sensitive,
          foreign: object.foreign,
          literal: object.literal === true && object.items !== undefined,
        };
        return name === undefined ? inherited : this.#named(inherited, name, undefined);
      }
      case 'array': {
        const items = node.items.map((item) => this.#value(item, frame));
        return { ...items.reduce(combine, EMPTY_LIST), text: undefined, items, type: 'Array', from: node };
      }
      case 'dictionary': {
        const list = node.entries.map((entry) => ({
          key: this.#value(entry.key, frame),
          keyNode: entry.key,
          value: this.#value(entry.value, frame),
          valueNode: entry.value,
        }));
        if (frame.told && list.length > 0) this.#listener.dictionary?.({ node, entries: list, scene: this.#scene(frame, node.start) });
        const entries = new Map<string, Value>();
        let sum: Value = EMPTY_LIST;
        for (const { key, value } of list) {
          const name = key.text ?? key.symbol?.replace(/^.*\./, '');
          const named = name === undefined ? value : this.#named(value, name, undefined, true);
          if (name !== undefined) entries.set(name, named);
          sum = combine(sum, named);
        }
        return { ...sum, text: undefined, entries, type: 'Dictionary', from: node };
      }
      case 'closure':
        this.#closure(node, frame, []);
        return { closure: node, closureScope: frame };
      case 'binary':
        return this.#binary(node.op, this.#value(node.left, frame), this.#value(node.right, frame));
      case 'unary': {
        const operand = this.#value(node.operand, frame);
        if (node.op === '-' && operand.number !== undefined) return { number: -operand.number, literal: true };
        return node.op === '!' || node.op === 'typeof' ? { type: 'Bool' } : operand;
      }
      case 'assign':
        return this.#assign(node, frame);
      case 'conditional': {
        this.#value(node.test, frame);
        return either(this.#value(node.consequent, frame), this.#value(node.otherwise, frame));
      }
      case 'cast': {
        const value = this.#value(node.value, frame);
        const type = bareType(node.type);
        return type === undefined || type === 'String' || type === 'Any' || /^CF|^NS|^id$/.test(type) ? value : { ...value, type };
      }
      case 'tuple': {
        const items = node.items.map((item) => this.#value(item.value, frame));
        return { ...items.reduce(combine, UNKNOWN), text: undefined, items };
      }
      case 'statement-expression': {
        const inner = { ...frame, returned: undefined };
        this.#statement(node.statement, inner);
        return inner.returned ?? UNKNOWN;
      }
      default:
        return UNKNOWN;
    }
  }

  #binary(op: string, left: Value, right: Value): Value {
    if (op === '+' || op === '+=') {
      if (left.number !== undefined && right.number !== undefined) return { number: left.number + right.number, literal: true };
      const sum = combine(left, right);
      const composed = [left, right].some((side) => side.composed === true || (side.literal !== true && !isNumeric(side)));
      return { ...sum, composed: composed || undefined, items: left.items ?? right.items, type: left.type ?? right.type };
    }
    if (op === '??' || op === '||') {
      if (op === '||' && left.type === 'Bool') return { type: 'Bool' };
      return either(left, right);
    }
    if (op === '*' && left.number !== undefined && right.number !== undefined) return { number: left.number * right.number, literal: true };
    if (op === '-' && left.number !== undefined && right.number !== undefined) return { number: left.number - right.number, literal: true };
    if (op === '<<' && left.number !== undefined && right.number !== undefined)
      return { number: left.number * 2 ** right.number, literal: true };
    if (op === '|') return { literal: left.literal === true && right.literal === true, items: [left, right] };
    if (/^[-*/%]$/.test(op)) return { literal: left.literal === true && right.literal === true, type: left.type ?? right.type };
    if (op === '..<' || op === '...') return { literal: true, type: 'Range' };
    if (/^(?:[=!<>]=?=?|&&|\|\||is|instanceof|in|~=)$/.test(op)) return { type: 'Bool' };
    // An operator of the project or of a library: its result is made of both sides.
    return { ...combine(left, right), text: undefined };
  }

  #member(node: Member, frame: Frame): Value {
    const path = pathOf(node);
    const stored = frame.env.get(path);
    if (node.object === undefined) return { symbol: `.${node.name}` };
    if (stored !== undefined) return stored;
    const object = this.#value(node.object, frame);
    if (object.entries?.has(node.name) === true) return object.entries.get(node.name) as Value;
    const holder =
      object.type ??
      (node.object.kind === 'name' && this.#project.types.has(node.object.text)
        ? node.object.text
        : node.object.kind === 'member' && this.#project.types.has(node.object.name)
          ? node.object.name
          : undefined);
    const property = this.#property(holder, node.name);
    if (property !== undefined) {
      const value = this.#initial(property.declare, property.unit, property.type);
      // A part of a secret whole is secret too, unless it only says something about it.
      if (
        value.sensitive === undefined &&
        object.sensitive !== undefined &&
        !ABOUT.test(node.name) &&
        !isAround(node.name) &&
        value.literal !== true &&
        !(value.type !== undefined && NO_SECRET_TYPE.test(value.type))
      )
        return { ...value, sensitive: object.sensitive };
      return value.symbol === undefined ? { ...value, symbol: path } : value;
    }
    if (/^(?:text|stringValue|attributedText)$/.test(node.name) || (node.name === 'value' && frame.unit.language === 'script')) {
      const holderName = lastName(node.object)?.replace(/(?:Text)?(?:Field|View|Input|Box|TF|Edit|Label|Cell|Ref)+$/i, '');
      const kind = object.sensitive?.kind ?? (holderName === undefined ? undefined : sensitiveName(holderName));
      const label = /label/i.test(lastName(node.object) ?? '');
      return {
        sensitive: kind === undefined || label ? object.sensitive : { kind, name: path },
        foreign: object.foreign ?? (frame.unit.language === 'script' || label ? undefined : 'a text field'),
        type: 'String',
      };
    }
    if (ABOUT.test(node.name)) {
      const kind = sensitiveName(node.name);
      return {
        symbol: path,
        type: /^(?:count|length|size)$/.test(node.name) ? 'Int' : /^is|^has/.test(node.name) ? 'Bool' : undefined,
        sensitive: kind === undefined ? undefined : { kind, name: node.name },
      };
    }
    const kind = object.guarded === true ? undefined : sensitiveName(node.name);
    const carries = object.sensitive !== undefined || object.foreign !== undefined || object.literal === true || object.random === true;
    const sensitive = kind === undefined ? (isAround(node.name) ? undefined : object.sensitive) : { kind, name: node.name };
    if (!carries) return sensitive === undefined ? { symbol: path, guarded: object.guarded } : { symbol: path, sensitive };
    return {
      symbol: path,
      sensitive,
      foreign: object.foreign,
      literal: object.literal,
      text: /^(?:utf8|description|utf8CString|bytes|baseAddress|rawValue|mutableBytes)$/.test(node.name) ? object.text : undefined,
      items: /^(?:bytes|baseAddress|mutableBytes)$/.test(node.name) ? object.items : undefined,
      from: object.from,
      random: object.random,
    };
  }

  #assign(node: Assign, frame: Frame): Value {
    let value = this.#value(node.value, frame);
    const target = node.target;
    if (target.kind === 'name' && target.text === '_') return value;
    if (target.kind === 'tuple' || target.kind === 'array') return value;
    const path = pathOf(target);
    let receiver: Value | undefined;
    let key: Value | undefined;
    let name = path;
    if (target.kind === 'member') {
      name = target.name;
      receiver = target.object === undefined ? undefined : this.#value(target.object, frame);
    } else if (target.kind === 'index') {
      receiver = this.#value(target.object, frame);
      key = target.args[0] === undefined ? undefined : this.#value(target.args[0].value, frame);
      name = lastName(target.object) ?? '';
    }
    if (node.op === '+=') value = this.#binary('+', this.#value(target, frame), value);
    const old = frame.env.get(path);
    const keyName = key?.text ?? key?.symbol?.replace(/^.*\./, '');
    const type = target.kind === 'name' && frame.type !== undefined ? this.#property(frame.type, target.text)?.declare.type : undefined;
    const named = this.#named(
      value,
      keyName ?? name,
      type ?? (old?.type === undefined || value.type !== undefined ? undefined : old.type),
      false,
    );
    if (target.kind === 'index') {
      // A dictionary grown entry by entry is known entry by entry.
      const holder = pathOf(target.object);
      const before = frame.env.get(holder) ?? receiver ?? UNKNOWN;
      const entries = new Map(before.entries ?? []);
      if (keyName !== undefined) entries.set(keyName, named);
      frame.env.set(holder, {
        ...combine(before, named),
        text: undefined,
        entries,
        type: before.type,
        literal: before.literal === true && named.literal === true,
        items: before.items,
      });
    } else {
      const own =
        target.kind === 'name' &&
        frame.env.get(path) === undefined &&
        frame.type !== undefined &&
        this.#property(frame.type, path) !== undefined;
      const slot = own ? `self.${path}` : path;
      const previous = frame.env.get(slot);
      frame.env.set(slot, frame.branch > 0 && previous !== undefined ? either(previous, named) : named);
      if (target.kind === 'member' && target.object !== undefined) {
        const holder = pathOf(target.object);
        const before = frame.env.get(holder);
        if (before !== undefined && holder !== 'self' && holder !== 'this') {
          const entries = new Map(before.entries ?? []);
          entries.set(target.name, named);
          frame.env.set(holder, { ...before, entries });
        }
      }
    }
    if (frame.told) {
      const event: AssignEvent = {
        node,
        name,
        path,
        target,
        receiver,
        key,
        value: named,
        valueNode: node.value,
        declared: false,
        scene: this.#scene(frame, node.start),
      };
      frame.assigns.push(event);
      this.#listener.assign?.(event);
    }
    return named;
  }

  // ---- closures and calls ----

  #closure(node: Closure, frame: Frame, given: readonly Value[]): Value {
    const saved: [string, Value | undefined][] = [];
    const bind = (name: string, value: Value) => {
      saved.push([name, frame.env.get(name)]);
      frame.env.set(name, value);
    };
    node.params.forEach((parameter, index) => {
      const handed = given[index] ?? UNKNOWN;
      const whole = handed.sensitive !== undefined && isAround(parameter.name) ? { ...handed, sensitive: undefined } : handed;
      bind(parameter.name, this.#named(whole, parameter.name, parameter.type));
    });
    if (node.params.length === 0)
      given.forEach((value, index) => {
        bind(`$${index}`, value);
      });
    const returned = frame.returned;
    frame.returned = undefined;
    const result = this.#bodyResult(node.body, frame);
    frame.returned = returned;
    for (const [name, value] of saved) {
      if (value === undefined) frame.env.delete(name);
      else frame.env.set(name, value);
    }
    return result;
  }

  /** Runs a body; its value is what it returns, or its only expression. */
  #bodyResult(body: readonly Statement[], frame: Frame): Value {
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
            ? this.#closure(expression.args[0].value, frame, [])
            : this.#value(expression, frame);
      } else this.#statement(statement, frame);
    }
    return frame.returned ?? value;
  }

  #call(node: Call, frame: Frame): Value {
    const callee = node.callee;
    const name = callee.kind === 'name' ? callee.text : callee.kind === 'member' ? callee.name : '';
    const receiverNode = callee.kind === 'member' ? callee.object : undefined;
    const receiver =
      receiverNode === undefined
        ? callee.kind === 'name' || callee.kind === 'member'
          ? undefined
          : this.#value(callee, frame)
        : this.#value(receiverNode, frame);
    const args: ArgumentValue[] = [];
    const closures: { closure: Closure; index: number }[] = [];
    for (const arg of node.args) {
      if (arg.value.kind === 'closure') {
        closures.push({ closure: arg.value, index: args.length });
        args.push({ ...arg, known: { closure: arg.value, closureScope: frame } });
      } else args.push({ ...arg, known: this.#value(arg.value, frame) });
    }
    let closureResult: Value | undefined;
    if (closures.length > 0) closureResult = this.#callClosures(closures, name, receiver, args, frame);
    const path = pathOf(callee);
    if (frame.told) {
      const event: CallEvent = new CallView(node, name, path, receiver, receiverNode, args, this.#scene(frame, node.start));
      frame.calls.push(event);
      this.#listener.call?.(event);
    }
    this.#effects(name, receiver, receiverNode, args, frame);
    return this.#result(node, name, path, receiver, receiverNode, args, closureResult, frame);
  }

  #callClosures(
    closures: { closure: Closure; index: number }[],
    name: string,
    receiver: Value | undefined,
    args: ArgumentValue[],
    frame: Frame,
  ): Value | undefined {
    const foreign: Value = { foreign: 'a network response' };
    const given = FOREIGN_CALLBACK.test(name)
      ? [foreign, foreign]
      : receiver !== undefined && RECEIVER_CALLBACK.has(name)
        ? [
            name.startsWith('with')
              ? receiver
              : { sensitive: receiver.sensitive, foreign: receiver.foreign, literal: receiver.literal, type: undefined },
          ]
        : [];
    let result: Value | undefined;
    for (const { closure, index } of closures) {
      const value = this.#closure(closure, frame, given);
      const arg = args[index];
      if (arg !== undefined) args[index] = { ...arg, known: { closure, closureScope: frame, literal: false } };
      result = result === undefined ? value : either(result, value);
    }
    return result;
  }

  /** What a call does to variables: `&buffer` arguments, and receivers that take their arguments in. */
  #effects(
    name: string,
    receiver: Value | undefined,
    receiverNode: Expression | undefined,
    args: readonly ArgumentValue[],
    frame: Frame,
  ): void {
    for (const arg of args) {
      const target = arg.value.kind === 'unary' && arg.value.op === '&' ? arg.value.operand : undefined;
      if (target === undefined) continue;
      const path = pathOf(target);
      const old = frame.env.get(path) ?? UNKNOWN;
      if (RANDOM.test(name)) frame.env.set(path, { random: true, type: old.type });
      else if (guards(name)) frame.env.set(path, { guarded: true, type: old.type });
      else {
        let sum: Value = receiver !== undefined && name === 'write' ? receiver : UNKNOWN;
        for (const other of args) if (other !== arg) sum = sum === UNKNOWN ? other.known : combine(sum, other.known);
        frame.env.set(path, {
          ...old,
          literal: false,
          text: undefined,
          number: undefined,
          sensitive: old.sensitive ?? (preserves(name) || name === 'write' ? sum.sensitive : undefined),
          foreign: old.foreign ?? sum.foreign,
        });
      }
    }
    // `signIn(password: x)` says what x is from here on.
    for (const arg of args) {
      if (
        arg.label === undefined ||
        arg.value.kind !== 'name' ||
        arg.known.literal === true ||
        arg.known.guarded === true ||
        arg.known.sensitive !== undefined
      )
        continue;
      if (sensitiveName(arg.label) !== 'credential' || (arg.known.type !== undefined && NO_SECRET_TYPE.test(arg.known.type))) continue;
      frame.env.set(arg.value.text, { ...arg.known, symbol: undefined, sensitive: { kind: 'credential', name: arg.label } });
    }
    if (receiverNode === undefined) {
      if (RANDOM.test(name) || /CopyBytes|memcpy|copyBytes|getBytes/.test(name))
        for (const arg of args) if (arg.value.kind === 'name') frame.env.set(arg.value.text, { random: true });
      return;
    }
    if (name === 'copyBytes' || name === 'getBytes') {
      const to = args[0];
      if (to !== undefined && receiver !== undefined) frame.env.set(pathOf(to.value), { ...receiver, text: undefined });
      return;
    }
    if (!INTO_RECEIVER.has(name)) return;
    if (receiverNode.kind !== 'name' && receiverNode.kind !== 'member') return;
    const path = pathOf(receiverNode);
    const old = frame.env.get(path);
    if (old === undefined) return;
    let sum = old;
    for (const arg of args)
      if (arg.known.closure === undefined)
        sum = {
          ...combine(sum, arg.known),
          composed:
            sum.composed === true || arg.known.composed === true || (arg.known.literal !== true && !isNumeric(arg.known)) || undefined,
        };
    const key = args.find((arg) => arg.label === 'forKey' || arg.label === 'forHTTPHeaderField')?.known.text;
    const entries = key === undefined ? old.entries : new Map([...(old.entries ?? []), [key, args[0]?.known ?? UNKNOWN]]);
    frame.env.set(path, {
      ...sum,
      type: old.type,
      entries,
      items: old.items === undefined ? undefined : [...old.items, ...args.map((arg) => arg.known)],
    });
  }

  #result(
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
    // A closure that was handed to this helper: it runs here, with these arguments.
    const handed = receiverNode === undefined && callee(node) === 'name' ? frame.env.get(name) : undefined;
    if (handed?.closure !== undefined && frame.depth > 0) {
      if (this.#active.has(handed.closure) || !args.some((arg) => arg.known.foreign !== undefined || arg.known.sensitive !== undefined))
        return UNKNOWN;
      this.#active.add(handed.closure);
      const result = this.#closure(
        handed.closure,
        handed.closureScope as Frame,
        args.map((arg) => arg.known),
      );
      this.#active.delete(handed.closure);
      return result;
    }
    if (guards(name)) {
      this.#helper(node, name, receiver, receiverNode, args, frame);
      return { guarded: true, type: /^[A-Z]/.test(name) ? name : undefined, symbol: `${path}()`, items: args.map((arg) => arg.known) };
    }
    if (RANDOM.test(name))
      return { random: true, type: /^[A-Z]/.test(name) ? name : undefined, symbol: `${path}()`, items: args.map((arg) => arg.known) };
    const foreign = foreignCall(name, args[0]?.label, receiverNode === undefined ? '' : pathOf(receiverNode));
    const bundled = /[bB]undle|[rR]esource/.test(`${args[0]?.known.symbol ?? ''}`);
    if (foreign !== undefined && name !== 'fetch' && !bundled) return { foreign, type: /^[A-Z]/.test(name) ? name : undefined };
    if (preserves(name) && (SYSTEM_TYPE.test(name) || !this.#typeFacts(name))) {
      if (closureResult !== undefined && RECEIVER_CALLBACK.has(name)) return closureResult;
      // `Data()`, `String()`: made to be filled.
      if (receiver === undefined && args.length === 0) return { type: name };
      let sum = receiver ?? EMPTY_LIST;
      // A literal receiver such as `"%@".appending(x)`, a type name or a module says nothing against its arguments.
      if (receiver?.symbol !== undefined && receiver.literal !== true && receiver.sensitive === undefined && receiver.foreign === undefined)
        sum = args.length === 0 ? { symbol: `${path}()` } : EMPTY_LIST;
      for (const arg of args) {
        if (arg.known.closure !== undefined || NEUTRAL_LABEL.test(arg.label ?? '')) continue;
        sum =
          sum === EMPTY_LIST || sum === UNKNOWN ? { ...arg.known } : { ...combine(sum, arg.known), composed: composedSum(sum, arg.known) };
      }
      const from = args[0]?.known;
      const only = args.length >= 1 && receiver === undefined ? from : undefined;
      return {
        ...sum,
        number: /^[A-Z]/.test(name) ? undefined : sum.number,
        type: /^[A-Z]/.test(name) ? name : sum.type === 'Array' ? 'Array' : name === 'data' ? 'Data' : sum.type,
        text: args.length <= 1 || receiver === undefined ? sum.text : undefined,
        items: sum.items ?? only?.items,
      };
    }
    if (closureResult !== undefined && RECEIVER_CALLBACK.has(name)) return { ...closureResult, text: undefined };
    const helper = this.#helper(node, name, receiver, receiverNode, args, frame);
    if (helper !== undefined && !/^[A-Z]/.test(name)) return helper;
    // `.authorization(code: x)`: an enum case with values, told by its symbol.
    if (node.callee.kind === 'member' && node.callee.object === undefined)
      return { ...this.#constructed('', args), type: undefined, symbol: path };
    if (/^[A-Z]/.test(name) || node.constructed === true) return this.#constructed(name, args);
    if (name === 'getenv' || path === 'ProcessInfo.processInfo.environment') return { foreign: 'the environment' };
    const kind = sensitiveName(
      beforePreposition(name).replace(/^(?:get|fetch|load|read|retrieve|find|current|obtain|lookup|query|request|copy)(?=[A-Z_])/, ''),
    );
    const result: Value = { symbol: `${path}()`, foreign: receiver?.foreign };
    if (
      kind !== undefined &&
      !/^(?:set|update|save|store|delete|remove|clear|refresh|revoke|validate|check|is|has|log|reset|forgot|change)/.test(name)
    )
      return { ...result, sensitive: { kind, name } };
    // The stored text of a keyed read: `defaults.string(forKey: "token")`, `item["password"]`.
    const key = args.find((arg) => arg.label === 'forKey' || arg.label === 'key' || args.length === 1)?.known.text;
    if (key !== undefined && /^(?:get|string|object|value|data|item|getItem|stringForKey|objectForKey|valueForKey|getItemAsync)/.test(name))
      return this.#named(result, key, undefined);
    return result.foreign === undefined ? { symbol: `${path}()` } : result;
  }

  #constructed(name: string, args: readonly ArgumentValue[]): Value {
    const entries = new Map<string, Value>();
    let literal = args.length > 0;
    for (const arg of args) {
      if (arg.label !== undefined) entries.set(arg.label, arg.known);
      if (arg.known.literal !== true) literal = false;
    }
    return { type: name, entries, literal, items: args.map((arg) => arg.known), symbol: `${name}()` };
  }

  /** A call of the project's own function: what it gives back, and what it does with telling arguments. */
  #helper(
    node: Call,
    name: string,
    receiver: Value | undefined,
    receiverNode: Expression | undefined,
    args: readonly ArgumentValue[],
    frame: Frame,
  ): Value | undefined {
    if (frame.depth >= MAX_DEPTH || name === '') return undefined;
    const found = this.#resolve(name, receiver, receiverNode, args, frame);
    if (found === undefined) return undefined;
    const { declare, unit, type } = found;
    if (this.#active.has(declare) || declare.end - declare.start > MAX_HELPER_LENGTH) return undefined;
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
      if (known !== undefined) return this.#resultNamed(known, declare);
    }
    const visits = this.#visits.get(declare) ?? 0;
    if (telling && visits >= MAX_TOLD_VISITS) return this.#resultNamed(this.#results.get(declare) ?? UNKNOWN, declare);
    if (telling) this.#visits.set(declare, visits + 1);
    const env = new Map<string, Value>();
    declare.params.forEach((parameter, index) => {
      const arg = matchArgument(parameter, index, args);
      const known = arg?.known ?? UNKNOWN;
      const merged: Value = {
        ...this.#named(known, parameter.name, parameter.type),
        type: bareType(parameter.type) === 'Any' ? known.type : (bareType(parameter.type) ?? known.type),
      };
      env.set(parameter.name, merged);
    });
    const inner = this.#frame(unit, declare, type, telling && frame.told, frame.depth + 1, env, frame.via ?? { unit: frame.unit, node });
    this.#active.add(declare);
    const result = this.#bodyResult(declare.body, inner);
    this.#active.delete(declare);
    if (!telling) this.#results.set(declare, result);
    this.#writeBack(declare, args, inner, frame);
    return this.#resultNamed(result, declare);
  }

  /** What a helper stored into an `inout` parameter is stored at the caller: `raise(&config.minimum, to: .old)`. */
  #writeBack(declare: FunctionDeclaration, args: readonly ArgumentValue[], inner: Frame, frame: Frame): void {
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
        scene: this.#scene(frame, arg.start),
      };
      frame.assigns.push(event);
      this.#listener.assign?.(event);
    });
  }

  #resultNamed(result: Value, declare: FunctionDeclaration): Value {
    const returns = bareType(declare.returns);
    if (returns === 'Bool' || returns === 'Void') return { type: returns };
    const name = beforePreposition(declare.name).replace(/^(?:get|fetch|load|read|retrieve|find|current)(?=[A-Z_])/, '');
    if (declare.name === 'init') return result;
    const named = returns === undefined && declare.body.length === 0 ? result : this.#named(result, name, declare.returns, false);
    return named.type === undefined && returns !== undefined ? { ...named, type: returns } : named;
  }

  #resolve(
    name: string,
    receiver: Value | undefined,
    receiverNode: Expression | undefined,
    args: readonly ArgumentValue[],
    frame: Frame,
  ): { declare: FunctionDeclaration; unit: Unit; type: string | undefined } | undefined {
    if (/^[A-Z]/.test(name) && this.#typeFacts(name)?.functions.has('init') === true) return this.#method(name, 'init', args);
    const all = this.#project.functions.get(name);
    if (all === undefined) return undefined;
    if (receiverNode === undefined) {
      const own = frame.type === undefined ? undefined : this.#method(frame.type, name, args);
      if (own !== undefined) return own;
      return bestMatch(
        all.filter((item) => item.type === undefined),
        args,
      );
    }
    const holder =
      receiver?.type ?? (receiverNode.kind === 'name' ? receiverNode.text : receiverNode.kind === 'member' ? receiverNode.name : undefined);
    if (holder !== undefined && this.#typeFacts(holder) !== undefined) return this.#method(holder, name, args);
    if (holder !== undefined && /^[A-Z]/.test(holder) && receiver?.type !== undefined) return undefined;
    // Type unknown: only a name that is declared once, and long enough not to be everybody's.
    return all.length === 1 && name.length > 5 && !preserves(name) ? bestMatch(all, args) : undefined;
  }

  #method(
    type: string,
    name: string,
    args: readonly Argument[],
    hops = 0,
  ): { declare: FunctionDeclaration; unit: Unit; type: string } | undefined {
    const facts = this.#typeFacts(type);
    if (facts === undefined || hops > 3) return undefined;
    const own = bestMatch(facts.functions.get(name) ?? [], args);
    if (own !== undefined) return own;
    for (const parent of facts.inherits) {
      const found = this.#method(parent, name, args, hops + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Words only: a key's name, a label, an enum's text. */
const NAME_LIKE = /^[A-Za-z]*(?:[._ -]?[A-Za-z]+)*$/;
/** Spelled like a constant or an enum case: `.TLSv10`, `Level.low`, `kCCAlgorithmDES`. */
const CONSTANT_SYMBOL = /\.[A-Za-z]\w*$|^k[A-Z]/;
/** What a scene answers is worked out when an audit asks, which for most calls never happens. */
class SceneView implements Scene {
  readonly #frame: Frame;
  readonly #start: number;
  readonly #debug: boolean;
  readonly conditions: readonly Expression[];

  constructor(frame: Frame, start: number) {
    this.#frame = frame;
    this.#start = start;
    this.#debug = frame.debug;
    this.conditions = frame.conditions.length === 0 ? NONE : [...frame.conditions];
  }
  get unit(): Unit {
    return this.#frame.unit;
  }
  get function(): FunctionDeclaration | undefined {
    return this.#frame.function;
  }
  get type(): string | undefined {
    return this.#frame.type;
  }
  get via(): Scene['via'] {
    return this.#frame.via;
  }
  get debug(): boolean {
    return this.#debug || this.#frame.unit.tree.debugRanges.some((range) => this.#start >= range.start && this.#start < range.end);
  }
  lookup(path: string): Value | undefined {
    return this.#frame.env.get(path);
  }
}

class CallView implements CallEvent {
  readonly node: Call;
  readonly name: string;
  readonly path: string;
  readonly receiver: Value | undefined;
  readonly receiverNode: Expression | undefined;
  readonly args: readonly ArgumentValue[];
  readonly scene: Scene;

  constructor(
    node: Call,
    name: string,
    path: string,
    receiver: Value | undefined,
    receiverNode: Expression | undefined,
    args: readonly ArgumentValue[],
    scene: Scene,
  ) {
    this.node = node;
    this.name = name;
    this.path = path;
    this.receiver = receiver;
    this.receiverNode = receiverNode;
    this.args = args;
    this.scene = scene;
  }
  arg(label: string | number): Value | undefined {
    return this.argNode(label)?.known;
  }
  argNode(label: string | number): ArgumentValue | undefined {
    return typeof label === 'number' ? this.args[label] : this.args.find((item) => item.label === label);
  }
}

/** `serversForPasswords` gives servers: what stands before the preposition. */
const beforePreposition = (name: string): string => name.replace(/(?<=[a-z])(?:For|From|With|By|Using|Of|Without)(?=[A-Z]).*$/, '');

const callee = (node: Call): string => node.callee.kind;

/** Whether the file stores to the name anywhere but where it is declared. */
function isReassigned(declare: Declare, unit: Unit): boolean {
  const stores = new RegExp(`(?<![\\w$])${declare.name.replaceAll(/[^\w]/g, '')}\\s*(?:=(?!=)|\\+=)`, 'g');
  for (const match of unit.source.matchAll(stores)) if (match.index < declare.start || match.index > declare.end) return true;
  return false;
}

const NONE: readonly Expression[] = [];
const EMPTY_TEXT: Value = { text: '', literal: true };
const EMPTY_LIST: Value = { literal: true };
/** Arguments that steer a conversion and are no part of its result. */
const NEUTRAL_LABEL =
  /^(?:using|encoding|options|locale|separator|by|in|isDirectory|allowLossyConversion|withAllowedCharacters|count|length|cachePolicy|timeoutInterval|requiringSecureCoding)$/;

function composedSum(left: Value, right: Value): boolean | undefined {
  return (
    left.composed === true || right.composed === true || (right.literal !== true && !isNumeric(right) && left.literal === true) || undefined
  );
}

function matchArgument(parameter: Parameter, index: number, args: readonly ArgumentValue[]): ArgumentValue | undefined {
  if (parameter.label !== undefined) {
    const labelled = args.find((arg) => arg.label === parameter.label);
    if (labelled !== undefined) return labelled;
  }
  const positional = args[index];
  return positional !== undefined && (positional.label === undefined || positional.label === '{}' || parameter.label === undefined)
    ? positional
    : undefined;
}

/** The declaration whose labels fit the call best; undefined when none fits. */
function bestMatch<T extends { declare: FunctionDeclaration }>(candidates: readonly T[], args: readonly Argument[]): T | undefined {
  let best: T | undefined;
  let score = -1;
  for (const candidate of candidates) {
    const labels = new Set(candidate.declare.params.map((parameter) => parameter.label));
    if (args.length > candidate.declare.params.length) continue;
    if (args.some((arg) => arg.label !== undefined && arg.label !== '{}' && !labels.has(arg.label))) continue;
    const points =
      args.filter((arg) => arg.label !== undefined && labels.has(arg.label)).length * 2 - (candidate.declare.params.length - args.length);
    if (points > score || best === undefined) {
      best = candidate;
      score = points;
    }
  }
  return best;
}

/** Dotted spelling: `self.store.token`, `request().header`, `query[]`. */
export function pathOf(node: Expression): string {
  switch (node.kind) {
    case 'name':
      return node.text === 'this' ? 'self' : node.text;
    case 'member':
      return node.object === undefined ? `.${node.name}` : `${pathOf(node.object)}.${node.name}`;
    case 'call':
      return `${pathOf(node.callee)}()`;
    case 'index': {
      const key = node.args[0]?.value;
      return `${pathOf(node.object)}[${key?.kind === 'string' && key.parts.length === 1 ? String(key.parts[0]) : key?.kind === 'name' || key?.kind === 'member' ? pathOf(key) : ''}]`;
    }
    case 'cast':
      return pathOf(node.value);
    case 'unary':
      return pathOf(node.operand);
    default:
      return '?';
  }
}

/** The last name of an expression: `field` of `self.form.field`, `load` of `store.load()`. */
export function lastName(node: Expression): string | undefined {
  if (node.kind === 'name') return node.text;
  if (node.kind === 'member') return node.name;
  if (node.kind === 'call') return lastName(node.callee);
  if (node.kind === 'index') return lastName(node.object);
  if (node.kind === 'cast') return lastName(node.value);
  return undefined;
}
