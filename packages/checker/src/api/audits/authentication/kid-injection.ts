import { defineApiAudit } from '../../api-audit.ts';
import { type ForgedToken, hmacToken } from '../../tokens/forge-token.ts';
import { tryTokens } from '../../tokens/try-tokens.ts';

const EMPTY = new Uint8Array(0);

export const kidInjection = defineApiAudit({
  id: 'kid-injection',
  area: 'authentication',
  title: 'The key id of a token is looked up, not followed',
  failingTitle: 'The key id of a token leads the server to a key of the attacker',
  severity: 'critical',
  references: {
    checklist: 'backend-decides',
    masvs: ['MASVS-AUTH-1'],
    cwe: [22, 89, 347],
    api10: ['API2:2023', 'API8:2023'],
  },
  why: 'kid comes from the attacker. Used in a path or a query it names a file or a row whose content is known, and the token is signed with that (RFC 8725 §3.10).',
  remedy: {
    text: 'Look kid up in the key set in memory; an unknown one is a refusal.',
    language: 'ts',
    code: 'const key = keysById.get(kid); // a Map, filled from the JWKS\nif (key === undefined) return refuse();',
  },
  needs: ['baseline', 'accessToken'],
  async check({ baseline, accessToken: { header, payload } }, probe) {
    const forge = (kid: unknown, secret: Uint8Array | string, how: string): ForgedToken => ({
      how,
      token: hmacToken({ ...header, alg: 'HS256', kid }, payload, typeof secret === 'string' ? Buffer.from(secret) : secret),
    });
    await tryTokens(
      probe,
      baseline,
      [
        forge('../../../../../../../../dev/null', EMPTY, 'whose kid is a path to an empty file'),
        forge('/dev/null', EMPTY, 'whose kid is /dev/null'),
        forge('../../../../../../../../proc/sys/kernel/randomize_va_space', '2\n', 'whose kid is a path to a known file'),
        forge("x' UNION SELECT 'sallyport' -- ", 'sallyport', 'whose kid is a piece of SQL'),
        forge('x" UNION SELECT "sallyport" -- ', 'sallyport', 'whose kid is a piece of SQL'),
        forge('__proto__', EMPTY, 'whose kid is __proto__'),
        forge('constructor', EMPTY, 'whose kid is constructor'),
        forge('unknown-key', EMPTY, 'whose kid is unknown, signed with an empty secret'),
        forge(undefined, EMPTY, 'without kid, signed with an empty secret'),
      ],
      'A token that names its own key by a trick in kid is accepted.',
    );
  },
});
