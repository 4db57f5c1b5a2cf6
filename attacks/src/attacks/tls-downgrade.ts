import { connect, type SecureVersion } from 'node:tls';
import type { Attack } from '../attack.ts';
import type { Stage } from '../stage.ts';

const OLD: readonly { readonly title: string; readonly version: SecureVersion; readonly ciphers: string }[] = [
  { title: 'TLS 1.0', version: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' },
  { title: 'TLS 1.1', version: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' },
  { title: 'RSA key exchange', version: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256:AES256-SHA:@SECLEVEL=0' },
  { title: 'CBC with SHA-1', version: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0' },
];

/** TLS 1.2 and 1.3 with forward-secret, authenticated suites only (RFC 9325 §3.1.1, §4.2). */
export const tlsDowngrade: Attack = {
  id: 'tls-downgrade',
  threat: 'T1',
  title: 'A man in the middle talks both ends down to old TLS and to suites without forward secrecy',
  async play(stage) {
    const control = await shakeHands(stage, 'TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256');
    const answers: Record<Answer, string[]> = { accepted: [], refused: [], none: [] };
    for (const { title, version, ciphers } of OLD) answers[await shakeHands(stage, version, ciphers)].push(title);
    const { accepted, none } = answers;
    if (control !== 'accepted' || none.length > 0)
      return {
        held: false,
        reason: 'not-mounted',
        evidence: `TLS 1.2 with ECDHE: ${control}; offers without an answer: ${none.join(', ')}`,
      };
    return {
      held: accepted.length === 0,
      reason: accepted.length === 0 ? 'handshake-refused' : 'handshake-accepted',
      evidence: `TLS 1.2 with ECDHE works; of ${OLD.length} older offers accepted: ${accepted.join(', ') || 'none'}`,
    };
  },
};

/** `refused` is said by the server, in a TLS alert: an offer this machine could not even make proves nothing. */
type Answer = 'accepted' | 'refused' | 'none';

function shakeHands(stage: Stage, version: SecureVersion, ciphers: string): Promise<Answer> {
  const { port, hostname } = new URL(stage.gatewayUrl);
  return new Promise((resolve) => {
    const socket = connect({
      host: '127.0.0.1',
      port: Number(port),
      servername: hostname,
      ca: stage.certificateAuthority,
      minVersion: version,
      maxVersion: version,
      ciphers,
    });
    const end = (result: Answer) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('secureConnect', () => end('accepted'));
    socket.once('error', ({ code }: { code?: string }) => end(code?.includes('_ALERT_') ? 'refused' : 'none'));
    socket.setTimeout(10_000, () => end('none'));
  });
}
