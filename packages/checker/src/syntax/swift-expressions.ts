import { isWordPart, isWordStart, Scanner, unescapeText } from './scanner.ts';
import type { Argument, Closure, Expression, Name, Parameter, Statement, Text } from './tree.ts';

/** Deeper nesting than this is no program a person wrote; the stretch is skipped so that the stack holds. */
const MAX_DEPTH = 200;

const PRECEDENCE: Record<string, number> = {
  '||': 2,
  '&&': 3,
  '??': 6,
  '==': 4,
  '!=': 4,
  '===': 4,
  '!==': 4,
  '<': 4,
  '>': 4,
  '<=': 4,
  '>=': 4,
  '~=': 4,
  '...': 7,
  '..<': 7,
  '+': 8,
  '-': 8,
  '|': 8,
  '^': 8,
  '&+': 8,
  '&-': 8,
  '*': 9,
  '/': 9,
  '%': 9,
  '&': 9,
  '&*': 9,
  '<<': 10,
  '>>': 10,
};
const OPERATOR = /[-+*/=<>!&|^~%?.]+/y;
const ASSIGNMENT = /^(?:[-+*/%&|^]|<<|>>|&[-+*])?=$/;
/** Words that begin a statement, so they cannot continue an expression. */
const STATEMENT_WORDS = new Set([
  'if',
  'guard',
  'while',
  'for',
  'switch',
  'return',
  'let',
  'var',
  'func',
  'case',
  'default',
  'else',
  'in',
  'where',
  'do',
  'catch',
  'defer',
  'throw',
  'break',
  'continue',
  'import',
  'class',
  'struct',
  'enum',
  'extension',
  'protocol',
]);

/** Reads Swift expressions: an operator-precedence reader that never fails, only marks stretches as unreadable. */
export abstract class SwiftExpressions extends Scanner {
  #depth = 0;
  unreadable = 0;

  protected abstract statements(): Statement[];
  protected abstract statement(): Statement;

  /** `bare`: in a condition or loop header, where `{` opens the body and not a trailing closure. */
  expression(bare = false): Expression {
    return this.#binary(bare, 0);
  }

  #binary(bare: boolean, minimum: number): Expression {
    if (this.#depth > MAX_DEPTH) return this.#skipUnreadable();
    this.#depth++;
    try {
      return this.#operators(this.#prefix(bare), bare, minimum);
    } finally {
      this.#depth--;
    }
  }

