/** Text as it stands, inside an element or a quoted attribute. @example escapeHtml('a < b') // 'a &lt; b' */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
