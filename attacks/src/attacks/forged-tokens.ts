import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Attack } from '../attack.ts';
import { createDeviceKey, thumbprintOf } from '../means/device-key.ts';
import { readToken, signedWithHmac, signedWithOwnKey, withSignature } from '../means/forge-token.ts';
import { send } from '../means/send.ts';
import { tryTokens } from '../means/try-tokens.ts';
import type { Stage } from '../stage.ts';

/** The victim's token rewritten to the forger's key: were the token believed, the forger's proof would fit it. */
async function rewrite(stage: Stage) {
  const { accessToken } = await stage.victim.tokens();
  const signer = createDeviceKey();
  const { header, payload, signature } = readToken(accessToken);
  return { signer, header, signature, payload: { ...payload, cnf: { jkt: thumbprintOf(signer.jwk) } } };
}

export const algorithmNone: Attack = {
  id: 'algorithm-none',
  threat: 'T2',
  title: 'A token that says it needs no signature (alg: none, in five spellings)',
  async play(stage) {
    const { signer, header, payload, signature } = await rewrite(stage);
    const spellings = ['none', 'None', 'NONE', 'nOnE', ''];
    const tokens = spellings.flatMap((alg) => ['', signature].map((end) => withSignature({ ...header, alg }, payload, end)));
    return tryTokens(stage, this.id, tokens, signer);
  },
};

export const keyConfusion: Attack = {
  id: 'key-confusion',
  threat: 'T2',
  title: 'A token signed with HMAC, using the public key of the issuer as the secret',
  async play(stage) {
    const { signer, header, payload } = await rewrite(stage);
    const { body } = await send({ url: `${stage.issuer}/jwks`, certificateAuthority: stage.certificateAuthority });
    const jwk = (JSON.parse(body) as { keys: JsonWebKey[] }).keys.find(({ kty }) => kty === 'EC');
    if (jwk === undefined) return { held: false, reason: 'not-mounted', evidence: 'the issuer publishes no EC key' };
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const pem = key.export({ type: 'spki', format: 'pem' }).toString();
    const secrets = [
      pem,
      pem.trim(),
      ` ${pem}`,
      key.export({ type: 'spki', format: 'der' }),
      JSON.stringify(jwk),
      Buffer.from(`${jwk.x}`, 'base64url'),
    ];
    const tokens = secrets.map((secret) => signedWithHmac({ ...header, alg: 'HS256' }, payload, secret));
    // And once calling HMAC by the name the gateway expects.
    tokens.push(signedWithHmac(header, payload, pem));
    return tryTokens(stage, this.id, tokens, signer);
  },
};

export const foreignKey: Attack = {
  id: 'foreign-jku',
  threat: 'T2',
  title: "A token signed with the forger's key, pointing at it by jku, x5u, jwk and by the issuer's own kid",
  async play(stage) {
    const { signer, header, payload } = await rewrite(stage);
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'mine', alg: 'ES256', use: 'sig' };
    let fetched = 0;
    const trap = createServer((_, response) => {
      fetched++;
      response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    const jku = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/jwks`;
    const headers = [
      { ...header, jku },
      { ...header, jku, kid: 'mine' },
      { ...header, x5u: jku, kid: 'mine' },
      { ...header, jwk, kid: 'mine' },
      { ...header, jwk },
      header,
    ];
    try {
      const tokens = headers.map((forged) => signedWithOwnKey(forged, payload, privateKey));
      const outcome = await tryTokens(stage, this.id, tokens, signer);
      return {
        ...outcome,
        held: outcome.held && fetched === 0,
        evidence: `${outcome.evidence}; the forger's key server was asked ${fetched} times`,
      };
    } finally {
      trap.close();
      trap.closeAllConnections();
    }
  },
};

export const changedPayload: Attack = {
  id: 'changed-payload',
  threat: 'T2',
  title: 'The real token with its user, scope, life or key changed, or only spelled otherwise',
  async play(stage) {
    const { signer, header, payload, signature } = await rewrite(stage);
    const { accessToken } = await stage.victim.tokens();
    const [head = '', body = '', end = ''] = accessToken.split('.');
    const changes = [{}, { sub: 'admin' }, { scope: 'admin' }, { exp: 4_102_444_800 }, { iss: 'https://evil.example' }];
    const changed = changes.map((change) => withSignature(header, { ...payload, ...change }, signature));
    const respelled = [
      `${accessToken}=`,
      `${head}.${body}=.${end}`,
      `${head}.${body}.${end}A`,
      `${accessToken}.`,
      ` ${accessToken}`.replace('.', ' .'),
    ];
    return tryTokens(stage, this.id, [...changed, ...respelled], signer);
  },
};

export const idTokenAsAccessToken: Attack = {
  id: 'id-token-as-access-token',
  threat: 'T2',
  title: 'The ID token of the same sign-in, signed by the same issuer, sent as access token',
  async play(stage) {
    if (stage.victim.idToken === '') return { held: false, reason: 'not-mounted', evidence: 'the sign-in gave no ID token' };
    return tryTokens(stage, this.id, [stage.victim.idToken], stage.victim.deviceKey);
  },
};
