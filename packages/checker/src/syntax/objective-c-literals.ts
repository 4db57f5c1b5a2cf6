import { ObjectiveCScanner } from './objective-c-scanner.ts';
import { isWordStart, unescapeText } from './scanner.ts';
import type { Expression } from './tree.ts';

/** Reads literals of C and the boxed ones of Objective-C. */
export abstract class ObjectiveCLiterals extends ObjectiveCScanner {
  abstract expression(minimum?: number): Expression;
  protected abstract primary(): Expression;

  protected textLiteral(): Expression {
    const start = this.at;
    let text = '';
    for (;;) {
      const literal = /@?"((?:[^"\\\n]|\\[\s\S])*)"/y;
      literal.lastIndex = this.at;
      const match = literal.exec(this.source);
      if (match === null) {
        if (this.at === start) this.at++;
        break;
      }
      text += unescapeText(match[1] as string);
      this.at = literal.lastIndex;
      // Neighbouring literals are one.
      const before = this.at;
      this.skip();
      if (this.code() !== 34 && !(this.code() === 64 && this.source.charCodeAt(this.at + 1) === 34)) {
        this.at = before;
        break;
      }
    }
    return { kind: 'string', parts: text === '' ? [] : [text], start, end: this.at };
  }

  /** `@[…]`, `@{…}`, `@(…)`, `@5`, `@selector(…)`, `@YES`. */
  protected boxed(): Expression {
    const start = this.at++;
    const code = this.code();
    if (code === 91) {
      this.at++;
      const items: Expression[] = [];
      this.skip();
      while (!this.done() && this.code() !== 93 && this.code() !== 125) {
        items.push(this.expression());
        this.skip();
        if (this.code() !== 44) break;
        this.at++;
        this.skip();
      }
      this.closing(93);
      return { kind: 'array', items, start, end: this.at };
    }
    if (code === 123) {
      this.at++;
      const entries: { key: Expression; value: Expression }[] = [];
      this.skip();
      while (!this.done() && this.code() !== 125) {
        const key = this.expression(2);
        if (!this.takeSymbol(':')) break;
        const value = this.expression();
        entries.push({ key, value });
        this.skip();
        if (this.code() !== 44) break;
        this.at++;
        this.skip();
      }
      this.closing(125);
      return { kind: 'dictionary', entries, start, end: this.at };
    }
    if (isWordStart(code)) {
      const word = this.takeWord();
      if (word === 'YES' || word === 'NO' || word === 'true' || word === 'false')
        return { kind: 'literal', text: word === 'YES' || word === 'true' ? 'true' : 'false', start, end: this.at };
      this.skip();
      if (this.code() === 40) this.skipBalanced();
      return { kind: 'literal', text: `@${word}`, start, end: this.at };
    }
    return this.primary();
  }

  /** `{1, 2, 3}` after a C array or structure. */
  protected initialiser(): Expression {
    const start = this.at++;
    const items: Expression[] = [];
    for (;;) {
      this.skip();
      if (this.code() === 125 || this.done()) break;
      if (this.code() === 44) {
        this.at++;
        continue;
      }
      if (this.code() === 46 && isWordStart(this.source.charCodeAt(this.at + 1))) {
        this.at++;
        this.takeWord();
        this.takeSymbol('=');
      }
      const before = this.at;
      items.push(this.expression());
      if (this.at === before) break;
    }
    this.closing(125);
    return { kind: 'array', items, start, end: this.at };
  }
}