  #operators(first: Expression, bare: boolean, minimum: number): Expression {
    let left = first;
    for (;;) {
      const before = this.at;
      this.skip();
      const code = this.code();
      if (isWordStart(code)) {
        if ((code === 97 || code === 105) && minimum <= 5) {
          const word = this.peekWord();
          if (word === 'as' || word === 'is') {
            this.at += 2;
            if (this.code() === 63 || this.code() === 33) this.at++;
            left = { kind: 'cast', value: left, type: this.type(), start: left.start, end: this.at };
            continue;
          }
        }
        this.at = before;
        return left;
      }
      OPERATOR.lastIndex = this.at;
      let op = OPERATOR.exec(this.source)?.[0];
      if (op === undefined) {
        this.at = before;
        return left;
      }
      // A comment that begins right after an operator is not part of it.
      const comment = op.search(/\/[/*]/);
      if (comment > 0) op = op.slice(0, comment);
      const after = this.source.charCodeAt(this.at + op.length);
      const spaceAfter = after === 32 || after === 10 || after === 9 || after === 13 || Number.isNaN(after);
      if (op === '?' && minimum <= 1) {
        this.at++;
        const consequent = this.#binary(bare, 0);
        if (!this.takeSymbol(':')) {
          this.at = before;
          return left;
        }
        const otherwise = this.#binary(bare, 1);
        left = { kind: 'conditional', test: left, consequent, otherwise, start: left.start, end: otherwise.end };
        continue;
      }
      if (this.spaced && !spaceAfter && op !== '=') {
        // A prefix operator: it starts the next expression (`a\n-b`, `f(x) &y`).
        this.at = before;
        return left;
      }
      if (ASSIGNMENT.test(op)) {
        if (minimum > 0) {
          this.at = before;
          return left;
        }
        this.at += op.length;
        const value = this.#binary(bare, 0);
        left = { kind: 'assign', op, target: left, value, start: left.start, end: value.end };
        continue;
      }
      const rank = PRECEDENCE[op.startsWith('.') && op.length > 1 && !op.startsWith('..') ? op.slice(1) : op] ?? 5;
      if (rank < minimum || op === '->' || (op.startsWith('?') && op !== '??')) {
        this.at = before;
        return left;
      }
      this.at += op.length;
      this.skip();
      const next = this.code();
      if (next === 41 || next === 93 || next === 125 || next === 44 || Number.isNaN(next)) {
        // `...` as a postfix range, an operator passed as a value.
        left = { kind: 'unary', op, operand: left, start: left.start, end: this.at };
        continue;
      }
      const right = this.#binary(bare, rank + (op === '??' ? 0 : 1));
      left = { kind: 'binary', op, left, right, start: left.start, end: right.end };
    }
  }

  #prefix(bare: boolean): Expression {
    this.skip();
    const start = this.at;
    const code = this.code();
    // Prefix operators: - + ! ~ & and ranges such as ..<5.
    if (code === 45 || code === 43 || code === 33 || code === 126 || code === 38 || (code === 46 && this.source.startsWith('..', start))) {
      OPERATOR.lastIndex = start;
      const op = OPERATOR.exec(this.source)?.[0] ?? '';
      // `-.pi`: the dot belongs to the implicit member.
      this.at += op.length > 1 && op.endsWith('.') && !op.startsWith('..') ? op.length - 1 : Math.max(1, op.length);
      this.skip();
      const next = this.code();
      if (next === 41 || next === 44 || next === 93) return { kind: 'name', text: op, start, end: this.at };
      const operand = this.#prefix(bare);
      return { kind: 'unary', op, operand, start, end: operand.end };
    }
    if (isWordStart(code)) {
      const word = this.peekWord();
      if (word === 'is') {
        this.at += 2;
        return { kind: 'literal', text: this.type(), start, end: this.at };
      }
      if (
        word === 'try' ||
        word === 'await' ||
        word === 'unsafe' ||
        word === 'consume' ||
        word === 'copy' ||
        word === 'repeat' ||
        word === 'each' ||
        word === 'any' ||
        word === 'some'
      ) {
        this.at += word.length;
        if (word === 'try' && (this.code() === 63 || this.code() === 33)) this.at++;
        const mark = this.at;
        this.skip();
        const next = this.code();
        if (
          word === 'try' ||
          word === 'await' ||
          (!this.newline && isWordStart(next) && mark < this.at && !/^(?:as|is|in)\b/.test(this.source.slice(this.at, this.at + 3)))
        )
          return this.#binary(bare, 1);
        this.at = mark;
        return this.#postfix({ kind: 'name', text: word, start, end: mark }, bare);
      }
    }
    return this.#postfix(this.#primary(bare), bare);
  }

  #postfix(primary: Expression, bare: boolean): Expression {
    let left = primary;
    for (;;) {
      const before = this.at;
      const code = this.code();
      if (code === 63 || code === 33) {
        // Optional chaining and forcing stick to the operand; `!=` and `??` are operators.
        const next = this.source.charCodeAt(this.at + 1);
        if (next === 61 && code === 33 && this.source.charCodeAt(this.at + 2) !== 61) return left;
        if (next === 63 && code === 63) return left;
        this.at++;
        continue;
      }
      if (code === 60 && (left.kind === 'name' || left.kind === 'member') && this.#generics()) continue;
      this.skip();
      const next = this.code();
      if (next === 46) {
        const second = this.source.charCodeAt(this.at + 1);
        if (second === 46) {
          this.at = before;
          return left;
        }
        this.at++;
        this.skip();
        const at = this.at;
        const name = this.#memberName();
        if (name === '') {
          if (this.code() === 91 || this.code() === 40) continue;
          return left;
        }
        left = { kind: 'member', object: left, name, at, start: left.start, end: this.at };
        continue;
      }
      if (!this.newline && next === 40) {
        if (this.#labelsOnly()) continue;
        const args = this.arguments_(41);
        left = { kind: 'call', callee: left, args, start: left.start, end: this.at };
        continue;
      }
      if (!this.newline && next === 91) {
        const args = this.arguments_(93);
        left = { kind: 'index', object: left, args, start: left.start, end: this.at };
        continue;
      }
      if (next === 123 && !bare && !this.newline && this.#takesTrailingClosure(left)) {
        left = this.#trailingClosures(left);
        continue;
      }
      this.at = before;
      return left;
    }
  }

  /** `name(_:with:)` names a function, it calls none. */
  #labelsOnly(): boolean {
    const labels = /\((?:\w+:)+\)/y;
    labels.lastIndex = this.at;
    if (!labels.test(this.source)) return false;
    this.at = labels.lastIndex;
    return true;
  }

  #takesTrailingClosure(left: Expression): boolean {
    return left.kind === 'call' || left.kind === 'member' || left.kind === 'index' || (left.kind === 'name' && left.text !== 'self');
  }

  #memberName(): string {
    if (this.code() === 96) {
      const end = this.source.indexOf('`', this.at + 1);
      const name = this.source.slice(this.at + 1, end === -1 ? this.at + 1 : end);
      this.at = end === -1 ? this.at + 1 : end + 1;
      return name;
    }
    const code = this.code();
    if (code >= 48 && code <= 57) {
      const start = this.at;
      while (this.code() >= 48 && this.code() <= 57) this.at++;
      return this.source.slice(start, this.at);
    }
    return this.takeWord();
  }

