import type { DebugRange } from './tree.ts';

const WORD_START = new Uint8Array(128);
const WORD_PART = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_$]/.test(character)) WORD_START[code] = 1;
  if (/[A-Za-z0-9_$]/.test(character)) WORD_PART[code] = 1;
}

export const isWordStart = (code: number): boolean => (code < 128 ? WORD_START[code] === 1 : code > 0xa0);
export const isWordPart = (code: number): boolean => (code < 128 ? WORD_PART[code] === 1 : code > 0xa0);

/**
 * Walks C-like source: blanks, comments and preprocessor lines are skipped, words and numbers read. Whole lines of `#if … #endif` are
 * stepped over (both branches are read: a weakness in either ships in some build) while `#if DEBUG` ranges are remembered.
 */
export class Scanner {
  readonly source: string;
  at = 0;
  /** Whether the blanks just skipped held a line break. */
  newline = true;
  /** Whether anything was skipped at all. */
  spaced = true;
  readonly debugRanges: DebugRange[] = [];
  readonly #conditions: { debug: boolean; start: number }[] = [];

  constructor(source: string) {
    this.source = source;
  }

  code(): number {
    return this.source.charCodeAt(this.at);
  }

  /** Skips blanks and comments, sets `newline` and `spaced`. A reader that looked ahead and went back skips the same stretch again. */
  skip(): void {
    const from = this.at;
    if (from === this.#skippedFrom) {
      this.at = this.#skippedTo;
      this.newline = this.#skippedNewline;
      this.spaced = this.at > from || from === 0;
      return;
    }
    this.#skipBlanks();
    this.spaced = this.at > from || from === 0;
    this.#skippedFrom = from;
    this.#skippedTo = this.at;
    this.#skippedNewline = this.newline;
  }

  #skippedFrom = -1;
  #skippedTo = -1;
  #skippedNewline = false;

