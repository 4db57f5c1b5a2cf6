/**
 * The parser is native and recursive: a source that nests too deeply ends the process, which no `catch` sees. Measured with a stack of
 * 8 MB, nothing that nests 1,500 times ends it; the shortest that does needs some thousands.
 */
const MAX_LEVELS = 1_500;
/** Brackets cost most of the stack, and what is below is dropped after reading anyway. */
const MAX_BRACKETS = 400;

/** Words that open a level of their own, or go on with one. */
const NESTING_WORD =
  /^(?:if|else|while|for|do|with|typeof|void|await|delete|new|yield|throw|return|extends|keyof|readonly|unique|infer|function|class|as|satisfies|in|of|instanceof|is|asserts|case|async|try|catch|namespace|module|import)$/;
/** Of these, what cannot begin a statement. */
const CONTINUING_WORD = /^(?:else|extends|keyof|readonly|unique|infer|as|satisfies|in|of|instanceof|is|asserts|catch)$/;
/** Words whose parentheses are a head: what follows them belongs to the same statement. */
const HEAD_WORD = /^(?:if|for|while|with|switch|catch)$/;
/** After `;` these go on with the statement before. */
const GOES_ON = /^\s*(?:else|while)\b/;

const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 36 || code > 127;

/**
 * Whether a source may nest more deeply than the parser holds. Whatever nests writes at least one bracket, operator, tag or keyword a
 * level, so those are counted since the last place where a statement or a list item surely began. Comments, and strings with brackets or
 * tags, are counted too: that can only refuse more.
 */
export function isNestedTooDeep(source: string): boolean {
  // Shorter than the levels it would need.
  if (source.length <= MAX_BRACKETS) return false;
  const counts = [0];
  const heads = [false];
  let head = false;
  const jsx = source.includes('</') || source.includes('/>');
  let total = 0;
  let tags = 0;
  let newline = false;
  /** The sign before, when it was one. */
  let last = 0;
  /** Whether what stands before may be the end of a statement. */
  let ended = true;
  const count = (): boolean => {
    counts[counts.length - 1] = (counts[counts.length - 1] as number) + 1;
    return ++total > MAX_LEVELS;
  };
  const begin = () => {
    total -= counts[counts.length - 1] as number;
    counts[counts.length - 1] = 0;
  };
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 10) newline = true;
    else if (code <= 32) continue;
    else if (isWord(code)) {
      last = code;
      const from = at;
      while (at + 1 < source.length && isWord(source.charCodeAt(at + 1))) at++;
      const word = at - from > 10 ? '' : source.slice(from, at + 1);
      const nesting = NESTING_WORD.test(word);
      head = HEAD_WORD.test(word) || (head && word === 'await');
      if (newline && ended && !CONTINUING_WORD.test(word)) begin();
      if (nesting && count()) return true;
      ended = !nesting;
      newline = false;
    } else if (code === 40 || code === 91 || code === 123) {
      last = code;
      if (count()) return true;
      counts.push(0);
      heads.push(code === 40 && head);
      if (counts.length > MAX_BRACKETS) return true;
      ended = true;
      newline = false;
    } else if (code === 41 || code === 93 || code === 125) {
      last = code;
      if (counts.length > 1) total -= counts.pop() as number;
      // `if (a)` goes on in the next line.
      ended = (heads.length > 1 ? heads.pop() : false) !== true;
      newline = false;
    } else if (code === 59 || code === 44) {
      if (code === 44 || !GOES_ON.test(source.slice(at + 1, at + 40))) begin();
      ended = true;
    } else if ((code === 34 || code === 39) && plainEnd(source, at) !== -1) {
      if (count()) return true;
      at = plainEnd(source, at);
      ended = true;
      newline = false;
    } else {
      const next = source.charCodeAt(at + 1);
      // A child in a line of its own; how deep children go is what `tags` bounds.
      if (jsx && code === 60 && newline && last === 62 && (isWord(next) || next === 47)) begin();
      // `=>` ends no tag: what follows in the next line is its body.
      const arrow = code === 62 && source.charCodeAt(at - 1) === 61;
      last = arrow ? 61 : code;
      if (jsx && code === 60 && next === 47) tags -= tags > 0 ? 1 : 0;
      else if (jsx && code === 47 && next === 62) tags -= tags > 0 ? 1 : 0;
      else if (jsx && code === 60 && (isWord(next) || next === 62) && ++tags > MAX_LEVELS) return true;
      // The signs of a tag nest nothing beyond the tag.
      const ofTag = jsx && !arrow && (code === 60 || code === 62 || (code === 47 && (next === 62 || source.charCodeAt(at - 1) === 60)));
      if (!ofTag && count()) return true;
      ended = code === 34 || code === 39 || code === 96 || (jsx && code === 62 && !arrow);
      newline = false;
    }
  }
  return false;
}

/** Where a quoted text ends that holds nothing that could nest were it not quoted (an apostrophe in JSX opens no string); -1 for others. */
function plainEnd(source: string, start: number): number {
  const quote = source.charCodeAt(start);
  for (let at = start + 1; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === quote) return at;
    if (code === 10 || code === 92 || code === 96 || code === 60 || code === 40 || code === 91 || code === 123) return -1;
  }
  return -1;
}
