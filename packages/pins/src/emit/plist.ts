/** A value of a property list. Dates and data do not occur in what we write. */
export type PlistValue = string | boolean | readonly PlistValue[] | { readonly [key: string]: PlistValue };

/** The XML form of a property list entry, indented by tabs as Xcode does. */
function formatPlistValue(value: PlistValue, depth = 0): string {
  const pad = '\t'.repeat(depth);
  if (typeof value === 'string') return `${pad}<string>${escapeXml(value)}</string>\n`;
  if (typeof value === 'boolean') return `${pad}<${value}/>\n`;
  if (Array.isArray(value)) return `${pad}<array>\n${value.map((item) => formatPlistValue(item, depth + 1)).join('')}${pad}</array>\n`;
  const entries = Object.entries(value as Record<string, PlistValue>)
    .map(([key, item]) => `${pad}\t<key>${escapeXml(key)}</key>\n${formatPlistValue(item, depth + 1)}`)
    .join('');
  return `${pad}<dict>\n${entries}${pad}</dict>\n`;
}

/** A whole property list file with comments at its head. */
export function formatPlist(value: PlistValue, comments: readonly string[]): string {
  const head = comments.map((comment) => `<!-- ${escapeComment(comment)} -->\n`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
${head}<plist version="1.0">
${formatPlistValue(value)}</plist>
`;
}

/**
 * Reads back the part of the XML property list format that we write.
 *
 * @throws SyntaxError for anything else.
 */
export function parsePlist(text: string): PlistValue {
  const body = text.replace(/<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|<!--[\s\S]*?-->/g, '');
  const tokens = [...body.matchAll(/<(\/?)(\w+)(?:\s[^>]*)?(\/?)>|([^<]+)/g)].filter(
    (token) => token[2] !== undefined || token[4]?.trim() !== '',
  );
  let index = 0;
  const take = () => tokens[index++] ?? fail('the end');
  const expectTag = (close: boolean, name: string) => {
    const token = take();
    if (token[2] !== name || (token[1] === '/') !== close) fail(token[0]);
  };
  const textUntil = (name: string): string => {
    const isText = tokens[index]?.[4] !== undefined;
    const content = isText ? unescapeXml(take()[4] as string) : '';
    expectTag(true, name);
    return content;
  };
  const value = (): PlistValue => {
    const token = take();
    if (token[1] === '/') return fail(token[0]);
    switch (token[2]) {
      case 'string':
        return textUntil('string');
      case 'true':
      case 'false':
        return token[2] === 'true';
      case 'array': {
        const items: PlistValue[] = [];
        while (tokens[index]?.[1] !== '/') items.push(value());
        expectTag(true, 'array');
        return items;
      }
      case 'dict': {
        const entries: Record<string, PlistValue> = {};
        while (tokens[index]?.[1] !== '/') {
          expectTag(false, 'key');
          const key = textUntil('key');
          entries[key] = value();
        }
        expectTag(true, 'dict');
        return entries;
      }
      default:
        return fail(token[0]);
    }
  };
  expectTag(false, 'plist');
  const result = value();
  expectTag(true, 'plist');
  return result;
}

function fail(what: string): never {
  throw new SyntaxError(`Not a property list of ours, at ${what}`);
}

/** Text fit for XML content. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Text fit for an XML comment, which must not hold two dashes (XML 1.0 §2.5). */
export function escapeComment(text: string): string {
  return text.replaceAll('--', '- -');
}

/** Undoes {@link escapeXml}. */
function unescapeXml(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
