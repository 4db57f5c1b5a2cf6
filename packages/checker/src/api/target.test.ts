import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopback, parseTarget } from './target.ts';

describe('parseTarget', () => {
  it.each(['http://127.0.0.1:8080/orders', 'https://localhost/orders', 'https://[::1]:8443/', 'https://api.localhost/'])(
    'takes %s without a word',
    (url) => {
      expect(parseTarget(url, [])).toMatchObject({ loopback: true });
    },
  );

  it.each([
    'https://api.example/orders',
    'https://10.0.0.1/',
    'https://127.0.0.1.example/',
    'https://localhost.example/',
    'https://example.com@127.0.0.1.nip.io/',
    'https://0.0.0.0/',
  ])('refuses %s unless it is owned by name', (url) => {
    expect(parseTarget(url, ['other.example'])).toHaveProperty('message');
  });

  it('takes a host the user names', () => {
    expect(parseTarget('https://API.example/v1', ['api.EXAMPLE'])).toMatchObject({ host: 'api.example', port: 443, loopback: false });
  });

  it.each(['', 'orders', 'ftp://127.0.0.1/', 'javascript:alert(1)', 'https://'])('says what is wrong with %j', (text) => {
    expect(parseTarget(text, [])).toMatchObject({ message: expect.stringContaining('is no address of an API') });
  });

  it('refuses credentials in the address', () => {
    expect(parseTarget('https://ann:pw@127.0.0.1/', [])).toMatchObject({ message: expect.stringContaining('user name or password') });
  });

  it('never lets a host that is not owned through', () => {
    fc.assert(fc.property(fc.webUrl(), (url) => 'message' in parseTarget(url, []) || isLoopback(new URL(url).hostname)));
  });
});
