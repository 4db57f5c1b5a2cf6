/** A property list value with the line it starts on. */
export type PlistNode =
  | { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, PlistNode>; readonly line: number }
  | { readonly kind: 'array'; readonly items: readonly PlistNode[]; readonly line: number }
  /** `valueLine`: where the text itself stands, when its key stands above it. */
  | { readonly kind: 'text'; readonly text: string; readonly line: number; readonly valueLine?: number }
  | { readonly kind: 'number'; readonly number: number; readonly line: number }
  | { readonly kind: 'boolean'; readonly boolean: boolean; readonly line: number }
  | { readonly kind: 'data'; readonly text: string; readonly line: number };

export class PlistError extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Deeper property lists do not exist outside attacks. */
const MAX_DEPTH = 100;

/**
 * Reads an XML property list and keeps line numbers, which no library does and every finding needs. Entities other than XML's five and
 * character references are left as they stand; a document type is skipped, never loaded.
 *
 * @throws PlistError with the line when the document is broken.
 * @example readXmlPlist('<plist><dict><key>A</key><true/></dict></plist>')
 */
export function readXmlPlist(source: string): PlistNode {
  const reader = new Reader(source);
  const node = reader.document();
  if (node === undefined) throw new PlistError('the property list holds no value', 1);
  return node;
}

interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly empty: boolean;
  readonly at: number;
}

class Reader {
  readonly #source: string;
  #at = 0;
  #line = 1;
  #counted = 0;

  constructor(source: string) {
    this.#source = source;
  }

  document(): PlistNode | undefined {
    for (;;) {
      const tag = this.#tag();
      if (tag === undefined) return undefined;
      if (tag.name === 'plist') continue;
      return this.#value(tag, 0);
    }
  }

  #lineAt(at: number): number {
    for (; this.#counted < at; this.#counted++) if (this.#source.charCodeAt(this.#counted) === 10) this.#line++;
    return this.#line;
  }

  /** The next tag; comments, declarations and the document type are stepped over. */
  #tag(): Tag | undefined {
    for (;;) {
      const open = this.#source.indexOf('<', this.#at);
      if (open === -1) return undefined;
      const skip = this.#source.startsWith('<!--', open)
        ? '-->'
        : this.#source.startsWith('<?', open)
          ? '?>'
          : this.#source.startsWith('<!', open)
            ? '>'
            : undefined;
      const end = this.#source.indexOf(skip ?? '>', open);
      if (end === -1) throw new PlistError('a tag is not closed', this.#lineAt(open));
      this.#at = end + (skip?.length ?? 1);
      if (skip !== undefined) continue;
      const inside = this.#source.slice(open + 1, end).trim();
      const name = /^\/?\s*([\w:-]+)/.exec(inside)?.[1] ?? '';
      return { name, closing: inside.startsWith('/'), empty: inside.endsWith('/'), at: open };
    }
  }

  #text(tag: Tag): string {
    if (tag.empty) return '';
    const close = this.#source.indexOf(`</${tag.name}`, this.#at);
    if (close === -1) throw new PlistError(`<${tag.name}> is not closed`, this.#lineAt(tag.at));
    const text = this.#source.slice(this.#at, close);
    this.#at = this.#source.indexOf('>', close) + 1;
    return unescapeXml(text);
  }

  #value(tag: Tag, depth: number): PlistNode {
    const line = this.#lineAt(tag.at);
    if (depth > MAX_DEPTH) throw new PlistError('the property list is nested too deeply', line);
    switch (tag.name) {
      case 'dict': {
        const entries = new Map<string, PlistNode>();
        let key: string | undefined;
        let keyLine = line;
        while (!tag.empty) {
          const next = this.#tag();
          if (next === undefined) throw new PlistError('<dict> is not closed', line);
          if (next.closing) break;
          if (next.name === 'key') {
            key = this.#text(next);
            keyLine = this.#lineAt(next.at);
          } else {
            const value = this.#value(next, depth + 1);
            // A reader looks for the key, so an entry stands where its key does.
            if (key !== undefined)
              entries.set(key, value.kind === 'text' ? { ...value, line: keyLine, valueLine: value.line } : { ...value, line: keyLine });
            key = undefined;
          }
        }
        return { kind: 'dict', entries, line };
      }
      case 'array': {
        const items: PlistNode[] = [];
        while (!tag.empty) {
          const next = this.#tag();
          if (next === undefined) throw new PlistError('<array> is not closed', line);
          if (next.closing) break;
          items.push(this.#value(next, depth + 1));
        }
        return { kind: 'array', items, line };
      }
      case 'true':
      case 'false':
        if (!tag.empty) this.#tag();
        return { kind: 'boolean', boolean: tag.name === 'true', line };
      case 'integer':
      case 'real':
        return { kind: 'number', number: Number(this.#text(tag)), line };
      case 'data':
        return { kind: 'data', text: this.#text(tag).replaceAll(/\s/g, ''), line };
      case 'string':
      case 'date':
        return { kind: 'text', text: this.#text(tag), line };
      default:
        throw new PlistError(`<${tag.name}> is no property list element`, line);
    }
  }
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  const cdata = text.replaceAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g, '$1');
  if (!cdata.includes('&')) return cdata;
  return cdata.replaceAll(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (whole, hex?: string, decimal?: string, name?: string) => {
    const code = hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : undefined;
    if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return ENTITIES[name ?? ''] ?? whole;
  });
}
