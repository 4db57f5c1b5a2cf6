import { htuOf } from '@sallyport/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatForm, parseAddress, parseForm, requestAddress } from './client-address.ts';

test('agrees with the platform on every address it accepts', () => {
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((ip) => `[${ip}]`),
  );
  const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
  fc.assert(
    fc.property(fc.constantFrom('https', 'http', 'HTTPS'), host, port, fc.webPath(), (scheme, name, number, path) => {
      const url = `${scheme}://${name}${number === undefined ? '' : `:${number}`}${path}`;
      const address = parseAddress(url);
      const platform = new URL(url);
      expect(address?.scheme).toBe(platform.protocol.slice(0, -1));
      // The platform shortens IPv6 addresses; we keep their spelling.
      if (!name.startsWith('[')) expect(address?.origin).toBe(platform.origin);
    }),
  );
});

test('never throws, and never accepts what the platform reads as another host', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `https://${text}`),
        fc.webUrl(),
      ),
      (text) => {
        const address = parseAddress(text);
        if (address !== undefined && URL.canParse(text) && !text.includes('[')) expect(new URL(text).host).toBe(address.authority);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  'ftp://a.example/',
  '//a.example/',
  'https:a.example',
  'https://user@a.example/',
  'https://a.example@evil.example/',
  'https://a.example\\@evil.example/',
  'https://a.example:0/',
  'https://a.example:65536/',
  'https://a.example/#f',
  'https://a.example/\n',
  'https:///a',
  ` https://a.example/`,
])('refuses %j', (url) => {
  expect(parseAddress(url)).toBeUndefined();
});

test('a request stays below its base, whatever path and query it is asked for', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webPath(),
        fc.string().map((text) => `/${text}`),
      ),
      fc.dictionary(fc.string(), fc.string()),
      (path, query) => {
        let url: string;
        try {
          url = requestAddress('https://api.example/v1', path, query);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-request' });
          return;
        }
        const { origin, pathname, hash } = new URL(url);
        expect(htuOf(url)).toBe(origin + pathname);
        expect([origin, hash]).toEqual(['https://api.example', '']);
        expect(pathname.startsWith('/v1/')).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  ...['/../admin', '/%2e%2e/admin', '/.%2E/a', '//evil.example', '/a?b', '/a#b', '/a\\b', 'a', '', '/a b', '/\u00e9'],
  // Platforms write these otherwise than they stand here, so that the proof would name another address than the request.
  ...['/{id}', '/a"b', '/<a>', '/`', '/a^b', '/a|b', '/100%', '/%zz'],
])('refuses the path %j', (path) => {
  expect(() => requestAddress('https://api.example', path)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
});

test('forms are read back, and refused when a name comes twice', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), (fields) => {
      const text = formatForm(fields);
      expect(Object.fromEntries(parseForm(text) ?? [])).toEqual({ ...fields });
      expect([...new URLSearchParams(text)]).toEqual(Object.entries(fields));
    }),
  );
  expect(parseForm('a=1&a=2')).toBeUndefined();
  expect(parseForm('a=%')).toBeUndefined();
  expect(formatForm({ a: [1, 2], b: undefined, c: true })).toBe('a=1&a=2&c=true');
});

test('a query that is no text is refused as any other part of a request', () => {
  expect(() => requestAddress('https://api.example', '/', { a: '\ud800' })).toThrow(expect.objectContaining({ code: 'invalid-request' }));
});
