import { ObjectiveCLiterals } from './objective-c-literals.ts';
import { ASSIGN, BINARY, MAX_DEPTH, PRECEDENCE } from './objective-c-words.ts';
import { isWordStart, unescapeText } from './scanner.ts';
import type { Argument, Expression, Parameter, Statement } from './tree.ts';

/** Reads expressions: message sends, blocks, casts and what C has. */
export abstract class ObjectiveCExpressions extends ObjectiveCLiterals {
  protected abstract braced(): Statement[];
  protected abstract statements(): Statement[];

  expression(minimum = 0): Expression {
    if (this.depth > MAX_DEPTH) {
      const start = this.at;
      this.skipBalanced();
      return { kind: 'unreadable', start, end: this.at };
    }
    this.depth++;
    let left = this.unary();
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
    this.depth--;
    return left;
  }

  protected unary(): Expression {
    if (this.depth > MAX_DEPTH) {
      const start = this.at;
      if (!this.done()) this.skipBalanced();
      return { kind: 'unreadable', start, end: this.at };
    }
    this.depth++;
    const expression = this.#prefixed();
    this.depth--;
    return expression;
  }

  #prefixed(): Expression {
    this.skip();
    const start = this.at;
    const code = this.code();
    if (code === 33 || code === 126 || code === 38 || code === 42 || code === 45 || code === 43) {
      this.at += this.source.charCodeAt(this.at + 1) === code && (code === 45 || code === 43) ? 2 : 1;
      const operand = this.unary();
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
          const value = this.unary();
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
    return this.postfix(this.primary());
  }

  protected postfix(primary: Expression): Expression {
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
        this.closing(41);
        left = { kind: 'call', callee: left, args, start: left.start, end: this.at };
      } else if (code === 91) {
        this.at++;
        const from = this.at;
        const value = this.expression();
        this.closing(93);
        left = { kind: 'index', object: left, args: [{ value, start: from, end: this.at }], start: left.start, end: this.at };
      } else if ((code === 43 || code === 45) && this.source.charCodeAt(this.at + 1) === code) {
        this.at += 2;
      } else {
        this.at = before;
        return left;
      }
    }
  }

  protected primary(): Expression {
    const start = this.at;
    const code = this.code();
    if (code === 91) return this.message();
    if (code === 34 || (code === 64 && this.source.charCodeAt(start + 1) === 34)) return this.textLiteral();
    if (code === 39) {
      const char = /'(?:[^'\\]|\\.)*'/y;
      char.lastIndex = start;
      const text = char.exec(this.source)?.[0] ?? "'";
      this.at += text.length;
      return { kind: 'string', parts: [unescapeText(text.slice(1, -1))], start, end: this.at };
    }
    if (code >= 48 && code <= 57) return { kind: 'number', value: this.takeNumber(), start, end: this.at };
    if (code === 94) return this.block();
    if (code === 123) return this.initialiser();
    if (code === 40) {
      this.at++;
      this.skip();
      if (this.code() === 123) {
        this.at++;
        const body = this.statements();
        this.takeSymbol('}');
        this.closing(41);
        return {
          kind: 'statement-expression',
          statement: { kind: 'block', keyword: 'do', names: [], body, start, end: this.at },
          start,
          end: this.at,
        };
      }
      const value = this.expression();
      this.closing(41);
      return { ...value, start, end: this.at };
    }
    if (code === 64) return this.boxed();
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
  protected message(): Expression {
    const start = this.at++;
    const receiver = this.unary();
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
    this.closing(93);
    const callee: Expression = { kind: 'member', object: receiver, name, at, start, end: this.at };
    return { kind: 'call', callee, args, start, end: this.at };
  }

  /** `^(Type name, …) { … }`. */
  protected block(): Expression {
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
    const body = this.code() === 123 ? this.braced() : [];
    return { kind: 'closure', params, body, start, end: this.at };
  }
}
