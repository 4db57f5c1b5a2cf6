import type { ArrayLiteral, Binary, Cast, Dictionary, Expression, Index, Member, Name, Text, Tuple, Unary } from '../syntax/tree.ts';
import { binaryValue } from './binary-value.ts';
import { bringsValue } from './composed-part.ts';
import { FlowStores } from './flow-stores.ts';
import { type Frame, sceneOf } from './frame.ts';
import { ABOUT } from './known-calls.ts';
import { NO_SECRET_TYPE, nameValue } from './name-value.ts';
import { lastName, pathOf } from './paths.ts';
import { isAround, sensitiveField, sensitiveName } from './sensitive-name.ts';
import { partOf } from './sign-in-answer.ts';
import { bareType, combine, EMPTY_LIST, either, isNumeric, MAX_ITEMS, UNKNOWN, type Value } from './value.ts';
import { isTable } from './with-entry.ts';

/** Deeper expressions than this are generated code. */
const MAX_EXPRESSION_DEPTH = 220;

const COLLECTION = /^(?:Array|Dictionary|String|Data|Substring|NSArray|NSDictionary)$/;
/** The one object of a class: `UserDefaults.standard`, `URLSession.shared`. */
const SINGLETON = /^(?:standard|shared|default|main|general|current|sharedInstance|standardError|standardOutput)$/;
/** Members that give an element of what they are asked of, or the thing itself. */
const ELEMENT = /^(?:first|last|unsafelyUnwrapped|wrappedValue|self)$/;
/** `token` of some class or struct may be a coin or a word of a language: only its text is a secret, not what else it knows. */
const isBareToken = (name: string | undefined): boolean => name !== undefined && /^(?:[a-z]{0,12})?[tT]okens?$/.test(name);
const TEXTUAL = /^(?:NS)?(?:Mutable)?(?:String|Data|Array|Dictionary)$|^(?:string|any|object|id|Any|AnyObject)$/;
const TEXT_OF =
  /^(?:value|string|text|raw\w*|data|bytes|utf8|description|absoluteString|base64\w*|encoded\w*|key|jwt|token\w*|secret|credential)$/i;

/** Where an object keeps what it is about, a secret too when the object is called one: `value` of `token: Field`. */
const HOLDS_ITSELF = /^(?:value|values|string|text|raw\w*|data|bytes|body|content|key|secret|result|payload|current)$/i;

const EQUALITY = /^[=!]==?$/;

const EMPTY_TEXT: Value = { text: '', literal: true };

/** Reads expressions: what is known of each one's value. */
export abstract class FlowExpressions extends FlowStores {
  #expressionDepth = 0;
  /** The object of the member that was read last, and what is known of it. */
  #apart: Expression | undefined;
  #apartValue: Value = UNKNOWN;
  #takesFurther = false;