  #skipBlanks(): void {
    const { source } = this;
    this.newline = false;
    for (;;) {
      const code = source.charCodeAt(this.at);
      if (code === 32 || code === 9) this.at++;
      else if (code === 10 || code === 13) {
        this.newline = true;
        this.at++;
      } else if (code === 47) {
        const next = source.charCodeAt(this.at + 1);
        if (next === 47) this.at = this.#lineEnd();
        else if (next === 42) this.#blockComment();
        else break;
      } else if (code === 35 && this.directive()) {
        this.newline = true;
      } else if (code === 0xfeff || code === 0xa0 || code === 12 || code === 11) this.at++;
      else break;
    }
  }

  /** A preprocessor line at `#`: skipped and true, or false when it is not one. Overridden where a language knows more of them. */
  directive(): boolean {
    const match = /^#(if|elseif|else|endif|warning|error|sourceLocation|line)\b/.exec(this.source.slice(this.at, this.at + 20));
    if (match === null || !this.#lineStart()) return false;
    this.conditional(match[1] as string);
    return true;
  }

  protected conditional(word: string): void {
    const end = this.#lineEnd();
    const line = this.source.slice(this.at, end);
    const close = () => {
      const open = this.#conditions.pop();
      if (open?.debug === true) this.debugRanges.push({ start: open.start, end: this.at });
    };
    if (word === 'if' || word === 'ifdef')
      this.#conditions.push({ debug: /\bDEBUG\b/.test(line) && !/![ (]*DEBUG/.test(line), start: end });
    else if (word === 'ifndef') this.#conditions.push({ debug: false, start: end });
    else if (word === 'else' || word === 'elseif' || word === 'elif') {
      close();
      this.#conditions.push({ debug: word !== 'else' && /\bDEBUG\b/.test(line), start: end });
    } else if (word === 'endif') close();
    this.at = end;
  }

  #lineStart(): boolean {
    for (let at = this.at - 1; at >= 0; at--) {
      const code = this.source.charCodeAt(at);
      if (code === 10) return true;
      if (code !== 32 && code !== 9 && code !== 13) return false;
    }
    return true;
  }

  #lineEnd(): number {
    const end = this.source.indexOf('\n', this.at);
    return end === -1 ? this.source.length : end;
  }

  skipLine(): void {
    this.at = this.#lineEnd();
  }

  /** Swift's block comments nest; C's do not, and none that nests is found in practice. */
  #blockComment(): void {
    let depth = 1;
    this.at += 2;
    while (this.at < this.source.length && depth > 0) {
      const code = this.source.charCodeAt(this.at);
      if (code === 42 && this.source.charCodeAt(this.at + 1) === 47) {
        depth--;
        this.at += 2;
      } else if (code === 47 && this.source.charCodeAt(this.at + 1) === 42 && this.nestedComments) {
        depth++;
        this.at += 2;
      } else {
        if (code === 10) this.newline = true;
        this.at++;
      }
    }
  }

  protected nestedComments = true;

  /** The word at the cursor without moving, '' when there is none. A reader asks several times before it takes the word. */
  peekWord(): string {
    if (this.#peekedAt !== this.at) {
      this.#peekedAt = this.at;
      this.#peeked = this.#readWord();
    }
    return this.#peeked;
  }

  #peekedAt = -1;
  #peeked = '';

  #readWord(): string {
    if (!isWordStart(this.code())) return '';
    let end = this.at + 1;
    while (isWordPart(this.source.charCodeAt(end))) end++;
    return this.source.slice(this.at, end);
  }

  takeWord(): string {
    const word = this.peekWord();
    this.at += word.length;
    return word;
  }

  /** Takes the word if it is next. */
  takeIf(word: string): boolean {
    if (!this.source.startsWith(word, this.at) || isWordPart(this.source.charCodeAt(this.at + word.length))) return false;
    this.at += word.length;
    return true;
  }

  /** Takes the punctuation if it is next (after blanks). */
  takeSymbol(symbol: string): boolean {
    this.skip();
    if (!this.source.startsWith(symbol, this.at)) return false;
    this.at += symbol.length;
    return true;
  }

  done(): boolean {
    return this.at >= this.source.length;
  }

  takeNumber(): number {
    const match = /^(0x[0-9a-fA-F_]+|0b[01_]+|0o[0-7_]+|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9]+)?)[uUlLfFn]*/.exec(
      this.source.slice(this.at, this.at + 80),
    );
    if (match === null) {
      this.at = Math.min(this.at + 1, this.source.length);
      return Number.NaN;
    }
    this.at += match[0].length;
    return Number((match[1] as string).replaceAll('_', ''));
  }

  /**
   * Skips a balanced stretch: the cursor stands on an opening bracket and ends after its partner. Strings are stepped over roughly:
   * a bracket inside a string literal may close too early, which only costs one skipped stretch.
   */
  skipBalanced(): void {
    let depth = 0;
    while (!this.done()) {
      this.skip();
      if (this.done()) return;
      const code = this.code();
      if (code === 40 || code === 91 || code === 123) depth++;
      else if (code === 41 || code === 93 || code === 125) {
        depth--;
        if (depth <= 0) {
          this.at++;
          return;
        }
      } else if (code === 34 || code === 39) {
        const end = this.source.indexOf(String.fromCharCode(code), this.at + 1);
        const line = this.#lineEnd();
        this.at = end !== -1 && end < line ? end : this.at;
      }
      this.at++;
    }
  }
}

/** Unescapes the common escapes of the four languages; unknown ones stay as the bare character. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(
    /\\(u\{([0-9a-fA-F]{1,8})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[\s\S])/g,
    (whole, code: string, braced, four, two) => {
      const hex = braced ?? four ?? two;
      if (hex !== undefined) {
        const point = Number.parseInt(hex as string, 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
      }
      const known: Record<string, string> = { n: '\n', r: '\r', t: '\t', '0': '\0' };
      return known[code] ?? code;
    },
  );
}
