import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldPath, readTarget } from './read-target.ts';

test.each([
  ['/', '/', ''],
  ['/orders/7?full=1', '/orders/7', '?full=1'],
  ['/a?', '/a', '?'],
  ['/a?b=%2e%2e%2f&c=[d]|e?/../', '/a', '?b=%2e%2e%2f&c=[d]|e?/../'],
  ["/-._~!$&'()*+,;=:@", "/-._~!$&'()*+,;=:@", ''],
  ['/caf%C3%A9/100%25', '/caf%C3%A9/100%25', ''],
  ['/.well-known/x', '/.well-known/x', ''],
  ['/a/...', '/a/...', ''],
  ['/orders/', '/orders/', ''],
])('takes %s apart without changing a byte', (target, path, query) => {
  expect(readTarget(target)).toMatchObject({ path, query });
});

test.each([
  '',
  '*',
  'orders',
  'http://a/b',
  'https://user@a/b',
  '//',
  '//evil',
  '/a//b',
  '/./a',
  '/a/.',
  '/a/..',
  '/../a',
  '/a/../b',
  '/a/./b',
  '/..;/a',
  '/a/.;x',
  '/a/%2e%2e/b',
  '/a/%2E',
  '/a%2fb',
  '/a%2Fb',
  '/a%5cb',
  '/a\\b',
  '/a%00',
  '/a%0d%0a',
  '/a%7f',
  '/%61dmin',
  '/a%',
  '/a%2',
  '/a%zz',
  '/a%252e',
  '/a%252fb',
  '/%c0%af',
  '/%c0%ae',
  '/%ff',
  '/%ed%a0%80',
  '/é',
  '/a b',
  '/a\tb',
  '/a#b',
  '/a?b#c',
  '/a?b c',
  '/a?\u0000',
  '/a?é',
  '/a"b',
  '/a<b>',
  '/a^b',
  '/a`b',
  '/a{b}',
  '/a|b',
  '/[a]',
  `/${'a'.repeat(8192)}`,
])('refuses %j', (target) => {
  expect(readTarget(target)).toBeUndefined();
});

const pieces = fc.constantFrom(
  '/',
  '.',
  '..',
  '%2e',
  '%2F',
  '%5c',
  '%25',
  '%41',
  '%C3%A9',
  ';',
  'a',
  'A',
  '\\',
  '?',
  '#',
  '%00',
  ' ',
  'é',
  '@',
  ':',
);

test('property: an accepted path is one that every URL reader leaves as it is', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const target = `/${parts.join('')}`;
      const read = readTarget(target);
      if (read === undefined) return;
      expect(read.path + read.query).toBe(target);
      // The WHATWG reader normalises dot segments and backslashes; here it must find nothing to do.
      expect(new URL(read.path, 'https://a.example').pathname).toBe(read.path);
      const decoded = decodeURIComponent(read.path);
      // Decoding adds no segment and no dot segment, even for who cuts off matrix parameters.
      expect(decoded.split('/').length).toBe(read.path.split('/').length);
      for (const segment of decoded.split('/')) expect(segment.split(';')[0]).not.toMatch(/^\.\.?$/);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['/Orders;v=1/', '/orders'],
  ['/a%40b', '/a@b'],
  ['/', '/'],
  ['/a;x/b', '/a/b'],
])('a lenient upstream reads %s as %s', (path, folded) => {
  expect(foldPath(path)).toBe(folded);
});
