import type { Request } from '../http/answer.ts';
import type { OpenApi, Operation } from '../openapi/read-openapi.ts';
import type { Target } from '../target.ts';

/** One place of a GET request that takes a value from outside. */
export interface Input {
  /** @example 'parameter q', 'the last part of the path' */
  readonly name: string;
  /** An honest value. */
  readonly value: string;
  /** The request with another value there. */
  with(value: string): Request;
}

export interface InputSearch {
  /** GET requests that work; their parameters are kept. */
  readonly requests: readonly Request[];
  /** Requests of which the last part of the path is an id. */
  readonly objects: readonly Request[];
  readonly document: OpenApi | undefined;
  readonly target: Pick<Target, 'url'>;
}

/** What a parameter without an example is given: a number and a text at once. */
const ANYTHING = '1';

/** An input, and what makes two of them one. */
type Found = readonly [key: string, input: Input];

/** Where values enter by GET: parameters of known addresses, ids of known objects, and parameters the document declares. */
export function findInputs({ requests, objects, document, target }: InputSearch): Input[] {
  const found = [
    ...requests.flatMap(({ url }) => ofQuery(new URL(url))),
    ...objects.flatMap(({ url }) => ofObject(new URL(url))),
    ...(document?.operations ?? []).flatMap((operation) => ofOperation(operation, `${target.url.origin}${document?.prefix}`)),
  ];
  // The first of each is the one seen to work.
  return [...new Map([...found].reverse()).values()].reverse();
}

function ofQuery(url: URL): Found[] {
  return [...url.searchParams].map(([name, value]) => [
    `${url.pathname}?${name}`,
    { name: `parameter ${name}`, value, with: (other) => get(withParameter(url, name, other)) },
  ]);
}

function ofObject(url: URL): Found[] {
  const at = url.pathname.lastIndexOf('/') + 1;
  const folder = url.pathname.slice(0, at);
  const value = decodeURIComponent(url.pathname.slice(at));
  const address = (id: string) => `${url.origin}${folder}${encodeURIComponent(id)}${url.search}`;
  return value === '' ? [] : [[folder, { name: 'the last part of the path', value, with: (id) => get(address(id)) }]];
}

function ofOperation({ method, template, parameters }: Operation, base: string): Found[] {
  if (method !== 'GET') return [];
  const addressWith = (changed: string, value: string) => {
    let path = template;
    const query = new URLSearchParams();
    for (const { name, in: place, required, example = ANYTHING } of parameters) {
      const given = name === changed ? value : example;
      if (place === 'path') path = path.replaceAll(`{${name}}`, encodeURIComponent(given));
      else if (place === 'query' && (required || name === changed)) query.set(name, given);
    }
    return `${base}${path}${query.size === 0 ? '' : `?${query}`}`;
  };
  return parameters
    .filter(({ in: place }) => place === 'path' || place === 'query')
    .map(({ name, in: place, example = ANYTHING }) => [
      place === 'path' ? `${template} ${name}` : `${new URL(addressWith('', '')).pathname}?${name}`,
      { name: `parameter ${name}`, value: example, with: (value) => get(addressWith(name, value)) },
    ]);
}

function withParameter(url: URL, name: string, value: string): string {
  const changed = new URL(url);
  changed.searchParams.set(name, value);
  return changed.href;
}

function get(url: string): Request {
  return { method: 'GET', url };
}
