/** One element of an XML document: its attributes, what is inside, and where it starts. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly line: number;
  /** The opening tag as it is written. */
  readonly tag: string;
  /** The text up to the next tag. */
  readonly text: string;
}

/** A tag that is longer than any person's is text, so that a document of opened quotes costs no more than its length. */
const TAG = /<(\/?)([A-Za-z][\w.-]*)((?:[^"'<>]|"[^"]{0,4000}"|'[^']{0,4000}'){0,4000})>/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** No manifest is nested so deep; what is below counts as one level. */
const MAX_DEPTH = 100;
const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;

/**
 * The elements of an Android manifest or resource, with lines. Comments are stepped over; a tag that is
 * not closed ends with its parent.
 *
 * @example xmlElements('<a><b c="d"/></a>')[0]?.children[0]?.attributes.get('c') // 'd'
 */
export function xmlElements(source: string): XmlElement[] {
  const text = source.replaceAll(COMMENT, (part) => part.replaceAll(/[^\n]/g, ' '));
  const roots: XmlElement[] = [];
  const open: { name: string; children: XmlElement[] }[] = [{ name: '', children: roots }];
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(TAG)) {
    for (; counted < match.index; counted++) if (text.charCodeAt(counted) === 10) line++;
    const [tag, slash, name = '', rest = ''] = match;
    if (slash === '/') {
      const at = open.findLastIndex((item) => item.name === name);
      if (at > 0) open.length = at;
      continue;
    }
    const attributes = new Map([...rest.matchAll(ATTRIBUTE)].map(([, key = '', double, single]) => [key, double ?? single ?? '']));
    const children: XmlElement[] = [];
    open.at(-1)?.children.push({ name, attributes, children, line, tag, text: textAfter(text, match.index + tag.length) });
    if (!rest.endsWith('/') && open.length < MAX_DEPTH) open.push({ name, children });
  }
  return roots;
}

function textAfter(source: string, from: number): string {
  const end = source.indexOf('<', from);
  return source.slice(from, end === -1 ? source.length : end).trim();
}

/** Every element below that has the name. */
export function elementsNamed(elements: readonly XmlElement[], name: string): XmlElement[] {
  return elements.flatMap((element) => [...(element.name === name ? [element] : []), ...elementsNamed(element.children, name)]);
}

/** The line of an attribute, which may stand below its tag's first. */
export function attributeLine(element: XmlElement, attribute: string): number {
  const at = element.tag.indexOf(attribute);
  return at === -1 ? element.line : element.line + element.tag.slice(0, at).split('\n').length - 1;
}
