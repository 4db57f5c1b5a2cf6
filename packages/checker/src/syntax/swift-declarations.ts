import { isWordStart } from './scanner.ts';
import { SwiftExpressions } from './swift-expressions.ts';
import type { Declare, Expression, Parameter, Statement } from './tree.ts';

/** Reads what declares: names, functions, types, enum cases. */
export abstract class SwiftDeclarations extends SwiftExpressions {
  protected declarations(start: number, modifiers: readonly string[]): Statement[] {
    const constant = this.takeWord() === 'let';
    const list: Statement[] = [];
    for (;;) {
      this.skip();
      const from = list.length === 0 ? start : this.at;
      const names = this.pattern();
      let type: string | undefined;
      let value: Expression | undefined;
      let accessors: Statement[] | undefined;
      this.skip();
      if (this.code() === 58) {
        this.at++;
        type = this.type();
        this.skip();
      }
      if (this.code() === 61 && this.source.charCodeAt(this.at + 1) !== 61) {
        this.at++;
        value = this.expression();
        const before = this.at;
        this.skip();
        if (this.newline || this.code() !== 123) this.at = before;
      }
      this.skipInline();
      if (this.code() === 123) {
        this.at++;
        accessors = this.statements();
        this.takeSymbol('}');
      }
      if (names.length === 1)
        list.push({ kind: 'declare', name: names[0] as string, type, value, accessors, constant, modifiers, start: from, end: this.at });
      else {
        names.forEach((name, index) => {
          const item = value?.kind === 'tuple' ? value.items[index]?.value : value === undefined ? undefined : partOf(value, index);
          const declare: Declare = { kind: 'declare', name, value: item, constant, modifiers, start: from, end: this.at };
          if (index > 0) declare.further = true;
          list.push(declare);
        });
      }
      const before = this.at;
      this.skip();
      if (this.code() !== 44) {
        this.at = before;
        return list;
      }
      this.at++;
    }
  }

  /** Blanks on the same line only, so that a block on the next line is not taken for an accessor. */
  skipInline(): void {
    const before = this.at;
    this.skip();
    if (this.newline && this.code() !== 123) this.at = before;
  }

  protected pattern(): string[] {
    if (this.code() === 40) {
      const open = this.at;
      this.skipBalanced();
      return [...this.source.slice(open, this.at).matchAll(/(?:\w+\s*:\s*)?(?:let\s+|var\s+)?(\w+)/g)].map((match) => match[1] as string);
    }
    if (this.code() === 96) {
      const close = this.source.indexOf('`', this.at + 1);
      const end = close === -1 ? this.source.length : close;
      const name = this.source.slice(this.at + 1, end);
      this.at = Math.min(end + 1, this.source.length);
      return [name];
    }
    const name = this.takeWord();
    return [name === '' ? '_' : name];
  }

  protected functionDeclaration(start: number, modifiers: readonly string[]): Statement {
    const word = this.takeWord();
    this.skip();
    let name = word;
    if (word === 'func') {
      if (this.code() === 96) name = this.pattern()[0] as string;
      else {
        name = this.takeWord();
        if (name === '') {
          const operator = /[^\s(<]+|<+[^\s(A-Za-z]*/y;
          operator.lastIndex = this.at;
          name = operator.exec(this.source)?.[0] ?? '';
          this.at += name.length;
        }
      }
    } else if (this.code() === 63 || this.code() === 33) this.at++;
    this.skip();
    if (this.code() === 60) this.#skipAngles();
    this.skip();
    const params = this.code() === 40 ? this.#parameters() : [];
    this.skip();
    while (this.takeIf('async') || this.takeIf('throws') || this.takeIf('rethrows') || this.takeIf('reasync')) {
      this.skip();
      if (this.code() === 40) this.skipBalanced();
      this.skip();
    }
    let returns: string | undefined;
    if (this.source.startsWith('->', this.at)) {
      this.at += 2;
      returns = this.type();
    }
    const before = this.at;
    this.skip();
    if (this.takeIf('where')) {
      while (!this.done() && this.code() !== 123 && this.code() !== 10) this.at++;
      this.skip();
    } else if (this.newline && this.code() !== 123) this.at = before;
    let body: Statement[] = [];
    const hasBody = this.code() === 123;
    if (hasBody) {
      this.at++;
      body = this.statements();
      this.takeSymbol('}');
    }
    return { kind: 'function', name, params, returns, body, modifiers, hasBody, start, end: this.at };
  }

  #skipAngles(): void {
    let depth = 0;
    while (!this.done()) {
      const code = this.code();
      if (code === 60) depth++;
      else if (code === 62 && this.source.charCodeAt(this.at - 1) !== 45) depth--;
      else if (code === 123) return;
      this.at++;
      if (depth === 0) return;
    }
  }

  #parameters(): Parameter[] {
    this.at++;
    const params: Parameter[] = [];
    for (;;) {
      this.skip();
      const code = this.code();
      if (code === 41) {
        this.at++;
        return params;
      }
      if (Number.isNaN(code) || code === 123 || code === 125) return params;
      if (code === 44) {
        this.at++;
        continue;
      }
      if (code === 64) {
        this.attribute();
        continue;
      }
      const start = this.at;
      const first = this.pattern()[0];
      if (first === undefined) {
        // No name stands here; what cannot be read is stepped over, so that the rest of the file is.
        this.skipUnreadable();
        if (this.at === start) this.at++;
        continue;
      }
      this.skip();
      const second = isWordStart(this.code()) ? this.takeWord() : undefined;
      this.skip();
      let type: string | undefined;
      if (this.code() === 58) {
        this.at++;
        type = this.type();
        this.skip();
      }
      let fallback: Expression | undefined;
      if (this.code() === 61) {
        this.at++;
        fallback = this.expression();
        this.skip();
      }
      params.push({ label: first === '_' ? undefined : first, name: second ?? first, type, fallback, start, end: this.at });
      const next = this.code();
      if (next !== 44 && next !== 41 && this.at === start) this.at++;
    }
  }

