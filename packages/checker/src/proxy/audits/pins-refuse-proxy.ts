import type { ProxyAudit } from '../proxy-audit.ts';
import { type HostRecord, listCounts, type ProxySight, total } from '../proxy-record.ts';

export const pinsRefuseProxy: ProxyAudit = {
  id: 'pins-refuse-proxy',
  area: 'pinning',
  title: 'The app refuses a forged certificate that the device trusts',
  failingTitle: 'The app talks to anybody whose certificate the device trusts',
  severity: 'critical',
  references: {
    checklist: 'pins-against-proxy',
    masvs: ['MASVS-NETWORK-2'],
    mastg: ['MASTG-TEST-0385'],
    maswe: ['MASWE-0047'],
    cwe: [295],
  },
  why: 'Whoever gets an authority onto the device, by a profile, a company or a trick, reads and changes every call, tokens included. Pins that are in the code and not in force look the same in a review.',
  remedy: {
    text: 'Put the pins where the connection is made, for every host the app sends credentials to, and rehearse them.',
    language: 'sh',
    code: 'sallyport pins emit ios android --output native/\nsallyport pins rehearse',
  },
  check(sight, verdict) {
    const undecided: string[] = [];
    const byHand: string[] = [];
    for (const record of sight.pinned) {
      if (record.accepted.size > 0) {
        const times = total(record.accepted);
        verdict.report({
          where: record.host,
          message: `It took the forged certificate and sent ${times === 1 ? 'a request' : `${times} requests`}; the proxy answered in the place of the server.`,
          evidence: listCounts(record.accepted),
        });
        continue;
      }
      const doubt = doubtOf(record, sight);
      if (doubt !== undefined) undecided.push(doubt);
      else if (sight.controlIsPage && sight.control.androidOnly) byHand.push(record.host);
    }
    if (undecided.length > 0) return void verdict.inconclusive(undecided.join(' '));
    if (byHand.length > 0)
      verdict.manual(
        `${byHand.join(', ')} refused, and a browser of this Android device trusts the authority. Apps do not, unless their network security config says so, so this may be the platform's refusal and not the pins'. Name a host the app calls without pins (--control HOST), or vouch for it yourself.`,
      );
  },
};

/** Why a host that accepted nothing is not proved to be pinned. */
function doubtOf({ host, handshakes, refused, refusedBy, unclear, cleartext }: HostRecord, { control, controlIsPage }: ProxySight) {
  if (refused.size === 0) {
    if (handshakes > 0) return `${host} was asked for, and nothing that came of it tells: ${listCounts(unclear)}.`;
    if (cleartext.size > 0) return `${host} was only asked for without TLS.`;
    return `${host} was never asked for through the proxy: the app made no call, or does not use the proxy of the device.`;
  }
  const how = controlIsPage
    ? `open https://${control.host}/ through the proxy on that device`
    : `let the app call ${control.host} through the proxy`;
  const because = `A refusal proves nothing on a device that does not trust the authority: install it and ${how}.`;
  if (control.accepted.size === 0) {
    const tried = control.refused.size === 0 ? 'the control was never asked for' : 'the control was refused as well';
    return `${host} refused ${total(refused)} times, but ${tried}. ${because}`;
  }
  if (![...refusedBy].some((address) => control.acceptedBy.has(address)))
    return `${host} refused, but the control was accepted by another device. ${because}`;
  return undefined;
}
