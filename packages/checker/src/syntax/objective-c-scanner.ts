import { Scanner, unescapeText } from './scanner.ts';
import type { Expression, Statement } from './tree.ts';

/** Walks Objective-C: knows the preprocessor's lines and finds the way back after something unexpected. */
export class ObjectiveCScanner extends Scanner {
  unreadable = 0;
  protected depth = 0;
  protected readonly macros: Statement[] = [];
  protected override nestedComments = false;

  override directive(): boolean {
    const match = /^#\s*(\w+)/.exec(this.source.slice(this.at, this.at + 24));
    if (match === null) return false;
    const word = match[1] as string;
    if (/^(?:if|ifdef|ifndef|else|elif|endif)$/.test(word)) {
      this.conditional(word);
      return true;
    }
    if (!/^(?:import|include|pragma|define|undef|error|warning|line)$/.test(word)) return false;
    // A definition of a constant is kept as a declaration by the caller; here it is stepped over with its continued lines.
    const end = this.source.indexOf('\n', this.at);
    const line = this.source.slice(this.at, end === -1 ? this.source.length : end);
    if (word === 'define') this.macro(line);
    this.at = end === -1 ? this.source.length : end;
    while (this.source.charAt(this.at - 1) === '\\' && !this.done()) {
      const next = this.source.indexOf('\n', this.at + 1);
      this.at = next === -1 ? this.source.length : next;
    }
    return true;
  }

  /** `#define kApiKey @"…"` is a constant like any other. */
  protected macro(line: string): void {
    const match = /^#\s*define\s+(\w+)\s+(@?"(?:[^"\\]|\\.)*"|\d[\w.]*)\s*(?:\/[/*].*)?$/.exec(line.trimEnd());
    if (match === null) return;
    const start = this.at + line.indexOf(match[2] as string);
    const end = start + (match[2] as string).length;
    const literal = match[2] as string;
    const value: Expression = literal.includes('"')
      ? { kind: 'string', parts: [unescapeText(literal.replace(/^@?"|"$/g, ''))], start, end }
      : { kind: 'number', value: Number.parseFloat(literal), start, end };
    this.macros.push({ kind: 'declare', name: match[1] as string, value, constant: true, modifiers: ['macro'], start: this.at, end });
  }

  protected toSemicolon(): void {
    this.skip();
    if (this.code() === 59) {
      this.at++;
      return;
    }
    const line = this.source.indexOf('\n', this.at);
    const semicolon = this.source.indexOf(';', this.at);
    if (semicolon !== -1 && (line === -1 || semicolon < line)) {
      const brace = this.source.slice(this.at, semicolon).search(/[{}]/);
      if (brace === -1) {
        if (!/^\s*(?:break|continue|goto\s+\w+|\w+)?\s*$/.test(this.source.slice(this.at, semicolon))) this.unreadable++;
        this.at = semicolon + 1;
      }
    }
  }

  protected closing(close: number): void {
    this.skip();
    if (this.code() === close) {
      this.at++;
      return;
    }
    this.unreadable++;
    while (!this.done() && this.code() !== close && this.code() !== 125 && this.code() !== 59) {
      if (this.code() === 40 || this.code() === 91 || this.code() === 123) this.skipBalanced();
      else this.at++;
      this.skip();
    }
    if (this.code() === close) this.at++;
  }
}
