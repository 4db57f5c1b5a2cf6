import { isWordStart } from './scanner.ts';
import { SwiftLiterals } from './swift-literals.ts';
import type { Argument, Closure, Expression, Parameter, Statement } from './tree.ts';

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

/** Reads closures, with and without a head, and those that trail a call. */
export abstract class SwiftClosures extends SwiftLiterals {
  protected abstract statements(): Statement[];

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

  protected trailingClosures(callee: Expression): Expression {
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
}
