import { findOperation, type OpenApi } from './read-openapi.ts';

/**
 * The document as it is deployed. `servers` may be left out or say `/` while a proxy puts the API into a folder; then the address
 * the user gave says where: a route of the document stands at its end, or it ends with a slash.
 *
 * @param path of the address under test.
 * @example placeDocument(document, '/shop/orders/7').prefix // '/shop', when the document has /orders/{id}
 */
export function placeDocument(document: OpenApi, path: string): OpenApi {
  if (document.prefix !== '') return document;
  const parts = path.split('/');
  for (let length = 1; length < parts.length; length++) {
    const placed = { ...document, prefix: parts.slice(0, length).join('/') };
    if (findOperation(placed, 'GET', path) !== undefined) return placed;
  }
  return path.endsWith('/') ? { ...document, prefix: path.slice(0, -1) } : document;
}
