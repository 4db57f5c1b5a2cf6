import { type AuditContext, defineAudit } from '../../audit.ts';
import type { Scene } from '../../flow/events.ts';
import { isPushToken } from '../../flow/push-token.ts';
import { sensitiveName } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';
import { placeOfSecret } from '../place-of-secret.ts';

const GENERAL = /(?:^|\.)(?:UI|NS)Pasteboard\.general(?:Pasteboard(?:\(\))?)?\b/;
const SCRIPT_CLIPBOARD = /^(?:Clipboard|navigator\.clipboard)$/;
/** `expirationDate` and `localOnly` of UIPasteboard.OptionsKey, and the types by which desktop clipboard managers leave a text alone. */
const LIMITED = /expirationDate|localOnly|UIPasteboardOption|ConcealedType|TransientType/;

export const secretsOnPasteboard = defineAudit({
  id: 'secrets-on-pasteboard',
  area: 'platform',
  title: 'Secrets on the pasteboard expire and stay on the device',
  failingTitle: 'A secret is put on the general pasteboard without limits',
  severity: 'medium',
  references: {
    checklist: 'other-apps',
    masvs: ['MASVS-PLATFORM-3'],
    mastg: ['MASTG-TEST-0276', 'MASTG-TEST-0279', 'MASTG-TEST-0280'],
    maswe: ['MASWE-0053'],
    cwe: [200, 922],
  },
  why: 'What lies on the general pasteboard stays there until something else is copied, may be read by other apps, and travels to the user’s other devices.',
  remedy: {
    text: 'Copy only when the user asks for it, with an expiry and on this device only; better, let AutoFill hand over passwords and codes.',
    language: 'swift',
    code: 'UIPasteboard.general.setItems([[UTType.plainText.identifier: password]],\n  options: [.localOnly: true, .expirationDate: Date.now.addingTimeInterval(60)])',
    script:
      '// There is no expiry for expo-clipboard: offer AutoFill instead of a copy.\n<TextInput textContentType="oneTimeCode" autoComplete="one-time-code" />',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func copy(password: String) { UIPasteboard.general.string = password }',
      'func copy(recoveryCode: String) { let board = UIPasteboard.general; board.setValue(recoveryCode, forPasteboardType: "public.text") }',
      'class Maker { func copyPassword() { UIPasteboard.general.string = field.text } }',
      { path: 'Copy.m', text: '- (void)copy:(NSString *)password { [UIPasteboard generalPasteboard].string = password; }' },
      { path: 'Copy.m', text: '- (void)copy:(NSString *)password { [[UIPasteboard generalPasteboard] setString:password]; }' },
      { path: 'copy.ts', text: 'export const copy = (seedPhrase) => Clipboard.setStringAsync(seedPhrase);' },
    ],
    pass: [
      'func copy(link: String) { UIPasteboard.general.string = link }',
      'func copy(password: String) { UIPasteboard.general.setItems([["public.text": password]], options: [.expirationDate: Date().addingTimeInterval(60), .localOnly: true]) }',
      'func copy(password: String) { UIPasteboard(name: inside, create: true)?.string = password }',
      { path: 'copy.ts', text: 'export const copy = (address) => Clipboard.setString(address);' },
    ],
  },
  assigns: [
    {
      names: ['string', 'strings', 'items', 'attributedString'],
      check(event, context) {
        const board = event.path.slice(0, -event.name.length - 1);
        if (!event.declared && isGeneral(board, event.receiver)) judge(event.value, event.scene, event.node, context);
      },
    },
  ],
  calls: [
    {
      names: ['setString', 'setStrings', 'setValue', 'setData', 'setItems', 'addItems', 'setObjects', 'setStringAsync', 'writeText'],
      check(event, context) {
        const board = event.path.slice(0, -event.name.length - 1);
        const script = event.scene.unit.language === 'script' && SCRIPT_CLIPBOARD.test(board);
        if (!script && !isGeneral(board, event.receiver)) return;
        const { source } = event.scene.unit;
        const options = event.argNode('options') ?? event.args[1];
        if (
          options !== undefined &&
          LIMITED.test(
            `${source.slice(options.start, options.end)} ${options.known.symbol ?? ''} ${[...(options.known.entries?.keys() ?? [])].join(' ')}`,
          )
        )
          return;
        const first = event.args[0];
        if (first !== undefined) judge(first.known, event.scene, event.node, context);
      },
    },
  ],
});

const isGeneral = (path: string, receiver: Value | undefined): boolean =>
  GENERAL.test(path.replace(/\(\)/g, '')) || GENERAL.test((receiver?.symbol ?? '').replace(/\(\)/g, ''));

function judge(value: Value, scene: Scene, node: { readonly start: number; readonly end: number }, context: AuditContext): void {
  if (value.guarded === true || value.literal === true) return;
  const secret = value.sensitive?.kind === 'credential' ? value.sensitive : undefined;
  const name = secret?.name ?? copied(scene.function?.name);
  if (
    name === undefined ||
    LIMITED.test(scene.function === undefined ? '' : scene.unit.source.slice(scene.function.start, scene.function.end))
  )
    return;
  if (isPushToken(name, scene, node)) return;
  context.report({
    ...(secret === undefined ? { at: here(scene, node) } : placeOfSecret(secret, { scene, node })),
    message: `“${name}” goes on the general pasteboard without an expiry and for all of the user’s devices.`,
    confidence: 'medium',
  });
}

/** What a function called `copyPassword` or `didTapCopyToken` copies. */
function copied(name: string | undefined): string | undefined {
  const what = /(?:^|[a-z_])[cC]opy_?([A-Z]\w*)$/
    .exec(name ?? '')?.[1]
    ?.replace(/(?:To)?(?:Clipboard|Pasteboard|Action|Button|Tapped|Pressed)+$/g, '');
  return what !== undefined && sensitiveName(what) === 'credential' ? what : undefined;
}
