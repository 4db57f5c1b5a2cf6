import type { Request } from '../http/answer.ts';
import type { Target } from '../target.ts';
import type { OpenApi } from './read-openapi.ts';

/** GET requests of the document that need no more than the examples it gives for its parameters. */
export function documentedRequests(document: OpenApi, { url }: Pick<Target, 'url'>): (Request & { readonly secured: boolean })[] {
  return document.operations.flatMap((operation) => {
    if (operation.method !== 'GET') return [];
    const wanted = operation.parameters.filter((parameter) => parameter.in === 'path' || (parameter.in === 'query' && parameter.required));
    if (wanted.some((parameter) => parameter.example === undefined)) return [];
    let path = operation.template;
    const query = new URLSearchParams();
    for (const { name, in: place, example = '' } of wanted) {
      if (place === 'path') path = path.replaceAll(`{${name}}`, encodeURIComponent(example));
      else query.set(name, example);
    }
    // A placeholder without a parameter: the document is wrong, and we cannot guess.
    if (path.includes('{')) return [];
    const search = query.size === 0 ? '' : `?${query}`;
    return [{ method: 'GET', url: `${url.origin}${document.prefix}${path}${search}`, secured: operation.secured }];
  });
}
