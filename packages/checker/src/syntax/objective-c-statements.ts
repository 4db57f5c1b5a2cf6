import { ObjectiveCExpressions } from './objective-c-expressions.ts';
import { DECLARATION, MAX_DEPTH, NOT_TYPES, QUALIFIERS } from './objective-c-words.ts';
import type { Declare, Expression, Statement } from './tree.ts';

/** Reads what stands inside functions and methods. */
export abstract class ObjectiveCStatements extends ObjectiveCExpressions {
  protected braced(): Statement[] {
    this.skip();
    if (this.code() !== 123) return this.statement();
    this.at++;
    const list = this.statements();
    this.takeSymbol('}');
    return list;
  }

  protected statements(): Statement[] {
    const list: Statement[] = [];
    if (this.depth > MAX_DEPTH) {
      this.at--;
      this.skipBalanced();
      this.at--;
      return list;
    }
    this.depth++;
    for (;;) {
      this.skip();
      const code = this.code();
      if (Number.isNaN(code) || code === 125) break;
      if (this.source.startsWith('@end', this.at) || this.source.startsWith('@implementation', this.at)) break;
      const before = this.at;
      list.push(...this.statement());
      if (this.at === before) {
        this.at++;
        this.unreadable++;
      }
    }
    this.depth--;
    return list;
  }

  protected statement(): Statement[] {
    this.skip();
    const start = this.at;
    const code = this.code();
    if (code === 59) {
      this.at++;
      return [];
    }
    if (code === 123) return [{ kind: 'block', keyword: 'do', names: [], body: this.braced(), start, end: this.at }];
    if (code === 64) {
      const word = /@(try|catch|finally|autoreleasepool|synchronized|throw|class|import|synthesize|dynamic)\b/y;
      word.lastIndex = start;
      const match = word.exec(this.source);
      if (match !== null) {
        this.at = word.lastIndex;
        if (/^(?:class|import|synthesize|dynamic)$/.test(match[1] as string)) {
          this.skipLine();
          return [];
        }
        this.skip();
        if (match[1] !== 'throw') {
          if (this.code() === 40) this.skipBalanced();
          return [{ kind: 'block', keyword: match[1] as string, names: [], body: this.braced(), start, end: this.at }];
        }
      }
    }
    const word = this.peekWord();
    switch (word) {
      case 'if':
      case 'while': {
        this.at += word.length;
        const conditions = [this.parenthesised()];
        const consequent = this.braced();
        const before = this.at;
        this.skip();
        let otherwise: Statement[] = [];
        if (word === 'if' && this.takeIf('else')) otherwise = this.braced();
        else this.at = before;
        return [{ kind: 'if', keyword: word, conditions, consequent, otherwise, start, end: this.at }];
      }
      case 'for': {
        this.at += 3;
        this.skip();
        const open = this.at;
        this.skipBalanced();
        const close = this.at;
        const head = this.source.slice(open + 1, close - 1);
        const each = /(\w+)\s+in\s+([\s\S]*)$/.exec(head);
        let of: Expression | undefined;
        const inner: Statement[] = [];
        if (each !== null) {
          this.at = open + 1 + head.length - (each[2] as string).length;
          of = this.expression();
        } else {
          this.at = open + 1;
          inner.push(...this.statement());
        }
        this.at = close;
        return [...inner, { kind: 'for', names: each === null ? [] : [each[1] as string], of, body: this.braced(), start, end: this.at }];
      }
      case 'do': {
        this.at += 2;
        const body = this.braced();
        this.skip();
        if (this.takeIf('while')) this.parenthesised();
        return [{ kind: 'block', keyword: 'repeat', names: [], body, start, end: this.at }];
      }
      case 'switch': {
        this.at += 6;
        const subject = this.parenthesised();
        return [{ kind: 'switch', subject, cases: [{ patterns: [], body: this.braced() }], start, end: this.at }];
      }
      case 'case':
        this.at += 4;
        this.expression();
        this.takeSymbol(':');
        return [];
      case 'default':
        this.at += 7;
        this.takeSymbol(':');
        return [];
      case 'return': {
        this.at += 6;
        this.skip();
        const value = this.code() === 59 ? undefined : this.expression();
        this.takeSymbol(';');
        return [{ kind: 'exit', keyword: 'return', value, start, end: this.at }];
      }
      case 'break':
      case 'continue':
      case 'goto':
        this.toSemicolon();
        return [{ kind: 'exit', keyword: word, start, end: this.at }];
      case 'else':
        this.at += 4;
        return this.braced();
      default:
    }
    const declared = this.declarations();
    if (declared !== undefined) return declared;
    const expression = this.expression();
    this.toSemicolon();
    return [{ kind: 'expression', expression, start, end: this.at }];
  }

  protected declarations(): Statement[] | undefined {
    const start = this.at;
    DECLARATION.lastIndex = start;
    const match = DECLARATION.exec(this.source);
    if (match === null) return undefined;
    const words = (match[1] as string).split(/\s+/).filter((item) => !QUALIFIERS.test(item));
    if (words[0] !== undefined && NOT_TYPES.test(words[0])) return undefined;
    const type =
      (match[1] as string)
        .replace(/<[\s\S]*>/, '')
        .split(/\s+/)
        .filter((item) => !QUALIFIERS.test(item))
        .join(' ') || 'int';
    const modifiers = (match[1] as string).split(/\s+/).filter((item) => QUALIFIERS.test(item));
    let name = match[3] as string;
    this.at = DECLARATION.lastIndex;
    const list: Declare[] = [];
    for (;;) {
      this.skip();
      while (this.code() === 91) this.skipBalanced();
      this.skip();
      let value: Expression | undefined;
      if (this.code() === 61) {
        this.at++;
        value = this.expression();
      }
      list.push({ kind: 'declare', name, type, value, constant: modifiers.includes('const'), modifiers, start, end: this.at });
      this.skip();
      if (this.code() !== 44) break;
      this.at++;
      this.skip();
      while (this.code() === 42) {
        this.at++;
        this.skip();
      }
      name = this.takeWord();
      if (name === '') break;
    }
    this.toSemicolon();
    return list;
  }

  protected parenthesised(): Expression {
    this.skip();
    const start = this.at;
    if (this.code() !== 40) return { kind: 'unreadable', start, end: start };
    this.at++;
    const declared = this.declarations();
    const first = declared?.[0];
    const value = first?.kind === 'declare' && first.value !== undefined ? first.value : this.expression();
    this.closing(41);
    return value;
  }
}
