import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHost, readPlace, writePlace } from './host-name.ts';

test.each([
  ['API.Example.com.', 'api.example.com'],
  ['localhost', 'localhost'],
  ['[2001:DB8::1]', '2001:db8::1'],
  ['192.0.2.7', '192.0.2.7'],
])('%s is %s', (text, host) => expect(readHost(text)).toBe(host));

test.each(['', '.', 'a..b', '-a.com', 'a b', 'a/b', '*.example.com', '300.1.1.1', '1.2.3', '[::1', 'a'.repeat(64), 'user@host', 'a:1'])(
  '%j is no host',
  (text) => expect(readHost(text)).toBeUndefined(),
);

test.each(['api.example.com', ':443', 'api.example.com:', 'api.example.com:99999', '::1:443', 'a:b:1', 'http://a:80', 'a:80/'])(
  '%j is no place',
  (text) => expect(readPlace(text)).toBeUndefined(),
);

test('whatever is read as a place is written back as one that means the same', () => {
  expect(readPlace('[::1]:443')).toEqual({ host: '::1', port: 443 });
  const anything = fc.oneof(
    fc.string(),
    fc.tuple(fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()), fc.nat(70_000)).map(([h, p]) => `${h}:${p}`),
  );
  fc.assert(
    fc.property(anything, (text) => {
      const place = readPlace(text);
      if (place !== undefined) expect(readPlace(writePlace(place))).toEqual(place);
    }),
  );
});
