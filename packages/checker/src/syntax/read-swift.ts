import { isWordStart } from './scanner.ts';
import { SwiftControl } from './swift-control.ts';
import type { Statement, Tree } from './tree.ts';

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

const LABELLED = /:\s*(?:for|while|repeat|switch|if|do)\b/y;

/** Reads Swift statements; everything else is read by the layers below. */
class SwiftReader extends SwiftControl {
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
        return this.declarations(start, modifiers);
      case 'func':
        return [this.functionDeclaration(start, modifiers)];
      case 'init':
      case 'deinit':
      case 'subscript': {
        const next = this.source.slice(this.at + word.length, this.at + word.length + 2);
        if (/^[?!]?\s*[(<{]/.test(next) || /^\s/.test(next)) return [this.functionDeclaration(start, modifiers)];
        break;
      }
      case 'case':
        return this.enumCases();
      case 'if':
      case 'guard':
      case 'while':
        return [this.branch(word)];
      case 'for':
        return [this.forLoop()];
      case 'switch':
        return [this.switchStatement()];
      case 'do':
      case 'defer':
      case 'repeat':
        return this.block(word);
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
    if (TYPES.has(word) && /^\w+\s+[\w`]/.test(this.source.slice(this.at, this.at + 20)))
      return [this.typeDeclaration(start, word, modifiers)];
    if (word !== '' && this.source.charCodeAt(this.at + word.length) === 58 && this.#labels(word)) {
      this.at += word.length + 1;
      this.skip();
      return this.#statementList();
    }
    const expression = this.expression();
    return [{ kind: 'expression', expression, start, end: this.at }];
  }

  /** `outer: for …`. */
  #labels(word: string): boolean {
    LABELLED.lastIndex = this.at + word.length;
    return LABELLED.test(this.source);
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
}

/** Reads a Swift file. Never throws: what it cannot read it steps over and counts. */
export function readSwift(source: string): Tree {
  return new SwiftReader(source).read();
}
