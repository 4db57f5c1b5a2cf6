import { interpolated } from './interpolation.ts';
import { isWordStart, unescapeText } from './scanner.ts';
import { SwiftTypes } from './swift-types.ts';
import type { Argument, Expression, Text } from './tree.ts';

/** Reads Swift's literals and bracketed lists. */
export abstract class SwiftLiterals extends SwiftTypes {
  abstract expression(bare?: boolean): Expression;

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
      args.push(this.argument());
      this.skip();
      const next = this.code();
      if (next !== 44 && next !== close) this.#resync(close);
    }
  }

  protected argument(): Argument {
    const start = this.at;
    if (isWordStart(this.code()) || this.code() === 96) {
      const label = this.memberName();
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
      else if (code === 34) this.string();
      else this.at++;
    }
  }

  protected parenthesised(): Expression {
    const start = this.at;
    const items = this.arguments_(41);
    const only = items[0];
    if (items.length === 1 && only !== undefined && only.label === undefined) return { ...only.value, start, end: this.at };
    return { kind: 'tuple', items, start, end: this.at };
  }

  protected collection(): Expression {
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

  protected keyPath(): Expression {
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

  protected hash(): Expression {
    const start = this.at;
    const next = this.source.charCodeAt(this.at + 1);
    if (next === 34 || next === 35) return this.string();
    if (next === 47) {
      const end = this.source.indexOf('/#', this.at + 2);
      this.at = end === -1 ? this.at + 2 : end + 2;
      return { kind: 'literal', text: 'regex', start, end: this.at };
    }
    this.at++;
    const word = this.takeWord();
    if (word === '') return this.skipUnreadable();
    if (word === 'available' || word === 'unavailable') {
      this.skipBalanced();
      return { kind: 'literal', text: word, start, end: this.at };
    }
    return { kind: 'name', text: `#${word}`, start, end: this.at };
  }

  /** A string literal of any of the four forms; the cursor stands on its first quote or `#`. */
  protected string(): Expression {
    const { source } = this;
    const start = this.at;
    let hashes = 0;
    while (source.charCodeAt(this.at) === 35) {
      hashes++;
      this.at++;
    }
    if (source.charCodeAt(this.at) !== 34) return this.skipUnreadable();
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
}
