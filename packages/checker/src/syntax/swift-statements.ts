import { isWordStart } from './scanner.ts';
import { SwiftExpressions } from './swift-expressions.ts';
import type { Declare, Expression, If, Parameter, Statement, Tree } from './tree.ts';

const MODIFIERS = new Set([
  'public',
  'private',
  'fileprivate',
  'internal',
  'open',
  'package',
  'static',
  'final',
  'override',
  'lazy',
  'weak',
  'unowned',
  'mutating',
  'nonmutating',
  'required',
  'convenience',
  'dynamic',
  'optional',
  'indirect',
  'nonisolated',
  'isolated',
  'prefix',
  'postfix',
  'infix',
  'distributed',
  'async',
  'consuming',
  'borrowing',
]);
const TYPES = new Set(['class', 'struct', 'enum', 'actor', 'extension', 'protocol']);

/** Reads Swift statements and declarations on top of the expressions. */
export class SwiftReader extends SwiftExpressions {
  #nesting = 0;

  read(): Tree {
    const statements: Statement[] = [];
    while (!this.done()) {
      statements.push(...this.statements());
      if (this.done()) break;
      // A stray closing bracket.
      this.at++;
      this.unreadable++;
    }
    return { language: 'swift', statements, debugRanges: this.debugRanges, unreadable: this.unreadable };
  }

  /** Statements until a closing brace (not taken), or a `case`/`default` label when inside a switch. */
  statements(inSwitch = false): Statement[] {
    const list: Statement[] = [];
    if (this.#nesting > 150) {
      this.at--;
      this.skipBalanced();
      this.at--;
      this.unreadable++;
      return list;
    }
    this.#nesting++;
    for (;;) {
      this.skip();
      const code = this.code();
      if (Number.isNaN(code) || code === 125) break;
      if (code === 59) {
        this.at++;
        continue;
      }
      if (inSwitch && this.#atCaseLabel()) break;
      const before = this.at;
      list.push(...this.#statementList());
      if (this.at === before) {
        this.at++;
        this.unreadable++;
      }
    }
    this.#nesting--;
    return list;
  }

  #atCaseLabel(): boolean {
    const word = this.peekWord();
    return word === 'case' || word === 'default' || (this.code() === 64 && this.source.startsWith('@unknown', this.at));
  }

  protected statement(): Statement {
    const [first] = this.#statementList();
    return first ?? { kind: 'expression', expression: { kind: 'unreadable', start: this.at, end: this.at }, start: this.at, end: this.at };
  }

  /** One statement; a `let a = 1, b = 2` gives several. */
  #statementList(): Statement[] {
    const start = this.at;
    const modifiers: string[] = [];
    for (;;) {
      this.skip();
      if (this.code() === 64) {
        modifiers.push(`@${this.attribute()}`);
        continue;
      }
      const word = this.peekWord();
      if (word === '' || !MODIFIERS.has(word)) {
        if (
          word === 'class' &&
          /^class\s+(?:func|var|let|override|final|private|public|subscript)\b/.test(this.source.slice(this.at, this.at + 30))
        ) {
          this.at += 5;
          modifiers.push('static');
          continue;
        }
        break;
      }
      const before = this.at;
      this.at += word.length;
      if (this.code() === 40 && word !== 'optional') this.skipBalanced();
      const mark = this.at;
      this.skip();
      if (!isWordStart(this.code()) && this.code() !== 64) {
        // It was a name after all (`prefix + 1`, `open(url)`).
        this.at = before;
        break;
      }
      this.at = mark;
      modifiers.push(word);
    }
    return this.#bare(start, modifiers);
  }

