import { type AuditContext, defineAudit } from '../../audit.ts';
import type { Scene } from '../../flow/events.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';

const PASTEBOARD = /pasteboard|clipboard/i;
/** The pasteboard of one app, or content that leaves neither the device nor its minute. */
const LIMITED = /localOnly|expirationDate|expireAfter|withUniqueName/;

export const secretsInPasteboard = defineAudit({
  id: 'secrets-in-pasteboard',
  area: 'storage',
  title: 'Secrets stay off the shared pasteboard, or leave it soon',
  failingTitle: 'A secret is put on the shared pasteboard',
  severity: 'medium',
  references: {
    checklist: 'Tokens in keychain with the right accessibility',
    masvs: ['MASVS-PLATFORM-3', 'MASVS-STORAGE-2'],
    mastg: ['MASTG-TEST-0073'],
    maswe: ['MASWE-0053'],
    cwe: [200, 522],
  },
  why: 'Other apps read the general pasteboard, it travels to the other devices of the account, and it keeps its content until somebody copies something else.',
  remedy: {
    text: 'Limit what is copied to this device and to a minute, or fill it in where it is needed.',
    language: 'swift',
    code: 'UIPasteboard.general.setItems([[UTType.plainText.identifier: code]],\n    options: [.localOnly: true, .expirationDate: Date().addingTimeInterval(60)])',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func copy(password: String) { UIPasteboard.general.string = password }',
      'func copy(seedPhrase: [String]) { UIPasteboard.general.setItems([["public.utf8-plain-text": seedPhrase.joined(separator: " ")]]) }',
      {
        path: 'c.m',
        text: '- (void)copy:(NSString *)password { [UIPasteboard generalPasteboard].string = password; [[UIPasteboard generalPasteboard] setString:password]; }',
      },
      { path: 'c.ts', text: 'export const copy = (password) => Clipboard.setStringAsync(password);' },
    ],
    pass: [
      'func copy(orderNumber: String) { UIPasteboard.general.string = orderNumber }',
      'func copy(password: String) { UIPasteboard.general.setItems([["public.utf8-plain-text": password]], options: [.localOnly: true, .expirationDate: Date().addingTimeInterval(60)]) }',
      'func read() -> String? { let password = UIPasteboard.general.string; return password }',
    ],
  },
  assigns: [
    {
      names: ['string', 'strings', 'items', 'url', 'general'],
      check(event, context) {
        if (!event.declared && PASTEBOARD.test(event.path)) report(event.value, event.scene, event.node, context);
      },
    },
  ],
  calls: [
    {
      names: [
        'setString',
        'setStrings',
        'setItems',
        'addItems',
        'setValue',
        'setData',
        'setObjects',
        'setObject',
        'setStringAsync',
        'setItemProviders',
        'writeText',
      ],
      check(event, context) {
        if (!PASTEBOARD.test(`${event.path} ${event.receiver?.type ?? ''}`)) return;
        if (LIMITED.test(event.scene.unit.source.slice(event.node.start, event.node.end))) return;
        const secret = event.args.find((arg) => arg.known.sensitive !== undefined);
        if (secret !== undefined) report(secret.known, event.scene, event.node, context);
      },
    },
  ],
});

function report(value: Value, scene: Scene, node: { start: number; end: number }, context: AuditContext): void {
  // Personal data is what people copy; a secret is what they should not have to.
  if (value.sensitive?.kind !== 'credential' || value.guarded === true) return;
  const around = scene.function;
  if (around !== undefined && LIMITED.test(scene.unit.source.slice(around.start, around.end))) return;
  context.report({ at: here(scene, node), message: `“${value.sensitive.name}” is put on the shared pasteboard.`, confidence: 'medium' });
}
