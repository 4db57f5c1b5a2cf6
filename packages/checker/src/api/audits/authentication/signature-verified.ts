import { defineApiAudit } from '../../api-audit.ts';
import { signingInput } from '../../tokens/forge-token.ts';
import { tryTokens } from '../../tokens/try-tokens.ts';

export const signatureVerified = defineApiAudit({
  id: 'signature-verified',
  area: 'authentication',
  title: 'Signatures of tokens are verified',
  failingTitle: 'Signatures of tokens are not verified',
  severity: 'critical',
  references: { checklist: 'backend-decides', masvs: ['MASVS-AUTH-1'], cwe: [347], api10: ['API2:2023'] },
  why: 'Claims that nobody checks are wishes: the holder of any token becomes any user.',
  remedy: {
    text: 'Verify, not decode: the library call that only decodes is for the client.',
    language: 'ts',
    code: 'const { payload } = await jwtVerify(token, keys, options); // never decodeJwt() on a server',
  },
  needs: ['baseline', 'accessToken'],
  async check({ baseline, accessToken: { header, payload, text } }, probe) {
    const [head = '', body = '', signature = ''] = text.split('.');
    // The middle of a signature: its last character may carry bits that decode to nothing.
    const at = Math.floor(signature.length / 2);
    const flipped = `${signature.slice(0, at)}${signature[at] === 'A' ? 'B' : 'A'}${signature.slice(at + 1)}`;
    const { exp } = payload;
    const longer = { ...payload, ...(typeof exp === 'number' && { exp: exp + 3600 }), sallyport_probe: true };
    await tryTokens(
      probe,
      baseline,
      [
        { how: 'with one character of the signature changed', token: `${head}.${body}.${flipped}` },
        { how: 'without its signature', token: `${head}.${body}.` },
        { how: 'with a changed payload and the old signature', token: `${signingInput(header, longer)}.${signature}` },
      ],
      'A token whose signature does not hold is accepted.',
    );
  },
});
