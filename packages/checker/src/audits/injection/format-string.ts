import { defineAudit } from '../../audit.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';

/** C and Foundation functions, with the place of their format. */
const FUNCTIONS: Record<string, number> = { NSLog: 0, printf: 0, fprintf: 1, syslog: 1, asprintf: 1, sprintf: 1, NSLogv: 0 };
const MAKERS = new Set([
  'stringWithFormat',
  'initWithFormat',
  'appendFormat',
  'stringByAppendingFormat',
  'localizedStringWithFormat',
  'raise',
]);

export const formatString = defineAudit({
  id: 'format-string',
  area: 'injection',
  title: 'Format strings are constants',
  failingTitle: 'A variable text is used as a format',
  severity: 'medium',
  references: { checklist: 'no-injection', masvs: ['MASVS-CODE-4'], cwe: [134] },
  why: 'A %@ or %s in the text makes the program read arguments that were never given: it crashes, or shows what lies in memory.',
  remedy: { text: 'Give a constant format and the text as its argument.', language: 'objc', code: 'NSLog(@"%@", text);' },
  needs: ['code'],
  samples: {
    fail: [
      { path: 'Log.m', text: '- (void)got:(NSString *)answer { NSLog(answer); }' },
      { path: 'Log.m', text: '- (void)f { self.label.text = [NSString stringWithFormat:self.field.text]; }' },
      'func got(field: UITextField) { NSLog(field.text!) }',
      'func got(field: UITextField) -> String { String(format: field.text!) }',
    ],
    pass: [
      { path: 'Log.m', text: '- (void)got:(NSString *)answer { NSLog(@"%@", answer); }' },
      { path: 'Log.m', text: '- (void)f:(int)n { NSString *s = [NSString stringWithFormat:NSLocalizedString(@"%d left", nil), n]; }' },
      {
        path: 'Log.m',
        text: 'static NSString *const kFormat = @"%@ of %@";\nNSString *f(id a, id b) { return [NSString stringWithFormat:kFormat, a, b]; }',
      },
      'func f(n: Int) -> String { String(format: "%d left", n) }',
    ],
  },
  calls: [
    {
      names: [...Object.keys(FUNCTIONS), ...MAKERS, 'String', 'NSString'],
      check(event, context) {
        const { name, args } = event;
        if (event.scene.unit.language === 'script') return;
        if (Object.hasOwn(FUNCTIONS, name) ? event.receiverNode !== undefined : !MAKERS.has(name) && args[0]?.label !== 'format') return;
        const at = FUNCTIONS[name] ?? 0;
        const format = args[at];
        // With arguments behind it, it is a format that was chosen elsewhere, from a table of texts for instance.
        if (format === undefined || args.length > at + 1 || !isVariable(format.known)) return;
        if (event.scene.unit.language === 'swift' && format.known.foreign === undefined) return;
        if (format.value.kind === 'call' && /^(?:NSLocalizedString\w*|localized\w*|NSStringFrom\w+)$/.test(callee(format.value.callee)))
          return;
        context.report({
          at: here(event.scene, event.node),
          message: `${format.known.foreign === undefined ? 'A variable text' : capital(format.known.foreign)} is the format given to ${name}.`,
          confidence: 'medium',
          ...(format.known.foreign === undefined ? { severity: 'low' as const } : {}),
        });
      },
    },
  ],
});

const isVariable = (known: Value): boolean => known.literal !== true && known.text === undefined && known.number === undefined;
const callee = (node: { readonly kind: string; readonly name?: string; readonly text?: string }): string => node.name ?? node.text ?? '';
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
