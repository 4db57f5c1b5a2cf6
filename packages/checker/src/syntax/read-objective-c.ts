import { ObjectiveCStatements } from './objective-c-statements.ts';
import { NOT_TYPES } from './objective-c-words.ts';
import type { FunctionDeclaration, Parameter, Statement, Tree } from './tree.ts';

const METHOD_START = /^[-+]\s*\(\s*\w/;
/** Words before a property's type that say how it is held and who connects it. */
const QUALIFIERS =
  /\b(?:IBOutlet|IBInspectable|__weak|__strong|__kindof|__block|__unsafe_unretained|nullable|nonnull|_Nullable|_Nonnull)\b/g;

/**
 * Reads Objective-C (and what of C and C++ comes with it): message sends become calls, selector parts become labels, literals and
 * collections become those of the common tree. Macros are read as the calls they look like.
 */
class ObjectiveCReader extends ObjectiveCStatements {
  read(): Tree {
    const statements = this.#topLevel();
    return { language: 'objc', statements, debugRanges: this.debugRanges, unreadable: this.unreadable };
  }

  #topLevel(): Statement[] {
    const list: Statement[] = [];
    while (!this.done()) {
      this.skip();
      if (this.done()) break;
      const start = this.at;
      if (this.code() === 64) {
        const at = /@(\w+)/y;
        at.lastIndex = this.at;
        const word = at.exec(this.source)?.[1];
        if (word === 'implementation' || word === 'interface' || word === 'protocol') {
          const type = this.#container(word);
          if (type !== undefined) list.push(type);
          continue;
        }
      }
      if (this.code() === 125 || this.code() === 59) {
        this.at++;
        continue;
      }
      // A method outside of its class: an excerpt, or a category a macro opened.
      const method = METHOD_START.test(this.source.slice(this.at, this.at + 12)) ? this.#method() : undefined;
      if (method !== undefined) list.push(method);
      else list.push(...this.#outer());
      if (this.at === start) {
        this.at++;
        this.unreadable++;
      }
    }
    list.push(...this.macros);
    return list;
  }

  /** `@implementation Name … @end`. */
  #container(word: string): Statement | undefined {
    const start = this.at;
    this.at += word.length + 1;
    this.skip();
    const name = this.takeWord();
    const inherits: string[] = [];
    const head = /\s*(?:\([^)]*\))?\s*(?::\s*(\w+))?\s*(?:<([^>{]*)>)?/y;
    head.lastIndex = this.at;
    const match = head.exec(this.source);
    if (match !== null) {
      this.at = head.lastIndex;
      if (match[1] !== undefined) inherits.push(match[1]);
      if (match[2] !== undefined) inherits.push(...match[2].split(',').map((item) => item.trim()));
    }
    this.skip();
    if (word === 'protocol' && (this.code() === 59 || this.code() === 44)) {
      this.skipLine();
      return undefined;
    }
    const members: Statement[] = [];
    if (this.code() === 123) members.push(...this.#fields());
    while (!this.done()) {
      this.skip();
      if (this.done()) break;
      if (this.source.startsWith('@end', this.at)) {
        this.at += 4;
        break;
      }
      const before = this.at;
      if (this.code() === 45 || this.code() === 43) {
        const method = this.#method();
        if (method !== undefined) members.push(method);
      } else if (this.source.startsWith('@property', this.at)) members.push(...this.#property());
      else if (this.code() === 64) this.skipLine();
      else if (this.code() === 59 || this.code() === 125) this.at++;
      else members.push(...this.#outer());
      if (this.at === before) {
        this.at++;
        this.unreadable++;
      }
    }
    return { kind: 'type', keyword: 'class', name, inherits, members, start, end: this.at };
  }

  #fields(): Statement[] {
    const open = this.at;
    this.skipBalanced();
    const fields: Statement[] = [];
    for (const match of this.source.slice(open, this.at).matchAll(/([A-Za-z_][\w<>, ]*?)\s*\*?\s*\b(\w+)\s*;/g)) {
      const start = open + match.index;
      fields.push({
        kind: 'declare',
        name: match[2] as string,
        type: (match[1] as string).replaceAll(QUALIFIERS, '').trim(),
        constant: false,
        modifiers: [],
        start,
        end: start + match[0].length,
      });
    }
    return fields;
  }

  #property(): Statement[] {
    const start = this.at;
    const end = this.source.indexOf(';', this.at);
    this.at = end === -1 ? this.source.length : end + 1;
    const text = this.source.slice(start, this.at);
    const match = /@property\s*(?:\(([^)]*)\))?\s*([\s\S]*?)\b(\w+)\s*(?:NS_\w+\([^)]*\)\s*)?;$/.exec(text);
    return match === null
      ? []
      : [
          {
            kind: 'declare',
            name: match[3] as string,
            type: (match[2] as string).replaceAll('*', '').replaceAll(QUALIFIERS, '').trim(),
            constant: false,
            modifiers: (match[1] ?? '').split(',').map((item) => item.trim()),
            start,
            end: this.at,
          },
        ];
  }

  /** `- (Type)part:(Type)name part:(Type)name { … }`; a declaration without body is kept without. */
  #method(): FunctionDeclaration | undefined {
    const start = this.at;
    const isStatic = this.code() === 43;
    this.at++;
    this.skip();
    let returns: string | undefined;
    if (this.code() === 40) {
      const open = this.at;
      this.skipBalanced();
      returns = this.source
        .slice(open + 1, this.at - 1)
        .replaceAll('*', '')
        .trim();
    }
    const params: Parameter[] = [];
    let name = '';
    for (;;) {
      this.skip();
      const part = this.takeWord();
      this.skip();
      if (name === '') name = part;
      if (this.code() !== 58) break;
      const from = this.at;
      this.at++;
      this.skip();
      let type: string | undefined;
      if (this.code() === 40) {
        const open = this.at;
        this.skipBalanced();
        type = this.source
          .slice(open + 1, this.at - 1)
          .replaceAll('*', '')
          .trim();
      }
      this.skip();
      let word = this.takeWord();
      if (/^(?:__unused|_Nullable|_Nonnull|nullable|nonnull)$/.test(word)) {
        this.skip();
        word = this.takeWord();
      }
      params.push({ label: params.length === 0 ? undefined : part, name: word, type, start: from, end: this.at });
    }
    const last = params.at(-1);
    // `(NSString *)format, ...`: what follows the format goes where the format goes.
    if (last !== undefined && /^\s*,\s*\.\.\./.test(this.source.slice(this.at, this.at + 12)))
      params[params.length - 1] = { ...last, type: `${last.type ?? 'id'}...` };
    while (!this.done() && this.code() !== 123 && this.code() !== 59) this.at++;
    const hasBody = this.code() === 123;
    const body = hasBody ? this.braced() : [];
    return { kind: 'function', name, params, returns, body, modifiers: isStatic ? ['static'] : [], hasBody, start, end: this.at };
  }

  /** Outside methods: C functions, globals, typedefs. */
  #outer(): Statement[] {
    const start = this.at;
    if (/^(?:typedef|enum|NS_ENUM|NS_OPTIONS|template|using|namespace|extern "C")\b/.test(this.source.slice(start, start + 16))) {
      while (!this.done() && this.code() !== 59) {
        if (this.code() === 123) this.skipBalanced();
        else this.at++;
        this.skip();
      }
      this.at++;
      return [];
    }
    const header = /((?:[A-Za-z_][\w:<>, ]*[\s*]+)+)([A-Za-z_]\w*)\s*\(([^;{}]*)\)\s*(?:__attribute__\(\(.*?\)\)\s*)?\{/y;
    header.lastIndex = start;
    const match = header.exec(this.source.length - start > 4_000 ? this.source.slice(0, start + 4_000) : this.source);
    if (match !== null && !NOT_TYPES.test((match[1] as string).trim())) {
      this.at = header.lastIndex - 1;
      const params = (match[3] as string).split(',').flatMap((item): Parameter[] => {
        const name = /(\w+)\s*(?:\[\w*\])?\s*$/.exec(item)?.[1];
        return name === undefined || name === 'void'
          ? []
          : [
              {
                name,
                type: item
                  .replace(/\W*\w+\s*(?:\[\w*\])?\s*$/, '')
                  .replaceAll('*', '')
                  .trim(),
                start,
                end: start,
              },
            ];
      });
      const last = params.at(-1);
      if (last !== undefined && (match[3] as string).trimEnd().endsWith('...'))
        params[params.length - 1] = { ...last, type: `${last.type ?? 'id'}...` };
      const body = this.braced();
      return [
        {
          kind: 'function',
          name: match[2] as string,
          params,
          returns: (match[1] as string)
            .replace(/\b(?:static|inline|extern)\b/g, '')
            .replaceAll('*', '')
            .trim(),
          body,
          modifiers: [],
          hasBody: true,
          start,
          end: this.at,
        },
      ];
    }
    return this.statement();
  }
}

/** Reads an Objective-C file. Never throws: what it cannot read it steps over and counts. */
export function readObjectiveC(source: string): Tree {
  return new ObjectiveCReader(source).read();
}
