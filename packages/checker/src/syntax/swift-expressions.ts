import { isWordPart, isWordStart } from './scanner.ts';
import { SwiftClosures } from './swift-closures.ts';
import { ASSIGNMENT, OPERATOR, PRECEDENCE, startsOperator } from './swift-operators.ts';
import type { Expression, Statement } from './tree.ts';

/** Deeper nesting than this is no program a person wrote; the stretch is skipped so that the stack holds. */
const MAX_DEPTH = 200;

const LABELS_ONLY = /\((?:\w+:)+\)/y;

/** Reads Swift expressions: an operator-precedence reader that never fails, only marks stretches as unreadable. */
export abstract class SwiftExpressions extends SwiftClosures {
  #depth = 0;
  protected abstract statement(): Statement;

  /** `bare`: in a condition or loop header, where `{` opens the body and not a trailing closure. */
  expression(bare = false): Expression {
    return this.#binary(bare, 0);
  }

  #binary(bare: boolean, minimum: number): Expression {
    if (this.#depth > MAX_DEPTH) return this.skipUnreadable();
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
      if (!startsOperator(code)) {
        this.at = before;
        return left;
      }
      OPERATOR.lastIndex = this.at;
      let op = OPERATOR.exec(this.source)?.[0] as string;
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
      if (code === 60 && (left.kind === 'name' || left.kind === 'member') && this.generics()) continue;
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
        const name = this.memberName();
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
        left = this.trailingClosures(left);
        continue;
      }
      this.at = before;
      return left;
    }
  }

  /** `name(_:with:)` names a function, it calls none. */
  #labelsOnly(): boolean {
    const next = this.source.charCodeAt(this.at + 1);
    if (!isWordPart(next)) return false;
    LABELS_ONLY.lastIndex = this.at;
    if (!LABELS_ONLY.test(this.source)) return false;
    this.at = LABELS_ONLY.lastIndex;
    return true;
  }

  #takesTrailingClosure(left: Expression): boolean {
    return left.kind === 'call' || left.kind === 'member' || left.kind === 'index' || (left.kind === 'name' && left.text !== 'self');
  }

  #primary(bare: boolean): Expression {
    const start = this.at;
    const code = this.code();
    if (code === 34) return this.string();
    if (code >= 48 && code <= 57) {
      const value = this.takeNumber();
      return { kind: 'number', value, start, end: this.at };
    }
    if (code === 40) return this.parenthesised();
    if (code === 91) return this.collection();
    if (code === 123) return this.closure();
    if (code === 46) {
      this.at++;
      const at = this.at;
      const name = this.memberName();
      return { kind: 'member', object: undefined, name, at, start, end: this.at };
    }
    if (code === 92) return this.keyPath();
    if (code === 35) return this.hash();
    if (code === 96) return { kind: 'name', text: this.memberName(), start, end: this.at };
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
    return this.skipUnreadable();
  }
}
