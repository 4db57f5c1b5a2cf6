import { SwiftDeclarations } from './swift-declarations.ts';
import type { Declare, Expression, If, Statement } from './tree.ts';

/** Reads what branches and repeats. */
export abstract class SwiftControl extends SwiftDeclarations {
  protected abstract override statements(inSwitch?: boolean): Statement[];

  protected condition(): Expression | Declare {
    this.skip();
    const start = this.at;
    const word = this.peekWord();
    if (word === 'let' || word === 'var') {
      this.at += 3;
      this.skip();
      const names = this.pattern();
      this.skip();
      let type: string | undefined;
      if (this.code() === 58) {
        this.at++;
        type = this.type();
        this.skip();
      }
      let value: Expression | undefined;
      if (this.code() === 61) {
        this.at++;
        value = this.expression(true);
      } else if (this.takeIf('as')) {
        type = this.type();
        this.skip();
        if (this.takeIf('where')) this.expression(true);
      }
      return {
        kind: 'declare',
        name: names[0] as string,
        type,
        value,
        constant: true,
        modifiers: value === undefined ? ['shorthand'] : [],
        start,
        end: this.at,
      };
    }
    if (word === 'case') this.at += 4;
    return this.expression(true);
  }

  protected branch(keyword: 'if' | 'guard' | 'while'): If {
    const start = this.at;
    this.at += keyword.length;
    const conditions = [this.condition()];
    while (this.takeSymbol(',')) conditions.push(this.condition());
    if (keyword === 'guard') {
      this.skip();
      this.takeIf('else');
      return { kind: 'if', keyword, conditions, consequent: [], otherwise: this.braced(), start, end: this.at };
    }
    const consequent = this.braced();
    let otherwise: Statement[] = [];
    if (keyword === 'if') {
      const before = this.at;
      this.skip();
      if (this.takeIf('else')) {
        this.skip();
        otherwise = this.peekWord() === 'if' ? [this.branch('if')] : this.braced();
      } else this.at = before;
    }
    return { kind: 'if', keyword, conditions, consequent, otherwise, start, end: this.at };
  }

  protected braced(): Statement[] {
    this.skip();
    // A header that was not understood: on to its brace.
    if (this.code() !== 123) {
      const open = this.source.indexOf('{', this.at);
      const line = this.source.indexOf('\n', this.at);
      if (open === -1 || (line !== -1 && open > line)) return [];
      this.unreadable++;
      this.at = open;
    }
    this.at++;
    const body = this.statements();
    this.takeSymbol('}');
    return body;
  }

  protected forLoop(): Statement {
    const start = this.at;
    this.at += 3;
    this.skip();
    if (this.takeIf('try')) this.skip();
    if (this.takeIf('await')) this.skip();
    if (this.takeIf('case')) this.skip();
    if (this.takeIf('let') || this.takeIf('var')) this.skip();
    const names = this.pattern();
    const within = /\bin\b/y;
    let of: Expression | undefined;
    for (let guard = 0; guard < 300 && !this.done() && this.code() !== 123; guard++) {
      within.lastIndex = this.at;
      if (within.test(this.source)) {
        this.at += 2;
        of = this.expression(true);
        break;
      }
      this.at++;
    }
    this.skip();
    if (this.takeIf('where')) this.expression(true);
    const body = this.braced();
    return { kind: 'for', names, of, body, start, end: this.at };
  }

  protected switchStatement(): Statement {
    const start = this.at;
    this.at += 6;
    const subject = this.expression(true);
    const cases: { patterns: Expression[]; body: Statement[] }[] = [];
    this.skip();
    if (this.code() !== 123) return { kind: 'switch', subject, cases, start, end: this.at };
    this.at++;
    for (;;) {
      this.skip();
      if (this.code() === 64) {
        this.attribute();
        this.skip();
      }
      const word = this.peekWord();
      if (word === 'case') {
        this.at += 4;
        const patterns = [this.expression(true)];
        for (;;) {
          this.skip();
          if (this.takeIf('where')) patterns.push(this.expression(true));
          else if (this.code() === 44) {
            this.at++;
            patterns.push(this.expression(true));
          } else break;
        }
        this.takeSymbol(':');
        cases.push({ patterns, body: this.statements(true) });
      } else if (word === 'default') {
        this.at += 7;
        this.takeSymbol(':');
        cases.push({ patterns: [], body: this.statements(true) });
      } else if (this.code() === 125 || this.done()) {
        if (!this.done()) this.at++;
        return { kind: 'switch', subject, cases, start, end: this.at };
      } else {
        this.unreadable++;
        if (this.code() === 123) this.skipBalanced();
        else this.at++;
      }
    }
  }

  protected block(keyword: string): Statement[] {
    const start = this.at;
    this.at += keyword.length;
    this.skip();
    if (keyword === 'do' && this.takeIf('throws')) {
      this.skip();
      if (this.code() === 40) this.skipBalanced();
    }
    const list: Statement[] = [{ kind: 'block', keyword, names: [], body: this.braced(), start, end: this.at }];
    for (;;) {
      const before = this.at;
      this.skip();
      const at = this.at;
      if (keyword === 'do' && this.takeIf('catch')) {
        const mark = this.at;
        this.skip();
        if (this.code() !== 123) {
          this.at = mark;
          this.condition();
          while (this.takeSymbol(',')) this.condition();
        }
        list.push({ kind: 'block', keyword: 'catch', names: ['error'], body: this.braced(), start: at, end: this.at });
      } else if (keyword === 'repeat' && this.takeIf('while')) {
        const expression = this.expression();
        list.push({ kind: 'expression', expression, start: at, end: this.at });
        return list;
      } else {
        this.at = before;
        return list;
      }
    }
  }
}
