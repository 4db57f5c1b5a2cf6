import { type AuditContext, defineAudit } from '../../audit.ts';
import type { Scene } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';

/** Tokens by which a device is reached, shown to developers. */
const NO_SECRET = /fcm|apns?(?:[A-Z_]|$)|push|device/i;

export const secretToClipboard = defineAudit({
  id: 'secret-to-clipboard',
  area: 'platform',
  title: 'Secrets stay off the shared clipboard',
  failingTitle: 'A secret is put on the shared clipboard',
  severity: 'low',
  references: {
    checklist: 'tokens-in-keychain',
    masvs: ['MASVS-PLATFORM-3', 'MASVS-STORAGE-2'],
    mastg: ['MASTG-TEST-0277'],
    maswe: ['MASWE-0053'],
    cwe: [200, 522],
  },
  why: 'Other apps read the clipboard, keyboards keep its history, and Universal Clipboard carries it to the user\u2019s other devices.',
  remedy: {
    text: 'Show the secret instead of copying it. Where it must be copied, keep it on this device and let it expire.',
    language: 'swift',
    code: 'UIPasteboard.general.setItems([[UTType.utf8PlainText.identifier: code]], options: [.localOnly: true, .expirationDate: Date.now + 60])',
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'a.tsx',
        text: 'export const C = ({ seedPhrase }) => <Button onPress={() => Clipboard.setStringAsync(seedPhrase.join(" "))} />;',
      },
      { path: 'a.ts', text: 'export const copy = (privateKey) => Clipboard.setString(privateKey);' },
      'func copy(password: String) { UIPasteboard.general.string = password }',
    ],
    pass: [
      { path: 'a.ts', text: 'export const copy = (reference) => Clipboard.setString(reference);' },
      'func copy(title: String) { UIPasteboard.general.string = title }',
      'func copy(password: String) { UIPasteboard.general.setItems([["public.utf8-plain-text": password]], options: [.localOnly: true]) }',
    ],
  },
  calls: [
    {
      names: ['setString', 'setStringAsync', 'setContent'],
      check(event, context) {
        if (/[cC]lipboard/.test(event.path) && !NO_SECRET.test(event.args[0] === undefined ? '' : pathOf(event.args[0].value)))
          judge(event.args[0]?.known, event.scene, event.node, context);
      },
    },
  ],
  assigns: [
    {
      names: ['string', 'strings'],
      check(event, context) {
        if (/UIPasteboard\.general/.test(event.path)) judge(event.value, event.scene, event.node, context);
      },
    },
  ],
});

function judge(value: Value | undefined, scene: Scene, node: { start: number; end: number }, context: AuditContext): void {
  if (value?.sensitive?.kind === 'credential' && value.guarded !== true)
    context.report({ at: here(scene, node), message: `“${value.sensitive.name}” is put on the clipboard.`, confidence: 'medium' });
}
