import { describe, expect, it } from 'vitest';
import type { Answer } from '../http/answer.ts';
import { NoAnswer } from '../http/answer.ts';
import type { OAuthOptions } from '../options.ts';
import type { Target } from '../target.ts';
import { discoverOAuth } from './discover-oauth.ts';

const url = new URL('https://api.example/orders');
const target: Target = { url, secure: true, host: url.hostname, port: 443, loopback: false };

async function discover(oauth: OAuthOptions | undefined, documents: Readonly<Record<string, unknown>>, owned: string[] = []) {
  const asked: string[] = [];
  const send = async (request: { method: string; url: string }): Promise<Answer> => {
    asked.push(request.url);
    const document = documents[request.url];
    if (document === 'gone') throw new NoAnswer('ECONNREFUSED', 'refused');
    return { request, status: document === undefined ? 404 : 200, headers: {}, body: JSON.stringify(document ?? {}), cut: false, time: 1 };
  };
  const found = await discoverOAuth({ send, target, options: { url: url.href, oauth, owned } });
  return { found, asked };
}

describe('discoverOAuth', () => {
  const metadata = {
    token_endpoint: 'https://api.example/token',
    revocation_endpoint: 'https://evil.example/revoke',
    jwks_uri: 'http://api.example/jwks',
  };

  it('reads the metadata, and leaves out addresses that are not owned or not safe', async () => {
    const { found } = await discover(
      { clientId: 'app', issuer: 'https://api.example' },
      { 'https://api.example/.well-known/openid-configuration': metadata },
    );
    expect(found).toEqual({
      clientId: 'app',
      tokenEndpoint: 'https://api.example/token',
      revocationEndpoint: undefined,
      jwksUrl: undefined,
    });
  });

  it('tries the other place, also when the first does not answer', async () => {
    const { found, asked } = await discover(
      { clientId: 'app', issuer: 'https://api.example/t1' },
      {
        'https://api.example/t1/.well-known/openid-configuration': 'gone',
        'https://api.example/.well-known/oauth-authorization-server/t1': metadata,
      },
    );
    expect(found.tokenEndpoint).toBe('https://api.example/token');
    expect(asked).toHaveLength(2);
  });

  it('asks nobody when all is given, and no issuer that is not owned', async () => {
    const all = {
      clientId: 'app',
      tokenEndpoint: 'https://api.example/t',
      revocationEndpoint: 'https://api.example/r',
      jwksUrl: 'https://api.example/j',
    };
    expect((await discover(all, {})).asked).toEqual([]);
    const foreign = discover({ clientId: 'app', issuer: 'https://elsewhere.example' }, {});
    await expect(foreign).rejects.toMatchObject({ state: 'inconclusive', message: expect.stringContaining('Nothing is known') });
  });

  it('refuses an endpoint of a host the user has not confirmed', async () => {
    const oauth = { clientId: 'app', tokenEndpoint: 'https://auth.example/token' };
    await expect(discover(oauth, {})).rejects.toMatchObject({ message: expect.stringContaining('--i-own auth.example') });
    expect((await discover(oauth, {}, ['auth.example'])).found.tokenEndpoint).toBe('https://auth.example/token');
  });

  it('survives metadata that is none', async () => {
    for (const document of [null, [], 'text', { token_endpoint: 7 }]) {
      const found = discover(
        { clientId: 'app', issuer: 'https://api.example' },
        { 'https://api.example/.well-known/openid-configuration': document },
      );
      await found.catch((error: unknown) => expect(error).toMatchObject({ state: 'inconclusive' }));
    }
  });
});