  protected typeDeclaration(start: number, keyword: string, modifiers: readonly string[] = []): Statement {
    this.at += keyword.length;
    this.skip();
    const name = this.type();
    this.skip();
    const inherits: string[] = [];
    if (this.code() === 58) {
      this.at++;
      const end = this.source.indexOf('{', this.at);
      if (end !== -1) {
        inherits.push(
          ...this.source
            .slice(this.at, end)
            .replace(/\bwhere\b[\s\S]*/, '')
            .split(',')
            .map((item) => item.trim())
            .filter((item) => item !== ''),
        );
        this.at = end;
      }
    } else if (this.code() !== 123) {
      const end = this.source.indexOf('{', this.at);
      if (end !== -1 && end - this.at < 400) this.at = end;
    }
    let members: Statement[] = [];
    if (this.code() === 123) {
      this.at++;
      members = this.statements();
      this.takeSymbol('}');
    }
    const attributes = modifiers.filter((item) => item.startsWith('@'));
    return { kind: 'type', keyword, name: name.replace(/<[\s\S]*$/, ''), inherits, attributes, members, start, end: this.at };
  }

  protected enumCases(): Statement[] {
    this.at += 4;
    const list: Statement[] = [];
    for (;;) {
      this.skip();
      const start = this.at;
      const name = this.pattern()[0] as string;
      let value: Expression | undefined;
      const open = this.at;
      if (this.code() === 40) this.skipBalanced();
      const params = this.at === open ? undefined : carried(this.source.slice(open + 1, this.at - 1), open + 1);
      const before = this.at;
      this.skip();
      if (this.code() === 61) {
        this.at++;
        value = this.expression();
      } else this.at = before;
      list.push({ kind: 'declare', name, value, constant: true, modifiers: ['case'], ...(params && { params }), start, end: this.at });
      const mark = this.at;
      this.skip();
      if (this.code() !== 44) {
        this.at = mark;
        return list;
      }
      this.at++;
    }
  }
}

/** The part of a tuple that a name of a pattern gets: `let (user, token) = load()`. */
const partOf = (value: Expression, index: number): Expression => ({
  kind: 'member',
  object: value,
  name: String(index),
  at: value.end,
  start: value.start,
  end: value.end,
});

/** What an enum case carries, by place; types with commas of their own are kept together. */
function carried(text: string, offset: number): Parameter[] {
  const params: Parameter[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 40 || code === 91 || code === 60) depth++;
    else if (code === 41 || code === 93 || (code === 62 && text.charCodeAt(at - 1) !== 45)) depth--;
    if (at < text.length && !(code === 44 && depth === 0)) continue;
    const part = text.slice(from, at);
    const [, label, type] = /^\s*(?:(\w+)\s*:)?\s*([\s\S]*?)\s*$/.exec(part) ?? [];
    if (type !== '') params.push({ label, name: label ?? '_', type, start: offset + from, end: offset + at });
    from = at + 1;
  }
  return params;
}