  #bare(start: number, modifiers: string[]): Statement[] {
    const word = this.peekWord();
    switch (word) {
      case 'let':
      case 'var':
        return this.#declarations(start, modifiers);
      case 'func':
        return [this.#function(start, modifiers)];
      case 'init':
      case 'deinit':
      case 'subscript': {
        const next = this.source.slice(this.at + word.length, this.at + word.length + 2);
        if (/^[?!]?\s*[(<{]/.test(next) || /^\s/.test(next)) return [this.#function(start, modifiers)];
        break;
      }
      case 'case':
        return this.#enumCases();
      case 'if':
      case 'guard':
      case 'while':
        return [this.#conditional(word)];
      case 'for':
        return [this.#for()];
      case 'switch':
        return [this.#switch()];
      case 'do':
      case 'defer':
      case 'repeat':
        return this.#block(word);
      case 'return':
      case 'throw':
      case 'yield': {
        this.at += word.length;
        const before = this.at;
        this.skip();
        const code = this.code();
        if (this.newline && word === 'return' && this.#startsStatement()) {
          this.at = before;
          return [{ kind: 'exit', keyword: word, start, end: this.at }];
        }
        if (Number.isNaN(code) || code === 125 || code === 59) return [{ kind: 'exit', keyword: word, start, end: this.at }];
        const value = this.expression();
        return [{ kind: 'exit', keyword: word, value, start, end: this.at }];
      }
      case 'break':
      case 'continue':
      case 'fallthrough':
        this.at += word.length;
        this.#jumpLabel();
        return [{ kind: 'exit', keyword: word, start, end: this.at }];
      case 'import': {
        this.at += word.length;
        const from = this.at;
        this.skipLine();
        return [{ kind: 'import', from: this.source.slice(from, this.at).trim(), start, end: this.at }];
      }
      case 'typealias':
      case 'associatedtype':
      case 'precedencegroup':
      case 'operator':
        this.skipLine();
        return [];
      default:
    }
    if (TYPES.has(word) && /^\w+\s+[\w`]/.test(this.source.slice(this.at, this.at + 20))) return [this.#type(start, word)];
    const label = /^\w+:\s*(?:for|while|repeat|switch|if|do)\b/.exec(this.source.slice(this.at, this.at + 60));
    if (label !== null) {
      this.at = this.source.indexOf(':', this.at) + 1;
      this.skip();
      return this.#statementList();
    }
    const expression = this.expression();
    return [{ kind: 'expression', expression, start, end: this.at }];
  }

  /** `break outer`: the label, when one stands on the same line. */
  #jumpLabel(): void {
    const label = /[ \t]+\w+/y;
    label.lastIndex = this.at;
    if (label.test(this.source)) this.at = label.lastIndex;
  }

  #startsStatement(): boolean {
    const word = this.peekWord();
    return (
      ['let', 'var', 'func', 'case', 'default', 'return', 'if', 'guard', 'for', 'while', 'do'].includes(word) ||
      this.source.startsWith('@unknown', this.at)
    );
  }

  #declarations(start: number, modifiers: readonly string[]): Statement[] {
    const constant = this.takeWord() === 'let';
    const list: Statement[] = [];
    for (;;) {
      this.skip();
      const from = list.length === 0 ? start : this.at;
      const names = this.#pattern();
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
          const item = value?.kind === 'tuple' ? value.items[index]?.value : value;
          list.push({ kind: 'declare', name, value: item, constant, modifiers, start: from, end: this.at });
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

  #pattern(): string[] {
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

  #function(start: number, modifiers: readonly string[]): Statement {
    const word = this.takeWord();
    this.skip();
    let name = word;
    if (word === 'func') {
      if (this.code() === 96) name = this.#pattern()[0] as string;
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
      const first = this.#pattern()[0] as string;
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

  #type(start: number, keyword: string): Statement {
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
    return { kind: 'type', keyword, name: name.replace(/<[\s\S]*$/, ''), inherits, members, start, end: this.at };
  }

  #enumCases(): Statement[] {
    this.at += 4;
    const list: Statement[] = [];
    for (;;) {
      this.skip();
      const start = this.at;
      const name = this.#pattern()[0] as string;
      let value: Expression | undefined;
      if (this.code() === 40) this.skipBalanced();
      const before = this.at;
      this.skip();
      if (this.code() === 61) {
        this.at++;
        value = this.expression();
      } else this.at = before;
      list.push({ kind: 'declare', name, value, constant: true, modifiers: ['case'], start, end: this.at });
      const mark = this.at;
      this.skip();
      if (this.code() !== 44) {
        this.at = mark;
        return list;
      }
      this.at++;
    }
  }

  #condition(): Expression | Declare {
    this.skip();
    const start = this.at;
    const word = this.peekWord();
    if (word === 'let' || word === 'var') {
      this.at += 3;
      this.skip();
      const names = this.#pattern();
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

  #conditional(keyword: 'if' | 'guard' | 'while'): If {
    const start = this.at;
    this.at += keyword.length;
    const conditions = [this.#condition()];
    while (this.takeSymbol(',')) conditions.push(this.#condition());
    if (keyword === 'guard') {
      this.skip();
      this.takeIf('else');
      return { kind: 'if', keyword, conditions, consequent: [], otherwise: this.#braced(), start, end: this.at };
    }
    const consequent = this.#braced();
    let otherwise: Statement[] = [];
    if (keyword === 'if') {
      const before = this.at;
      this.skip();
      if (this.takeIf('else')) {
        this.skip();
        otherwise = this.peekWord() === 'if' ? [this.#conditional('if')] : this.#braced();
      } else this.at = before;
    }
    return { kind: 'if', keyword, conditions, consequent, otherwise, start, end: this.at };
  }

  #braced(): Statement[] {
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

  #for(): Statement {
    const start = this.at;
    this.at += 3;
    this.skip();
    if (this.takeIf('try')) this.skip();
    if (this.takeIf('await')) this.skip();
    if (this.takeIf('case')) this.skip();
    if (this.takeIf('let') || this.takeIf('var')) this.skip();
    const names = this.#pattern();
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
    const body = this.#braced();
    return { kind: 'for', names, of, body, start, end: this.at };
  }

  #switch(): Statement {
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

  #block(keyword: string): Statement[] {
    const start = this.at;
    this.at += keyword.length;
    this.skip();
    if (keyword === 'do' && this.takeIf('throws')) {
      this.skip();
      if (this.code() === 40) this.skipBalanced();
    }
    const list: Statement[] = [{ kind: 'block', keyword, names: [], body: this.#braced(), start, end: this.at }];
    for (;;) {
      const before = this.at;
      this.skip();
      const at = this.at;
      if (keyword === 'do' && this.takeIf('catch')) {
        const mark = this.at;
        this.skip();
        if (this.code() !== 123) {
          this.at = mark;
          this.#condition();
          while (this.takeSymbol(',')) this.#condition();
        }
        list.push({ kind: 'block', keyword: 'catch', names: ['error'], body: this.#braced(), start: at, end: this.at });
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

/** Reads a Swift file. Never throws: what it cannot read it steps over and counts. */
export function readSwift(source: string): Tree {
  return new SwiftReader(source).read();
}
