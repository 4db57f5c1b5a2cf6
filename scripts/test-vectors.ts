/**
 * Holds our cryptography and parsers to test vectors that nobody of us wrote: ES256 of Wycheproof, and the examples of
 * RFC 7515, 7636, 7638 and 9449.
 *
 * The vectors are no part of the repository; they lie in `../shared/vectors`, or in the folder given as argument.
 */
import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPkce, decodeBase64url, htuOf, parseCompactJws, parseDeviceJwk, parseDpopProof, thumbprintInput } from '@sallyport/protocol';
import { verifyEs256 } from '../packages/gateway/src/verify-es256.ts';

const folder = process.argv[2] ?? '../shared/vectors';
const read = <Content>(path: string): Content => JSON.parse(readFileSync(join(folder, path), 'utf8')) as Content;
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

interface Wycheproof {
  readonly testGroups: readonly {
    readonly publicKeyPem: string;
    readonly tests: readonly { readonly tcId: number; readonly msg: string; readonly sig: string; readonly result: 'valid' | 'invalid' }[];
  }[];
}

interface RfcCase {
  readonly id: string;
  readonly jws?: string;
  readonly jwk?: Record<string, unknown>;
  readonly code_verifier?: string;
  readonly code_challenge?: string;
  readonly proof?: string;
  readonly claims?: Record<string, unknown>;
  readonly jkt?: string;
  readonly accessToken?: string;
}

/** What one vector should say of us, and whether it does. */
type Outcome = readonly [id: string, holds: boolean];

function es256(): Outcome[] {
  const { testGroups } = read<Wycheproof>('wycheproof/ecdsa_secp256r1_sha256_p1363_test.json');
  return testGroups.flatMap(({ publicKeyPem, tests }) => {
    const key = createPublicKey(publicKeyPem);
    return tests.map(({ tcId, msg, sig, result }): Outcome => {
      const accepted = verifyEs256(key, Buffer.from(msg, 'hex'), Buffer.from(sig, 'hex'));
      return [`test ${tcId}`, accepted === (result === 'valid')];
    });
  });
}

async function rfcs(): Promise<Outcome[]> {
  const { cases } = read<{ readonly cases: readonly RfcCase[] }>('rfc/rfc-vectors.json');
  const outcomes: Outcome[] = [];
  for (const each of cases) {
    const holds = holdsJws(each) ?? holdsProof(each) ?? (await holdsPkce(each)) ?? holdsThumbprint(each);
    if (holds !== undefined) outcomes.push([each.id, holds]);
  }
  return outcomes;
}

/** ES256 verifies; every other algorithm, `none` included, is seen in the header, where our readers refuse it. */
function holdsJws({ jws, jwk }: RfcCase): boolean | undefined {
  if (jws === undefined) return undefined;
  const parsed = parseCompactJws(jws);
  if (parsed === undefined) return false;
  const key = parseDeviceJwk(jwk);
  if (parsed.header.alg !== 'ES256') return key === undefined && parseDpopProof(jws) === undefined;
  return key !== undefined && verifyEs256(key, parsed.signingInput, parsed.signature);
}

function holdsProof({ proof: text, claims = {}, jkt, accessToken }: RfcCase): boolean | undefined {
  if (text === undefined) return undefined;
  const proof = parseDpopProof(text);
  if (proof === undefined) return false;
  const { jwk, jti, htm, htu, iat, ath, signingInput, signature } = proof;
  const said = jti === claims.jti && htm === claims.htm && htu === claims.htu && htuOf(htu) === htu && iat === claims.iat;
  const bound = accessToken === undefined ? ath === undefined : ath === sha256(accessToken);
  return said && bound && sha256(thumbprintInput(jwk)) === jkt && verifyEs256(jwk, signingInput, signature);
}

async function holdsPkce({ code_verifier: expected, code_challenge: challenge }: RfcCase): Promise<boolean | undefined> {
  const random = expected === undefined ? undefined : decodeBase64url(expected);
  if (random === undefined) return undefined;
  const made = await createPkce(random, async (bytes) => createHash('sha256').update(bytes).digest());
  return made.verifier === expected && made.challenge === challenge;
}

/** The example of RFC 7638 is an RSA key: no device key of ours, so it gets no thumbprint. That of RFC 9449 is above. */
function holdsThumbprint({ id, jwk }: RfcCase): boolean | undefined {
  return id.startsWith('rfc7638') ? parseDeviceJwk(jwk) === undefined : undefined;
}

let failed = false;
for (const [title, outcomes] of [
  ['ES256 of Wycheproof', es256()],
  ['examples of the RFCs', await rfcs()],
] as const) {
  const wrong = outcomes.filter(([, holds]) => !holds).map(([id]) => id);
  process.stdout.write(
    `${title}: ${outcomes.length - wrong.length} of ${outcomes.length}${wrong.map((id) => `\n  not: ${id}`).join('')}\n`,
  );
  if (wrong.length > 0 || outcomes.length === 0) failed = true;
}
process.exit(failed ? 1 : 0);
