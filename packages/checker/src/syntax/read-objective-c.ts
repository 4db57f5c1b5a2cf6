import { isWordStart, Scanner, unescapeText } from './scanner.ts';
import type { Argument, Declare, Expression, FunctionDeclaration, Parameter, Statement, Tree } from './tree.ts';

/** Deeper nesting than this is no program a person wrote. */
const MAX_DEPTH = 200;

const PRECEDENCE: Record<string, number> = {
  '||': 2,
  '&&': 3,
  '|': 4,
  '^': 5,
  '&': 6,
  '==': 7,
  '!=': 7,
  '<': 8,
  '>': 8,
  '<=': 8,
  '>=': 8,
  '<<': 9,
  '>>': 9,
  '+': 10,
  '-': 10,
  '*': 11,
  '/': 11,
  '%': 11,
};
const BINARY = /\|\||&&|==|!=|<=|>=|<<|>>|[-+*/%<>|^&]/y;
const ASSIGN = /(?:<<|>>|[-+*/%|^&])?=(?!=)/y;
const QUALIFIERS =
  /^(?:static|const|extern|inline|__block|__weak|__strong|__unused|__unsafe_unretained|__autoreleasing|volatile|register|auto|unsigned|signed|struct|enum|union|nullable|nonnull|_Nullable|_Nonnull|__kindof|FOUNDATION_EXPORT|NS_INLINE|UIKIT_EXTERN|OBJC_EXPORT|typename|constexpr|virtual|public|private)$/;
