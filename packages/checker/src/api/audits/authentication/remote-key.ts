import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineApiAudit } from '../../api-audit.ts';
import { createForeignKey } from '../../tokens/foreign-key.ts';
import { signedToken } from '../../tokens/forge-token.ts';
import { tryTokens } from '../../tokens/try-tokens.ts';

export const remoteKey = defineApiAudit({
  id: 'remote-key',
  area: 'authentication',
  title: 'Addresses of keys inside a token are not visited',
  failingTitle: 'Addresses of keys inside a token are visited',
  severity: 'critical',
  references: {
    checklist: 'backend-decides',
    masvs: ['MASVS-AUTH-1'],
    cwe: [347, 918],
    api10: ['API2:2023', 'API7:2023'],
  },
  why: "With jku or x5u the attacker says where the key is. Even a server that refuses the token has then sent a request of the attacker's choice from inside your network.",
  remedy: {
    text: 'Ignore jku and x5u; keys come from one configured address.',
    language: 'ts',
    code: 'const keys = createRemoteJWKSet(new URL("/jwks", issuer))',
  },
  needs: ['baseline', 'accessToken'],
  async check({ baseline, accessToken: { header, payload } }, probe) {
    if (!probe.target.loopback)
      return probe.manual(
        'Only a server on this machine can be lured to a listener on this machine; test this one in staging on loopback.',
      );
    const own = createForeignKey(header.alg, 'remote');
    let visits = 0;
    const listener = createServer((_request, response) => {
      visits++;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [own.jwk] }));
    });
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(0, '127.0.0.1', resolve);
    });
    const address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/jwks.json`;
    try {
      await tryTokens(
        probe,
        baseline,
        ['jku', 'x5u'].map((field) => ({
          how: `whose ${field} is an address of ours`,
          token: signedToken({ ...header, alg: own.alg, kid: 'remote', [field]: address }, payload, own.privateKey),
        })),
        'A token signed with a key fetched from an address that the token names is accepted.',
      );
    } finally {
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    }
    if (visits > 0) {
      probe.report({
        where: probe.nameOf(baseline.request),
        message: 'The server sent a request to an address that stood in a token.',
        evidence: `${visits} visits`,
        severity: 'high',
      });
    }
  },
});