  protected value(node: Expression, frame: Frame): Value {
    if (this.#expressionDepth > MAX_EXPRESSION_DEPTH) return UNKNOWN;
    this.#expressionDepth++;
    const value = this.evaluate(node, frame);
    this.#expressionDepth--;
    return value;
  }

  /** What a declared name is given. What several names take apart is read for the first of them only: it runs once. */
  protected given(node: Expression, further: boolean, frame: Frame): Value {
    if (!further) return this.value(node, frame);
    if (node === this.#apart) return this.#apartValue;
    this.#takesFurther = true;
    const value = this.value(node, frame);
    this.#takesFurther = false;
    return value;
  }

  // A method for each kind that does more than a line: what the engine learns of one kind does not undo what it made of the others.
  protected evaluate(node: Expression, frame: Frame): Value {
    switch (node.kind) {
      case 'name':
        return this.name(node, frame);
      case 'member':
        return this.member(node, frame);
      case 'call':
        return this.call(node, frame);
      case 'string':
        return this.text(node, frame);
      case 'number':
        return { number: node.value, literal: true };
      case 'literal':
        return { literal: true, symbol: node.text, type: node.text === 'true' || node.text === 'false' ? 'Bool' : undefined };
      case 'assign':
        return this.assign(node, frame);
      case 'closure':
        this.closure(node, frame, []);
        return { closure: node, closureScope: frame };
      case 'binary':
        return this.binary(node, frame);
      case 'unary':
        return this.unary(node, frame);
      case 'index':
        return this.index(node, frame);
      case 'array':
        return this.array(node, frame);
      case 'dictionary':
        return this.dictionary(node, frame);
      case 'conditional':
        this.value(node.test, frame);
        return either(this.value(node.consequent, frame), this.value(node.otherwise, frame));
      case 'cast':
        return this.cast(node, frame);
      case 'tuple':
        return this.tuple(node, frame);
      case 'statement-expression': {
        const inner = { ...frame, returned: undefined };
        this.statement(node.statement, inner);
        return inner.returned ?? UNKNOWN;
      }
      default:
        return UNKNOWN;
    }
  }

  protected name(node: Name, frame: Frame): Value {
    if (node.text === 'self' || node.text === 'this')
      return frame.env.get('self') ?? (frame.type === undefined ? UNKNOWN : { type: frame.type });
    return frame.env.get(node.text) ?? this.byName(node.text, frame);
  }

  protected text(node: Text, frame: Frame): Value {
    const only = node.parts.length === 1 ? node.parts[0] : undefined;
    if (typeof only === 'string') {
      if (frame.told) this.listener.text?.({ node, text: only, scene: sceneOf(frame, node.start) });
      return { text: only, literal: true, type: 'String', from: node };
    }
    let value: Value = EMPTY_TEXT;
    let composed = false;
    let text = '';
    for (const [index, part] of node.parts.entries()) {
      if (typeof part === 'string') {
        value = combine(value, { text: part, literal: true });
        text += part;
      } else {
        const inner = this.value(part, frame);
        if (inner.composed === true || (inner.literal !== true && !isNumeric(inner) && bringsValue(node, index))) composed = true;
        text += inner.text ?? '\0';
        value = combine(value, inner.number !== undefined ? { ...inner, text: String(inner.number) } : inner);
      }
    }
    if (frame.told) this.listener.text?.({ node, text, scene: sceneOf(frame, node.start) });
    return { ...value, composed: composed || undefined, type: 'String', from: node };
  }

  protected index(node: Index, frame: Frame): Value {
    const object = this.value(node.object, frame);
    const key = node.args[0] === undefined ? UNKNOWN : this.value(node.args[0].value, frame);
    for (const arg of node.args.slice(1)) this.value(arg.value, frame);
    const path = pathOf(node);
    const stored = frame.env.get(path) ?? (key.text === undefined ? undefined : object.entries?.get(key.text));
    if (stored !== undefined) return stored;
    const name = key.text ?? key.symbol?.split('.').at(-1);
    const inherited: Value = {
      sensitive: name === undefined ? object.sensitive : partOf(object.sensitive, name),
      foreign: object.foreign,
      // What a store made of constants answers is not constant.
      literal: object.literal === true && object.items !== undefined && COLLECTION.test(object.type ?? 'Array'),
    };
    return name === undefined ? inherited : nameValue(inherited, name, undefined);
  }

  protected array(node: ArrayLiteral, frame: Frame): Value {
    // Read once and told, a table's entries are all looked at; what it holds is known from its beginning.
    const read = frame.told || node.items.length <= MAX_ITEMS ? node.items : node.items.slice(0, MAX_ITEMS);
    const items = read.map((item) => this.value(item, frame));
    return { ...items.reduce(combine, EMPTY_LIST), text: undefined, items, type: 'Array', from: node };
  }

  protected dictionary(node: Dictionary, frame: Frame): Value {
    const list = node.entries.map((entry) => ({
      key: this.value(entry.key, frame),
      keyNode: entry.key,
      value: this.value(entry.value, frame),
      valueNode: entry.value,
    }));
    if (frame.told && list.length > 0) this.listener.dictionary?.({ node, entries: list, scene: sceneOf(frame, node.start) });
    const entries = new Map<string, Value>();
    let sum: Value = EMPTY_LIST;
    for (const { key, keyNode, value } of list) {
      // `{ ...defaults, port }`: what came before may be written over, what comes after writes over.
      if (keyNode.kind === 'literal' && keyNode.text === '...')
        for (const [spread, entry] of value.entries === undefined || isTable(value.entries) ? [] : value.entries)
          entries.set(spread, entry);
      const name = key.text ?? key.symbol?.replace(/^.*\./, '');
      const named = name === undefined ? value : nameValue(value, name, undefined, true);
      if (name !== undefined) entries.set(name, named);
      sum = combine(sum, named);
    }
    return { ...sum, text: undefined, entries, type: 'Dictionary', from: node };
  }

  protected binary(node: Binary, frame: Frame): Value {
    const left = this.value(node.left, frame);
    const right = this.value(node.right, frame);
    if (frame.told && EQUALITY.test(node.op)) this.listener.compare?.({ node, left, right, scene: sceneOf(frame, node.start) });
    return binaryValue(node.op, left, right);
  }

  protected unary(node: Unary, frame: Frame): Value {
    const operand = this.value(node.operand, frame);
    if (node.op === '-' && operand.number !== undefined) return { number: -operand.number, literal: true };
    return node.op === '!' || node.op === 'typeof' ? { type: 'Bool' } : operand;
  }

  protected cast(node: Cast, frame: Frame): Value {
    const value = this.value(node.value, frame);
    const type = bareType(node.type);
    return type === undefined || type === 'String' || type === 'Any' || /^CF|^NS|^id$/.test(type) ? value : { ...value, type };
  }

  protected tuple(node: Tuple, frame: Frame): Value {
    const items = node.items.map((item) => this.value(item.value, frame));
    const entries = new Map(node.items.flatMap((item, index) => (item.label === undefined ? [] : [[item.label, items[index] as Value]])));
    return { ...items.reduce(combine, UNKNOWN), text: undefined, items, entries: entries.size === 0 ? undefined : entries };
  }

  protected member(node: Member, frame: Frame): Value {
    const path = pathOf(node);
    const stored = frame.env.get(path);
    if (node.object === undefined) return { symbol: `.${node.name}` };
    if (stored !== undefined) return stored;
    const object = this.#takesFurther && node.object === this.#apart ? this.#apartValue : this.value(node.object, frame);
    this.#apart = node.object;
    this.#apartValue = object;
    const part = object.items !== undefined && /^\d/.test(node.name) ? object.items[Number(node.name)] : undefined;
    if (part !== undefined) return part;
    if (object.entries?.has(node.name) === true) return object.entries.get(node.name) as Value;
    const holder =
      (node.object.kind === 'name' && node.object.text === 'Self' ? frame.type : undefined) ??
      object.type ??
      (node.object.kind === 'name' && this.project.types.has(node.object.text)
        ? node.object.text
        : node.object.kind === 'member' && this.project.types.has(node.object.name)
          ? node.object.name
          : undefined);
    const property = this.declared.property(holder, node.name);
    if (property !== undefined) {
      const computed = this.computed(property, object, node, frame);
      if (computed !== undefined) return computed;
      const value = this.initial(property.declare, property.unit, property.type);
      // A part of a secret whole is secret too, unless it only says something about it.
      if (
        value.sensitive === undefined &&
        partOf(object.sensitive, node.name) !== undefined &&
        !ABOUT.test(node.name) &&
        !isAround(node.name) &&
        (value.literal !== true || !property.declare.constant) &&
        !(value.type !== undefined && NO_SECRET_TYPE.test(value.type))
      )
        return { ...value, sensitive: object.sensitive };
      return value.symbol === undefined ? { ...value, symbol: path } : value;
    }
    const typed = frame.unit.language === 'script' ? this.typedPart(node, path, object, frame) : undefined;
    if (typed !== undefined) return typed;
    if (/^(?:text|stringValue|attributedText)$/.test(node.name) || (node.name === 'value' && frame.unit.language === 'script')) {
      const holderName = lastName(node.object)?.replace(/(?:Text)?(?:Field|View|Input|Box|TF|Edit|Label|Cell|Ref)+$/i, '');
      const kind = object.sensitive?.kind ?? (holderName === undefined ? undefined : sensitiveField(holderName));
      const label = /label/i.test(lastName(node.object) ?? '');
      return {
        sensitive: kind === undefined || label ? object.sensitive : { kind, name: path },
        foreign: object.foreign ?? (frame.unit.language === 'script' || label ? undefined : 'a text field'),
        type: 'String',
      };
    }
    // The user a sign-in answers with is the whole record.
    if (ABOUT.test(node.name) && !(node.name === 'user' && object.sensitive?.whole === true && frame.unit.language === 'script')) {
      const kind = sensitiveName(node.name);
      return {
        symbol: path,
        type: /^(?:count|length|size)$/.test(node.name) ? 'Int' : /^is|^has/.test(node.name) ? 'Bool' : undefined,
        sensitive: kind === undefined ? undefined : { kind, name: node.name },
      };
    }
    const kind = object.guarded === true ? undefined : sensitiveName(node.name);
    if (kind === 'credential' && frame.unit.language === 'script') this.carrier(node, frame);
    const carries = object.sensitive !== undefined || object.foreign !== undefined || object.literal === true || object.random === true;
    const whole = object.type === undefined || TEXTUAL.test(object.type) || !isBareToken(object.sensitive?.name) || TEXT_OF.test(node.name);
    const own = isAround(node.name) && object.sensitive?.whole !== true ? undefined : partOf(object.sensitive, node.name);
    const inherited = whole ? own : undefined;
    const sensitive = kind === undefined ? inherited : { kind, name: node.name };
    if (!carries) {
      if (sensitive !== undefined) return { symbol: path, sensitive };
      const single =
        node.object.kind === 'name' && SINGLETON.test(node.name) && /^[A-Z]/.test(node.object.text) ? node.object.text : undefined;
      return { symbol: path, guarded: object.guarded, type: ELEMENT.test(node.name) ? object.type : single };
    }
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

  /** `answer.account`, where TypeScript says what an answer is: its name and its own type say what it is, not the object's secret. */
  protected typedPart(node: Member, path: string, object: Value, frame: Frame): Value | undefined {
    const property = object.type === undefined ? undefined : this.shapes.property(object.type, frame.unit, node.name);
    if (property === undefined) return undefined;
    const { type } = property.declare;
    const same = object.sensitive?.whole !== true && HOLDS_ITSELF.test(node.name) && (type === undefined || TEXTUAL.test(type));
    const value: Value = { symbol: path, foreign: object.foreign, guarded: object.guarded, sensitive: same ? object.sensitive : undefined };
    return this.named(value, node.name, type, property.unit);
  }
}
