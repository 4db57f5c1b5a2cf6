import { isWordPart, isWordStart, Scanner } from './scanner.ts';
import type { Expression } from './tree.ts';

/** Attributes without arguments: in `@escaping(Answer) -> Void` the parenthesis begins the type. */
const BARE_ATTRIBUTE = /^(?:escaping|autoclosure|noescape|Sendable|MainActor)$/;

/** Reads Swift types, attributes and names; what no audit asks of them is stepped over. */
export class SwiftTypes extends Scanner {
  unreadable = 0;

  /** `@name` or `@name(…)`: skipped, its name returned. */
  attribute(): string {
    this.at++;
    const word = this.takeWord();
    while (this.code() === 46) {
      this.at++;
      this.takeWord();
    }
    if (this.code() === 60) this.generics();
    if (this.code() === 40 && !BARE_ATTRIBUTE.test(word)) this.skipBalanced();
    return word;
  }

  /** A type, as text. */
  type(): string {
    this.skip();
    const start = this.at;
    this.#typeTerm();
    return this.source.slice(start, this.at).trim();
  }

  /** Generic arguments `<A, B<C>>` directly followed by something a value can be followed by. */
  protected generics(): boolean {
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
    const inside = this.source.slice(this.at + 1, end);
    if (!/^\s*[([A-Za-z_]/.test(inside) || /&&|\n\s*\n/.test(inside) || /^\s/.test(inside)) return false;
    if (!/^[\s.(),\]};:?!{>]?$/.test(this.source.charAt(end + 1))) return false;
    this.at = end + 1;
    return true;
  }

  protected memberName(): string {
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

  protected skipUnreadable(): Expression {
    const start = this.at;
    const code = this.code();
    if (code === 40 || code === 91 || code === 123) this.skipBalanced();
    else if (!this.done() && code !== 41 && code !== 93 && code !== 125 && code !== 44 && code !== 59) this.at++;
    this.unreadable++;
    return { kind: 'unreadable', start, end: this.at };
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
      let effect = isWordStart(this.code());
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