const NOT_TYPES = /^(?:return|else|case|goto|new|delete|throw|sizeof|in|and|or|not|if|while|for|do|switch|self|super|nil|NULL|YES|NO)$/;
/** `Type *name`, `Type<A> *name`, `const char *name`, `Type name`: what may begin a declaration. */
const DECLARATION =
  /((?:(?:static|const|extern|inline|__block|__weak|__strong|__unused|volatile|unsigned|signed|struct|enum|nullable|nonnull|_Nullable|_Nonnull|__kindof|auto)\s+)*[A-Za-z_]\w*(?:::\w+)*(?:\s*<[^;={}()]{0,120}>)?(?:\s+(?:const|long|int|char|short|double))*)((?:\s*\*\s*(?:const|_Nullable|_Nonnull|__strong|__weak|__autoreleasing|__unused)?)+\s*|\s+)([A-Za-z_]\w*)\s*(?=[=;,[:]|\bin\b)/y;

/**
 * Reads Objective-C (and what of C and C++ comes with it): message sends become calls, selector parts become labels, literals and
 * collections become those of the common tree. Macros are read as the calls they look like.
 */
class ObjectiveCReader extends Scanner {
  unreadable = 0;
  #depth = 0;
  protected override nestedComments = false;

  read(): Tree {
    const statements = this.#topLevel();
    return { language: 'objc', statements, debugRanges: this.debugRanges, unreadable: this.unreadable };
  }

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
    if (word === 'define') this.#macro(line);
    this.at = end === -1 ? this.source.length : end;
    while (this.source.charAt(this.at - 1) === '\\' && !this.done()) {
      const next = this.source.indexOf('\n', this.at + 1);
      this.at = next === -1 ? this.source.length : next;
    }
    return true;
  }

  readonly #macros: Statement[] = [];

  /** `#define kApiKey @"…"` is a constant like any other. */
  #macro(line: string): void {
    const match = /^#\s*define\s+(\w+)\s+(@?"(?:[^"\\]|\\.)*"|\d[\w.]*)\s*$/.exec(line.trimEnd());
    if (match === null) return;
    const start = this.at + line.indexOf(match[2] as string);
    const end = start + (match[2] as string).length;
    const literal = match[2] as string;
    const value: Expression = literal.includes('"')
      ? { kind: 'string', parts: [unescapeText(literal.replace(/^@?"|"$/g, ''))], start, end }
      : { kind: 'number', value: Number.parseFloat(literal), start, end };
    this.#macros.push({ kind: 'declare', name: match[1] as string, value, constant: true, modifiers: ['macro'], start: this.at, end });
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
      list.push(...this.#outer());
      if (this.at === start) {
        this.at++;
        this.unreadable++;
      }
    }
    list.push(...this.#macros);
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
        type: match[1],
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
            type: (match[2] as string).replaceAll('*', '').trim(),
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
    while (!this.done() && this.code() !== 123 && this.code() !== 59) this.at++;
    const hasBody = this.code() === 123;
    const body = hasBody ? this.#braced() : [];
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
      const body = this.#braced();
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
    return this.#statement();
  }

  #braced(): Statement[] {
    this.skip();
    if (this.code() !== 123) return this.#statement();
    this.at++;
    const list = this.#statements();
    this.takeSymbol('}');
    return list;
  }

  #statements(): Statement[] {
    const list: Statement[] = [];
    if (this.#depth > MAX_DEPTH) {
      this.at--;
      this.skipBalanced();
      this.at--;
      return list;
    }
    this.#depth++;
    for (;;) {
      this.skip();
      const code = this.code();
      if (Number.isNaN(code) || code === 125) break;
      if (this.source.startsWith('@end', this.at) || this.source.startsWith('@implementation', this.at)) break;
      const before = this.at;
      list.push(...this.#statement());
      if (this.at === before) {
        this.at++;
        this.unreadable++;
      }
    }
    this.#depth--;
    return list;
  }

  #statement(): Statement[] {
    this.skip();
    const start = this.at;
    const code = this.code();
    if (code === 59) {
      this.at++;
      return [];
    }
    if (code === 123) return [{ kind: 'block', keyword: 'do', names: [], body: this.#braced(), start, end: this.at }];
    if (code === 64) {
      const word = /@(try|catch|finally|autoreleasepool|synchronized|throw|class|import|synthesize|dynamic)\b/y;
      word.lastIndex = start;
      const match = word.exec(this.source);
      if (match !== null) {
        this.at = word.lastIndex;
        if (/^(?:class|import|synthesize|dynamic)$/.test(match[1] as string)) {
          this.skipLine();
          return [];
        }
        this.skip();
        if (match[1] !== 'throw') {
          if (this.code() === 40) this.skipBalanced();
          return [{ kind: 'block', keyword: match[1] as string, names: [], body: this.#braced(), start, end: this.at }];
        }
      }
    }
    const word = this.peekWord();
    switch (word) {
      case 'if':
      case 'while': {
        this.at += word.length;
        const conditions = [this.#parenthesised()];
        const consequent = this.#braced();
        const before = this.at;
        this.skip();
        let otherwise: Statement[] = [];
        if (word === 'if' && this.takeIf('else')) otherwise = this.#braced();
        else this.at = before;
        return [{ kind: 'if', keyword: word, conditions, consequent, otherwise, start, end: this.at }];
      }
      case 'for': {
        this.at += 3;
        this.skip();
        const open = this.at;
        this.skipBalanced();
        const close = this.at;
        const head = this.source.slice(open + 1, close - 1);
        const each = /(\w+)\s+in\s+([\s\S]*)$/.exec(head);
        let of: Expression | undefined;
        const inner: Statement[] = [];
        if (each !== null) {
          this.at = open + 1 + head.length - (each[2] as string).length;
          of = this.expression();
        } else {
          this.at = open + 1;
          inner.push(...this.#statement());
        }
        this.at = close;
        return [...inner, { kind: 'for', names: each === null ? [] : [each[1] as string], of, body: this.#braced(), start, end: this.at }];
      }
      case 'do': {
        this.at += 2;
        const body = this.#braced();
        this.skip();
        if (this.takeIf('while')) this.#parenthesised();
        return [{ kind: 'block', keyword: 'repeat', names: [], body, start, end: this.at }];
      }
      case 'switch': {
        this.at += 6;
        const subject = this.#parenthesised();
        return [{ kind: 'switch', subject, cases: [{ patterns: [], body: this.#braced() }], start, end: this.at }];
      }
      case 'case':
        this.at += 4;
        this.expression();
        this.takeSymbol(':');
        return [];
      case 'default':
        this.at += 7;
        this.takeSymbol(':');
        return [];
      case 'return': {
        this.at += 6;
        this.skip();
        const value = this.code() === 59 ? undefined : this.expression();
        this.takeSymbol(';');
        return [{ kind: 'exit', keyword: 'return', value, start, end: this.at }];
      }
      case 'break':
      case 'continue':
      case 'goto':
        this.#toSemicolon();
        return [{ kind: 'exit', keyword: word, start, end: this.at }];
      case 'else':
        this.at += 4;
        return this.#braced();
      default:
    }
    const declared = this.#declarations();
    if (declared !== undefined) return declared;
    const expression = this.expression();
    this.#toSemicolon();
    return [{ kind: 'expression', expression, start, end: this.at }];
  }

  #toSemicolon(): void {
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

  #declarations(): Statement[] | undefined {
    const start = this.at;
    DECLARATION.lastIndex = start;
    const match = DECLARATION.exec(this.source);
    if (match === null) return undefined;
    const words = (match[1] as string).split(/\s+/).filter((item) => !QUALIFIERS.test(item));
    if (words[0] !== undefined && NOT_TYPES.test(words[0])) return undefined;
    const type =
      (match[1] as string)
        .replace(/<[\s\S]*>/, '')
        .split(/\s+/)
        .filter((item) => !QUALIFIERS.test(item))
        .join(' ') || 'int';
    const modifiers = (match[1] as string).split(/\s+/).filter((item) => QUALIFIERS.test(item));
    let name = match[3] as string;
    this.at = DECLARATION.lastIndex;
    const list: Declare[] = [];
    for (;;) {
      this.skip();
      while (this.code() === 91) this.skipBalanced();
      this.skip();
      let value: Expression | undefined;
      if (this.code() === 61) {
        this.at++;
        value = this.expression();
      }
      list.push({ kind: 'declare', name, type, value, constant: modifiers.includes('const'), modifiers, start, end: this.at });
      this.skip();
      if (this.code() !== 44) break;
      this.at++;
      this.skip();
      while (this.code() === 42) {
        this.at++;
        this.skip();
      }
      name = this.takeWord();
      if (name === '') break;
    }
    this.#toSemicolon();
    return list;
  }

  #parenthesised(): Expression {
    this.skip();
    const start = this.at;
    if (this.code() !== 40) return { kind: 'unreadable', start, end: start };
    this.at++;
    const declared = this.#declarations();
    const first = declared?.[0];
    const value = first?.kind === 'declare' && first.value !== undefined ? first.value : this.expression();
    this.#closing(41);
    return value;
  }

  #closing(close: number): void {
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

  // ---- expressions ----

  expression(minimum = 0): Expression {
    if (this.#depth > MAX_DEPTH) {
      const start = this.at;
      this.skipBalanced();
      return { kind: 'unreadable', start, end: this.at };
    }
    this.#depth++;
    let left = this.#unary();
    for (;;) {
      const before = this.at;
      this.skip();
      if (this.code() === 63 && minimum <= 1) {
        this.at++;
        this.skip();
        const consequent = this.code() === 58 ? left : this.expression();
        if (!this.takeSymbol(':')) {
          this.at = before;
          break;
        }
        const otherwise = this.expression(1);
        left = { kind: 'conditional', test: left, consequent, otherwise, start: left.start, end: otherwise.end };
        continue;
      }
      ASSIGN.lastIndex = this.at;
      const assign = ASSIGN.exec(this.source)?.[0];
      if (assign !== undefined && minimum === 0) {
        this.at += assign.length;
        const value = this.expression();
        left = { kind: 'assign', op: assign, target: left, value, start: left.start, end: value.end };
        continue;
      }
      BINARY.lastIndex = this.at;
      const op = assign === undefined ? BINARY.exec(this.source)?.[0] : undefined;
      const rank = op === undefined ? -1 : (PRECEDENCE[op] ?? -1);
      if (op === undefined || rank < Math.max(minimum, 1)) {
        this.at = before;
        break;
      }
      this.at += op.length;
      const right = this.expression(rank + 1);
      left = { kind: 'binary', op, left, right, start: left.start, end: right.end };
    }
    this.#depth--;
    return left;
  }

  #unary(): Expression {
    if (this.#depth > MAX_DEPTH) {
      const start = this.at;
      if (!this.done()) this.skipBalanced();
      return { kind: 'unreadable', start, end: this.at };
    }
    this.#depth++;
    const expression = this.#prefixed();
    this.#depth--;
    return expression;
  }

  #prefixed(): Expression {
    this.skip();
    const start = this.at;
    const code = this.code();
    if (code === 33 || code === 126 || code === 38 || code === 42 || code === 45 || code === 43) {
      this.at += this.source.charCodeAt(this.at + 1) === code && (code === 45 || code === 43) ? 2 : 1;
      const operand = this.#unary();
      return { kind: 'unary', op: String.fromCharCode(code), operand, start, end: operand.end };
    }
    if (code === 40) {
      // `(Type *)value` is a cast; `(__bridge id)value` too.
      const cast =
        /\(\s*(?:(?:__bridge\w*|const|struct|unsigned|signed|nullable|__kindof)\s+)*[A-Za-z_]\w*(?:\s*<[^()]*?>)?(?:\s+(?:int|char|long|const))*\s*(\**\s*(?:const|_Nullable|_Nonnull)?\s*\**)\s*\)\s*(?=[\w@([&"*'-])/y;
      cast.lastIndex = start;
      const match = cast.exec(this.source);
      if (
        match !== null &&
        ((match[1] ?? '').includes('*') || /__bridge/.test(match[0]) || /^[\w@([&"]/.test(this.source.charAt(cast.lastIndex)))
      ) {
        const inside = match[0].replace(/^\(\s*|\s*\)\s*$/g, '');
        if (
          (match[1] ?? '').includes('*') ||
          /__bridge|^(?:id|int|char|long|float|double|void|size_t|u?int\d+_t|NS\w+|CF\w+|CG\w+|Sec\w+|unsigned.*|BOOL|[A-Z]\w+)$/.test(
            inside,
          )
        ) {
          this.at = cast.lastIndex;
          const value = this.#unary();
          return {
            kind: 'cast',
            value,
            type: inside
              .replace(/__bridge\w*\s*/, '')
              .replaceAll('*', '')
              .trim(),
            start,
            end: value.end,
          };
        }
      }
    }
    return this.#postfix(this.#primary());
  }

  #postfix(primary: Expression): Expression {
    let left = primary;
    for (;;) {
      const before = this.at;
      this.skip();
      const code = this.code();
      if (
        code === 46 ||
        (code === 45 && this.source.charCodeAt(this.at + 1) === 62) ||
        (code === 58 && this.source.startsWith('::', this.at))
      ) {
        this.at += code === 46 ? 1 : 2;
        this.skip();
        const at = this.at;
        const name = this.takeWord();
        if (name === '') return left;
        left = { kind: 'member', object: left, name, at, start: left.start, end: this.at };
      } else if (code === 40) {
        this.at++;
        const args: Argument[] = [];
        for (;;) {
          this.skip();
          if (this.code() === 41 || this.done()) break;
          if (this.code() === 44) {
            this.at++;
            continue;
          }
          const from = this.at;
          const value = this.expression();
          args.push({ value, start: from, end: this.at });
          this.skip();
          if (this.code() !== 44) break;
        }
        this.#closing(41);
        left = { kind: 'call', callee: left, args, start: left.start, end: this.at };
      } else if (code === 91) {
        this.at++;
        const from = this.at;
        const value = this.expression();
        this.#closing(93);
        left = { kind: 'index', object: left, args: [{ value, start: from, end: this.at }], start: left.start, end: this.at };
      } else if ((code === 43 || code === 45) && this.source.charCodeAt(this.at + 1) === code) {
        this.at += 2;
      } else {
        this.at = before;
        return left;
      }
    }
  }

  #primary(): Expression {
    const start = this.at;
    const code = this.code();
    if (code === 91) return this.#message();
    if (code === 34 || (code === 64 && this.source.charCodeAt(start + 1) === 34)) return this.#text();
    if (code === 39) {
      const char = /'(?:[^'\\]|\\.)*'/y;
      char.lastIndex = start;
      const text = char.exec(this.source)?.[0] ?? "'";
      this.at += text.length;
      return { kind: 'string', parts: [unescapeText(text.slice(1, -1))], start, end: this.at };
    }
    if (code >= 48 && code <= 57) return { kind: 'number', value: this.takeNumber(), start, end: this.at };
    if (code === 94) return this.#block();
    if (code === 123) return this.#initialiser();
    if (code === 40) {
      this.at++;
      this.skip();
      if (this.code() === 123) {
        this.at++;
        const body = this.#statements();
        this.takeSymbol('}');
        this.#closing(41);
        return {
          kind: 'statement-expression',
          statement: { kind: 'block', keyword: 'do', names: [], body, start, end: this.at },
          start,
          end: this.at,
        };
      }
      const value = this.expression();
      this.#closing(41);
      return { ...value, start, end: this.at };
    }
    if (code === 64) return this.#at();
    if (isWordStart(code)) {
      const word = this.takeWord();
      if (/^(?:nil|NULL|YES|NO|true|false|Nil|nullptr|FALSE|TRUE)$/.test(word)) {
        const text = /^(?:YES|TRUE)$/.test(word)
          ? 'true'
          : /^(?:NO|FALSE)$/.test(word)
            ? 'false'
            : /^(?:true|false)$/.test(word)
              ? word
              : 'nil';
        return { kind: 'literal', text, start, end: this.at };
      }
      if (word === 'sizeof') {
        this.skip();
        if (this.code() === 40) this.skipBalanced();
        return { kind: 'literal', text: 'sizeof', start, end: this.at };
      }
      return { kind: 'name', text: word, start, end: this.at };
    }
    if (!this.done() && code !== 41 && code !== 93 && code !== 125 && code !== 44 && code !== 59) this.at++;
    this.unreadable++;
    return { kind: 'unreadable', start, end: this.at };
  }

  /** `[receiver part:value part:value]`. */
  #message(): Expression {
    const start = this.at++;
    const receiver = this.#unary();
    this.skip();
    const at = this.at;
    const args: Argument[] = [];
    let name = '';
    for (;;) {
      this.skip();
      const part = this.takeWord();
      if (part === '' && this.code() !== 58) break;
      if (name === '') name = part;
      this.skip();
      if (this.code() !== 58) break;
      this.at++;
      const from = this.at;
      const value = this.expression();
      args.push({ label: args.length === 0 ? undefined : part, value, start: from, end: this.at });
      this.skip();
      while (this.code() === 44) {
        this.at++;
        const more = this.at;
        const extra = this.expression();
        args.push({ value: extra, start: more, end: this.at });
        this.skip();
      }
    }
    this.#closing(93);
    const callee: Expression = { kind: 'member', object: receiver, name, at, start, end: this.at };
    return { kind: 'call', callee, args, start, end: this.at };
  }

  #text(): Expression {
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
  #at(): Expression {
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
      this.#closing(93);
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
      this.#closing(125);
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
    return this.#primary();
  }

  /** `^(Type name, …) { … }`. */
  #block(): Expression {
    const start = this.at++;
    this.skip();
    const params: Parameter[] = [];
    if (isWordStart(this.code())) {
      this.takeWord();
      this.skip();
      while (this.code() === 42) this.at++;
      this.skip();
    }
    if (this.code() === 40) {
      const open = this.at;
      this.skipBalanced();
      for (const piece of this.source.slice(open + 1, this.at - 1).split(',')) {
        const match = /(\w+)\s*$/.exec(piece);
        if (match !== null && match[1] !== 'void')
          params.push({
            name: match[1] as string,
            type: piece
              .slice(0, match.index)
              .replace(/\b(?:_Nullable|_Nonnull|__unused)\b|\*/g, '')
              .trim(),
            start: open,
            end: this.at,
          });
      }
    }
    this.skip();
    const body = this.code() === 123 ? this.#braced() : [];
    return { kind: 'closure', params, body, start, end: this.at };
  }

  /** `{1, 2, 3}` after a C array or structure. */
  #initialiser(): Expression {
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
    this.#closing(125);
    return { kind: 'array', items, start, end: this.at };
  }
}

/** Reads an Objective-C file. Never throws: what it cannot read it steps over and counts. */
export function readObjectiveC(source: string): Tree {
  return new ObjectiveCReader(source).read();
}
