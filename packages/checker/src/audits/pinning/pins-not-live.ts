import { defineAudit } from '../../audit.ts';
import { coversHost, declaredPins, isMet } from './declared-pins.ts';

const LEAF = 'r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=';
const OTHER = 'WoiWRyIOVNa9ihaBciRSC7XHjliYS9VwUGOIud4PB18=';
const AUTHORITY = 'YLh1dUR9y6Kja30RrAn7JKnbQG/uEtLMkBgFF2Fuihg=';
const live = { host: 'api.example.com', pins: [LEAF, AUTHORITY], why: undefined };
const plist = (list: string, pin: string, host = 'api.example.com') => ({
  path: 'Info.plist',
  text: `<plist><dict><key>NSAppTransportSecurity</key><dict><key>NSPinnedDomains</key><dict><key>${host}</key><dict><key>${list}</key><array><dict><key>SPKI-SHA256-BASE64</key><string>${pin}</string></dict></array></dict></dict></dict></dict></plist>`,
  live,
});
const android = (pin: string, attributes = '') => ({
  path: 'res/xml/network_security_config.xml',
  text: `<network-security-config><domain-config><domain${attributes}>example.com</domain><pin-set><pin digest="SHA-256">${pin}</pin></pin-set></domain-config></network-security-config>`,
  live,
});

export const pinsNotLive = defineAudit({
  id: 'pins-not-live',
  area: 'pinning',
  title: 'The pins in the app match the live host',
  failingTitle: 'No pin in the app matches the live host',
  severity: 'critical',
  references: {
    checklist: 'pins',
    masvs: ['MASVS-NETWORK-2'],
    mastg: ['MASTG-TEST-0385'],
    maswe: ['MASWE-0047'],
    cwe: [295],
  },
  why: 'The app cannot connect to the server it was made for; the usual emergency measure is to switch pinning off.',
  remedy: {
    text: 'Pin the key that is served and its successor, and rotate in that order: pin first, then serve.',
    language: 'sh',
    code: 'sallyport check app . --api https://api.example.com --i-own api.example.com',
  },
  needs: ['code', 'plists', 'texts'],
  samples: {
    fail: [
      plist('NSPinnedCAIdentities', OTHER),
      // A leaf's pin in the list of authorities is met by no authority.
      plist('NSPinnedCAIdentities', LEAF),
      plist('NSPinnedLeafIdentities', AUTHORITY),
      android(OTHER, ' includeSubdomains="true"'),
      {
        text: `let c: [String: Any] = [kTSKPinnedDomains: ["api.example.com": [kTSKPublicKeyHashes: ["${OTHER}", "${OTHER}"]]]]`,
        live,
      },
      {
        path: 'pins.ts',
        text: `await initializeSslPinning({ 'api.example.com': { publicKeyHashes: ['${OTHER}', '${OTHER}'] } });`,
        live,
      },
      {
        path: 'android/Net.kt',
        text: `val pinner = CertificatePinner.Builder().add("*.example.com", "sha256/${OTHER}").build()`,
        live,
      },
    ],
    pass: [
      plist('NSPinnedCAIdentities', AUTHORITY),
      plist('NSPinnedLeafIdentities', LEAF),
      plist('NSPinnedCAIdentities', OTHER, 'other.example'),
      android(LEAF, ' includeSubdomains="true"'),
      android(OTHER),
      {
        text: `let c: [String: Any] = [kTSKPinnedDomains: ["api.example.com": [kTSKPublicKeyHashes: ["${OTHER}", "${LEAF}"]]]]`,
        live,
      },
      {
        path: 'android/Net.java',
        text: `new CertificatePinner.Builder().add("api.example.com", "sha256/${OTHER}").add("api.example.com", "sha256/${AUTHORITY}").build();`,
        live,
      },
      { ...plist('NSPinnedCAIdentities', OTHER), live: { host: 'api.example.com', pins: [], why: 'it is down' } },
    ],
  },
  check(artifacts, context) {
    const { live: host } = artifacts;
    if (host === undefined) {
      context.notGiven('No live host was named; name yours with --api.');
      return;
    }
    if (host.why !== undefined) {
      context.inconclusive(host.why);
      return;
    }
    const all = declaredPins(artifacts);
    const groups = all.filter((group) => coversHost(group, host.host));
    if (groups.length === 0) {
      context.inconclusive(
        all.length === 0
          ? 'No pin that can be compared was found in the app.'
          : `The app holds pins, none of them for ${host.host}; name the host they are for with --api.`,
      );
      return;
    }
    // Two statements for one host that stand close to each other in code (two `.add` calls) are one set: one match serves.
    const sameHostMet = new Set(groups.filter((group) => !group.certain && isMet(group, host.pins)).map((group) => group.host));
    for (const group of groups) {
      if (isMet(group, host.pins) || (!group.certain && sameHostMet.has(group.host))) continue;
      const what = group.of === 'leaf' ? 'the leaf' : group.of === 'authority' ? 'an authority' : 'a key';
      context.report({
        ...group.where,
        message: `None of the ${group.pins.length} pins here is of ${what} in the chain ${host.host} serves (${host.pins.join(', ')}).`,
        confidence: group.certain || group.host !== undefined ? 'high' : 'medium',
      });
    }
  },
});
