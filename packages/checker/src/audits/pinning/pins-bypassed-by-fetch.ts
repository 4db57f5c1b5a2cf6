import { defineAudit } from '../../audit.ts';

/** The library hooks React Native's own networking; Expo's fetch has a session of its own. */
const PINS = /\binitializeSslPinning\s*\(/;
const EXPO_FETCH = /from\s*['"]expo\/fetch['"]/;
/** From this version of Expo on the global fetch is `expo/fetch`. */
const FETCH_OF_EXPO_SINCE = 56;

export const pinsBypassedByFetch = defineAudit({
  id: 'pins-bypassed-by-fetch',
  area: 'pinning',
  title: 'The fetch the app calls is the one that is pinned',
  failingTitle: 'Expo\u2019s fetch goes around the pins',
  severity: 'high',
  references: {
    checklist: 'pins',
    masvs: ['MASVS-NETWORK-2'],
    mastg: ['MASTG-TEST-0385'],
    maswe: ['MASWE-0047'],
    cwe: [295, 693],
  },
  why: 'react-native-ssl-public-key-pinning hooks React Native\u2019s networking. expo/fetch, since Expo 56 the global fetch too, opens connections of its own, without pins and without a word.',
  remedy: {
    text: 'Pin where the system looks: NSPinnedDomains and a network security config. Or keep React Native\u2019s fetch, and prove it against a proxy.',
    language: 'sh',
    code: 'EXPO_PUBLIC_USE_RN_FETCH=1',
  },
  needs: ['code'],
  applies: (artifacts) => artifacts.code.some((unit) => !unit.test && PINS.test(unit.source)),
  samples: {
    fail: [
      {
        path: 'api.ts',
        text: "import { fetch } from 'expo/fetch';\nimport { initializeSslPinning } from 'react-native-ssl-public-key-pinning';\nawait initializeSslPinning({ 'api.example.com': { publicKeyHashes: [a, b] } });",
      },
    ],
    pass: [
      {
        path: 'api.ts',
        text: "import { initializeSslPinning } from 'react-native-ssl-public-key-pinning';\nawait initializeSslPinning({ 'api.example.com': { publicKeyHashes: [a, b] } });",
      },
      { path: 'api.ts', text: "import { fetch } from 'expo/fetch';\nexport const load = () => fetch('https://api.example.com');" },
    ],
  },
  check(artifacts, context) {
    const own = artifacts.code.filter((unit) => !unit.test && unit.language === 'script');
    for (const unit of own) {
      const found = EXPO_FETCH.exec(unit.source);
      if (found !== null)
        context.report({
          at: { unit, start: found.index, end: found.index + found[0].length },
          message: 'expo/fetch does not go through the pins that are set with initializeSslPinning.',
        });
    }
    const global = artifacts.texts.some(
      (file) => file.role === 'package' && Number(/"expo"\s*:\s*"[~^]?(\d+)\./.exec(file.source)?.[1]) >= FETCH_OF_EXPO_SINCE,
    );
    const kept = artifacts.texts.some((file) => /EXPO_PUBLIC_USE_RN_FETCH["']?\s*[=:]\s*["']?(?:1|true)/.test(file.source));
    const pinning = own.find((unit) => PINS.test(unit.source));
    if (!global || kept || pinning === undefined) return;
    context.report({
      at: { unit: pinning, start: pinning.source.search(PINS) },
      message: `Since Expo ${FETCH_OF_EXPO_SINCE} the global fetch does not go through these pins.`,
    });
  },
});
