import type { Attack } from '../attack.ts';
import { InterceptingProxy } from '../means/intercepting-proxy.ts';

/** A device that trusts a rogue authority (a "free Wi-Fi" profile, a hacked CA): only pins still tell the servers apart. */
export const interceptingProxy: Attack = {
  id: 'intercepting-proxy',
  threat: 'T6',
  title: 'A proxy with a certificate the device trusts reads along; the same app once without and three times with pins',
  async play(stage) {
    const rogue = stage.issueRogueCertificate();
    const proxy = await InterceptingProxy.start({ ...rogue, target: stage.gatewayUrl, targetAuthority: stage.certificateAuthority });
    try {
      const lure = { certificateAuthority: rogue.certificateAuthority, port: proxy.port };
      // The control: without pins the very same proxy reads the credential. If not, the attack is not mounted.
      const unpinned = await stage.lureApp({ ...lure, pinned: false });
      const without = await unpinned.call(stage.path);
      const seenWithout = proxy.credentialsSeen;
      if (seenWithout === 0)
        return { held: false, reason: 'not-mounted', evidence: `without pins the proxy saw no credential either (${without})` };
      proxy.forget();
      const pinned = await stage.lureApp({ ...lure, pinned: true });
      const outcomes: string[] = [];
      // Three times: a resumed TLS session must not slip past the check.
      for (let attempt = 0; attempt < 3; attempt++) outcomes.push(await pinned.call(stage.path));
      const held = outcomes.every((outcome) => outcome === 'pin-failure') && proxy.bytesRead === 0;
      return {
        held,
        reason: [...new Set(outcomes)].join(', '),
        evidence: `without pins it read ${seenWithout} credential(s); with pins ${proxy.connections} connections, ${proxy.bytesRead} bytes of any request`,
      };
    } finally {
      await proxy.close();
    }
  },
};
