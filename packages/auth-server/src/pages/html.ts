/** Text that is HTML already. Only {@link html} makes it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Writes HTML. Every value put in is escaped, so that forgetting to is not possible; HTML made by another call is kept, and
 * `undefined` is nothing. Values may stand in text and in quoted attributes, nowhere else.
 *
 * @example html`<p title="${'"'}">${'<b>'}</p>`.text // '<p title="&quot;">&lt;b&gt;</p>'
 */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html | undefined)[]): Html {
  let text = parts[0] as string;
  values.forEach((value, index) => {
    text += value instanceof Html ? value.text : (value ?? '').replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
    text += parts[index + 1];
  });
  return new Html(text);
}
