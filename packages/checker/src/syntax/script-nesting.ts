/** The parser is native and recursive: what would exhaust its stack is refused before it gets there. */
const MAX_NESTING = 400;

const CHAIN =
  /(?:[!~+-]\s*){300}|(?:\b(?:typeof|void|await|delete|new|yield|throw)\s+){300}|(?:\w+\s*(?:=>|=|\?|\*\*)\s*){300}|(?:\w+\s*\?\s*\w+\s*:\s*){300}|(?:else\s+if\b[^{};]{0,80}[{;}]){2000}|<(?:\w+<){200}|(?:if\s*\w*\s*\(?\w*\)?\s*){300}/;

/** Whether a source is nested more deeply than the parser can hold. */
export function isNestedTooDeep(source: string): boolean {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 40 || code === 91 || code === 123) {
      if (++depth > deepest) deepest = depth;
    } else if ((code === 41 || code === 93 || code === 125) && depth > 0) depth--;
  }
  return deepest > MAX_NESTING || CHAIN.test(source);
}