  #trailingClosures(callee: Expression): Expression {
    const args: Argument[] = callee.kind === 'call' ? [...callee.args] : [];
    const target = callee.kind === 'call' ? callee.callee : callee;
    const closure = this.closure();
    args.push({ label: '{}', value: closure, start: closure.start, end: closure.end });
    for (;;) {
      const before = this.at;
      this.skip();
      const start = this.at;
      const label = this.takeWord();
      if (label === '' || STATEMENT_WORDS.has(label) || !this.takeSymbol(':')) {
        this.at = before;
        break;
      }
      this.skip();
      if (this.code() !== 123) {
        this.at = before;
        break;
      }
      const more = this.closure();
      args.push({ label, value: more, start, end: more.end });
    }
    return { kind: 'call', callee: target, args, start: callee.start, end: this.at };
  }

  /** Generic arguments `<A, B<C>>` directly followed by something a value can be followed by. */
  #generics(): boolean {
    const match = /<[\w\s,.:?!&@[\]<>()-]{1,400}?>(?=[\s.(),\]};:?!{]|$)/y;
    let end = this.at;
    let depth = 0;
    for (; end < this.source.length && end - this.at < 400; end++) {
      const code = this.source.charCodeAt(end);
      if (code === 60) depth++;
      else if (code === 62 && this.source.charCodeAt(end - 1) !== 45) {
        depth--;
        if (depth === 0) break;
      } else if (code === 123 || code === 59 || code === 34 || code === 61 || code === 43 || code === 124) return false;
    }
    if (depth !== 0) return false;
    match.lastIndex = this.at;
    const inside = this.source.slice(this.at + 1, end);
    if (!/^\s*[([A-Za-z_]/.test(inside) || /&&|\n\s*\n/.test(inside) || /^\s/.test(inside)) return false;
    if (!/^[\s.(),\]};:?!{>]?$/.test(this.source.charAt(end + 1))) return false;
    this.at = end + 1;
    return true;
  }

  /** Arguments between the bracket at the cursor and its partner. */
  arguments_(close: number): Argument[] {
    this.at++;
    const args: Argument[] = [];
    for (;;) {
      this.skip();
      const code = this.code();
      if (code === close) {
        this.at++;
        return args;
      }
      if (Number.isNaN(code) || code === 125) return args;
      if (code === 44 || code === 59) {
        this.at++;
        continue;
      }
      args.push(this.#argument());
      this.skip();
      const next = this.code();
      if (next !== 44 && next !== close) this.#resync(close);
    }
  }

  #argument(): Argument {
    const start = this.at;
    if (isWordStart(this.code()) || this.code() === 96) {
      const label = this.#memberName();
      this.skip();
      if (this.code() === 58) {
        this.at++;
        const value = this.expression();
        return { label, value, start, end: value.end };
      }
      this.at = start;
    }
    const value = this.expression();
    return { value, start, end: value.end };
  }

  /** After something unexpected inside brackets: on to the next comma or the closing bracket. */
  #resync(close: number): void {
    this.unreadable++;
    while (!this.done()) {
      this.skip();
      const code = this.code();
      if (this.done() || code === 44 || code === close || code === 125) return;
      if (code === 40 || code === 91 || code === 123) this.skipBalanced();
      else if (code === 34) this.#string();
      else this.at++;
    }
  }

  #primary(bare: boolean): Expression {
    const start = this.at;
    const code = this.code();
    if (code === 34) return this.#string();
    if (code >= 48 && code <= 57) {
      const value = this.takeNumber();
      return { kind: 'number', value, start, end: this.at };
    }
    if (code === 40) return this.#parenthesised();
    if (code === 91) return this.#collection();
    if (code === 123) return this.closure();
    if (code === 46) {
      this.at++;
      const at = this.at;
      const name = this.#memberName();
      return { kind: 'member', object: undefined, name, at, start, end: this.at };
    }
    if (code === 92) return this.#keyPath();
    if (code === 35) return this.#hash();
    if (code === 96) return { kind: 'name', text: this.#memberName(), start, end: this.at };
    if (code === 47) {
      const regex = /\/(?![\s*/])(?:[^/\\\n]|\\.)+\//y;
      regex.lastIndex = start;
      if (regex.test(this.source)) {
        this.at = regex.lastIndex;
        return { kind: 'literal', text: 'regex', start, end: this.at };
      }
    }
    if (code === 64) {
      this.attribute();
      this.skip();
      return this.#primary(bare);
    }
    if (isWordStart(code)) {
      const word = this.takeWord();
      if (word === 'true' || word === 'false' || word === 'nil') return { kind: 'literal', text: word, start, end: this.at };
      if (word === 'let' || word === 'var' || word === 'inout') {
        this.skip();
        if (isWordStart(this.code()) || this.code() === 40) return this.#primary(bare);
      }
      if (word === 'if' || word === 'switch' || word === 'do') {
        this.at = start;
        const statement = this.statement();
        return { kind: 'statement-expression', statement, start, end: this.at };
      }
      return { kind: 'name', text: word, start, end: this.at };
    }
    return this.#skipUnreadable();
  }

  #skipUnreadable(): Expression {
    const start = this.at;
    const code = this.code();
    if (code === 40 || code === 91 || code === 123) this.skipBalanced();
    else if (!this.done() && code !== 41 && code !== 93 && code !== 125 && code !== 44 && code !== 59) this.at++;
    this.unreadable++;
    return { kind: 'unreadable', start, end: this.at };
  }

  #parenthesised(): Expression {
    const start = this.at;
    const items = this.arguments_(41);
    const only = items[0];
    if (items.length === 1 && only !== undefined && only.label === undefined) return { ...only.value, start, end: this.at };
    return { kind: 'tuple', items, start, end: this.at };
  }

  #collection(): Expression {
    const start = this.at++;
    const items: Expression[] = [];
    const entries: { key: Expression; value: Expression }[] = [];
    for (;;) {
      this.skip();
      const code = this.code();
      if (code === 93) {
        this.at++;
        break;
      }
      if (Number.isNaN(code) || code === 125) break;
      if (code === 44) {
        this.at++;
        continue;
      }
      if (code === 58) {
        // The empty dictionary `[:]`.
        this.at++;
        if (entries.length === 0 && items.length === 0 && this.takeSymbol(']')) return { kind: 'dictionary', entries, start, end: this.at };
        continue;
      }
      const key = this.expression();
      this.skip();
      if (this.code() === 58) {
        this.at++;
        const value = this.expression();
        entries.push({ key, value });
      } else items.push(key);
      this.skip();
      const next = this.code();
      if (next !== 44 && next !== 93) this.#resync(93);
    }
    if (entries.length > 0) return { kind: 'dictionary', entries, start, end: this.at };
    return { kind: 'array', items, start, end: this.at };
  }

  #keyPath(): Expression {
    const start = this.at++;
    const match = /[A-Za-z_][\w.]*(?:<[\w., ]+>)?|\.?(?:[\w?!.]+)?/y;
    match.lastIndex = this.at;
    const text = match.exec(this.source)?.[0] ?? '';
    this.at += text.length;
    if (text.startsWith('.') || text === '') {
      const rest = /[\w.?!]*/y;
      rest.lastIndex = this.at;
      this.at += rest.exec(this.source)?.[0].length ?? 0;
    }
    return { kind: 'literal', text: `\\${text}`, start, end: this.at };
  }

  #hash(): Expression {
    const start = this.at;
    const next = this.source.charCodeAt(this.at + 1);
    if (next === 34 || next === 35) return this.#string();
    if (next === 47) {
      const end = this.source.indexOf('/#', this.at + 2);
      this.at = end === -1 ? this.at + 2 : end + 2;
      return { kind: 'literal', text: 'regex', start, end: this.at };
    }
    this.at++;
    const word = this.takeWord();
    if (word === '') return this.#skipUnreadable();
    if (word === 'available' || word === 'unavailable') {
      this.skipBalanced();
      return { kind: 'literal', text: word, start, end: this.at };
    }
    return { kind: 'name', text: `#${word}`, start, end: this.at };
  }

  /** A string literal of any of the four forms; the cursor stands on its first quote or `#`. */
  #string(): Expression {
    const { source } = this;
    const start = this.at;
    let hashes = 0;
    while (source.charCodeAt(this.at) === 35) {
      hashes++;
      this.at++;
    }
    if (source.charCodeAt(this.at) !== 34) return this.#skipUnreadable();
    const multiline = source.startsWith('"""', this.at);
    this.at += multiline ? 3 : 1;
    const pounds = '#'.repeat(hashes);
    const close = (multiline ? '"""' : '"') + pounds;
    const parts: (string | Expression)[] = [];
    let from = this.at;
    const flush = (end: number) => {
      if (end > from) {
        const raw = source.slice(from, end);
        parts.push(hashes === 0 ? unescapeText(raw) : raw);
      }
    };
    while (!this.done()) {
      const code = source.charCodeAt(this.at);
      if (code === 92 && source.startsWith(pounds, this.at + 1)) {
        if (source.charCodeAt(this.at + 1 + hashes) === 40) {
          flush(this.at);
          this.at += 1 + hashes;
          const args = this.arguments_(41);
          parts.push(interpolated(args, this.at));
          from = this.at;
        } else this.at = Math.min(this.at + 2 + hashes, source.length);
        continue;
      }
      if (code === 34 && source.startsWith(close, this.at)) {
        flush(this.at);
        this.at += close.length;
        return { kind: 'string', parts, start, end: this.at } satisfies Text;
      }
      if (code === 10 && !multiline) break;
      this.at++;
    }
    flush(this.at);
    this.unreadable++;
    return { kind: 'string', parts, start, end: this.at };
  }

  /** `{ [captures] (params) -> T in body }`; the cursor stands on `{`. */
  closure(): Closure {
    const start = this.at++;
    const params = this.#closureHead();
    const body = this.statements();
    this.takeSymbol('}');
    return { kind: 'closure', params, body, start, end: this.at };
  }

  #closureHead(): Parameter[] {
    const before = this.at;
    this.skip();
    while (this.code() === 64) {
      this.attribute();
      this.skip();
    }
    if (this.code() === 91) {
      this.skipBalanced();
      this.skip();
    }
    const params: Parameter[] = [];
    if (this.code() === 40) {
      const open = this.at;
      this.skipBalanced();
      const inside = this.source.slice(open + 1, this.at - 1);
      let offset = open + 1;
      for (const piece of inside.split(',')) {
        const match = /^\s*(?:@\w+\s+)?(\w+)(?:\s+(\w+))?\s*(?::\s*([\s\S]*))?/.exec(piece);
        if (match !== null)
          params.push({ name: match[2] ?? (match[1] as string), type: match[3]?.trim(), start: offset, end: offset + piece.length });
        offset += piece.length + 1;
      }
      this.skip();
    } else {
      while (isWordStart(this.code())) {
        const at = this.at;
        const name = this.takeWord();
        if (name === 'in') {
          this.at = at;
          break;
        }
        params.push({ name, start: at, end: this.at });
        this.skip();
        if (this.code() !== 44) break;
        this.at++;
        this.skip();
      }
    }
    while (this.takeIf('async') || this.takeIf('throws') || this.takeIf('rethrows')) this.skip();
    if (this.source.startsWith('->', this.at)) {
      this.at += 2;
      this.type();
      this.skip();
    }
    if (this.takeIf('in')) return params;
    this.at = before;
    return [];
  }

  /** `@name` or `@name(…)`: skipped, its name returned. */
  attribute(): string {
    this.at++;
    const word = this.takeWord();
    while (this.code() === 46) {
      this.at++;
      this.takeWord();
    }
    if (this.code() === 60) this.#generics();
    if (this.code() === 40) this.skipBalanced();
    return word;
  }

  /** A type, as text. */
  type(): string {
    this.skip();
    const start = this.at;
    this.#typeTerm();
    return this.source.slice(start, this.at).trim();
  }

  #typeTerm(): void {
    for (let rounds = 0; rounds < 64; rounds++) {
      this.skip();
      const code = this.code();
      if (code === 64) {
        this.attribute();
        continue;
      }
      if (code === 40 || code === 91) this.skipBalanced();
      else if (isWordStart(code)) {
        const word = this.takeWord();
        if (
          word === 'inout' ||
          word === 'some' ||
          word === 'any' ||
          word === 'borrowing' ||
          word === 'consuming' ||
          word === 'sending' ||
          word === 'isolated' ||
          word === '__owned' ||
          word === 'nonisolated' ||
          word === 'repeat' ||
          word === 'each'
        )
          continue;
      } else if (code === 126) {
        this.at++;
        continue;
      } else return;
      // What may follow: generics, suffixes, member types, function arrows, compositions.
      for (;;) {
        const next = this.code();
        if (next === 60) {
          let depth = 0;
          while (!this.done()) {
            const inner = this.code();
            if (inner === 60) depth++;
            else if (inner === 62 && this.source.charCodeAt(this.at - 1) !== 45) depth--;
            else if (inner === 123 || inner === 59) break;
            this.at++;
            if (depth === 0) break;
          }
        } else if (next === 63 || next === 33) this.at++;
        else if (next === 46 && isWordPart(this.source.charCodeAt(this.at + 1))) {
          this.at++;
          this.takeWord();
        } else if (next === 46 && this.source.startsWith('...', this.at)) this.at += 3;
        else break;
      }
      const before = this.at;
      this.skip();
      let effect = true;
      while (effect) {
        effect = this.takeIf('async') || this.takeIf('throws') || this.takeIf('rethrows');
        if (effect) {
          this.skip();
          if (this.code() === 40) this.skipBalanced();
          this.skip();
        }
      }
      if (this.source.startsWith('->', this.at)) {
        this.at += 2;
        continue;
      }
      if (this.code() === 38 && this.source.charCodeAt(this.at + 1) !== 38) {
        this.at++;
        continue;
      }
      this.at = before;
      return;
    }
  }
}

/** What `\( … )` holds: one expression, or with options such as `privacy:` a call so that rules can read them. */
function interpolated(args: Argument[], end: number): Expression {
  const first = args[0];
  if (first === undefined) return { kind: 'unreadable', start: end, end };
  if (args.length === 1) return first.value;
  const callee: Name = { kind: 'name', text: INTERPOLATION, start: first.start, end: first.start };
  return { kind: 'call', callee, args, start: first.start, end };
}

/** The name of the call an interpolation with options is read as. */
export const INTERPOLATION = '\\()';
