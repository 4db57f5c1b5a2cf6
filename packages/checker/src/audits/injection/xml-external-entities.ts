import { type AuditContext, defineAudit } from '../../audit.ts';
import type { AssignEvent, CallEvent, FunctionEvent } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';

const ENTITY_FLAGS =
  /XML_PARSE_(?:NOENT|DTDLOAD|DTDATTR|XINCLUDE)|XML_PARSE_DTDVALID|nodeLoadExternalEntitiesAlways|nodeLoadExternalEntitiesSameOriginOnly|NSXMLNodeLoadExternalEntitiesAlways|externalEntit\w*Always/;

const SWITCHES = ['shouldResolveExternalEntities', 'externalEntityResolvingPolicy'];
const READS_XML = /xml|parser|parse|document|loadData|read/i;

export const xmlExternalEntities = defineAudit({
  id: 'xml-external-entities',
  area: 'injection',
  title: 'XML is read without external entities',
  failingTitle: 'An XML reader loads external entities',
  severity: 'high',
  references: { checklist: 'no-injection', masvs: ['MASVS-CODE-4'], cwe: [611, 776] },
  why: 'A document may then name files of the app and addresses of the inner network, and gets their content.',
  remedy: {
    text: 'Leave external entities off, which is the default.',
    language: 'swift',
    code: 'parser.shouldResolveExternalEntities = false',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func f(p: XMLParser) { p.shouldResolveExternalEntities = true; p.parse() }',
      'func f() throws { let p = XMLParser(data: try Data(contentsOf: url)); p.shouldResolveExternalEntities = true; p.parse() }',
      'func f(d: Data) throws { var o = AEXMLOptions(); o.parserSettings.shouldResolveExternalEntities = true; _ = try AEXMLDocument(xml: d, options: o) }',
      'func f() { let d = xmlReadMemory(b, n, nil, nil, Int32(XML_PARSE_NOENT.rawValue)) }',
      { path: 'x.m', text: '- (void)f { [parser setShouldResolveExternalEntities:YES]; }' },
    ],
    pass: ['func f(p: XMLParser) { p.shouldResolveExternalEntities = false; p.parse() }', 'func f(p: XMLParser) { p.parse() }'],
  },
  assigns: [
    {
      names: SWITCHES,
      check(event, context) {
        // Inside a function the switch is told where outside data is read with it.
        if (event.scene.function === undefined && isOn(event)) report(event, event.node, context);
      },
    },
  ],
  functions(event, context) {
    for (const assign of event.assigns) {
      if (!SWITCHES.includes(assign.name) || !isOn(assign)) continue;
      const reader = readerOf(assign, event);
      report(assign, reader?.node ?? assign.node, context);
    }
  },
  calls: [
    {
      names: [
        'setShouldResolveExternalEntities',
        'xmlReadMemory',
        'xmlReadFile',
        'xmlReadDoc',
        'xmlReadFd',
        'xmlReadIO',
        'xmlCtxtReadMemory',
        'xmlCtxtReadFile',
        'xmlCtxtReadDoc',
        'xmlCtxtUseOptions',
        'xmlParseInNodeContext',
        'XMLDocument',
        'initWithContentsOfURL',
        'AEXMLOptions',
        'xmlSubstituteEntitiesDefault',
        'xmlLoadExtDtdDefaultValue',
        'parseXml',
        'parseXmlString',
      ],
      check(event, context) {
        if (event.name === 'setShouldResolveExternalEntities') {
          if (event.args[0]?.known.symbol === 'true')
            context.report({ at: here(event.scene, event.node), message: 'External entities are switched on.' });
          return;
        }
        if (event.name === 'xmlSubstituteEntitiesDefault') {
          if (event.args[0]?.known.number === 1)
            context.report({ at: here(event.scene, event.node), message: 'Entities are substituted in every document.' });
          return;
        }
        const flags = event.args.map((arg) => event.scene.unit.source.slice(arg.start, arg.end)).join(' ');
        const noent = event.args.some((arg) => arg.known.entries?.get('noent')?.symbol === 'true');
        if (ENTITY_FLAGS.test(flags) || noent || event.args.some((arg) => ENTITY_FLAGS.test(arg.known.symbol ?? '')))
          context.report({ at: here(event.scene, event.node), message: `${event.name} is told to load external entities.` });
      },
    },
  ],
});

const isOn = (event: AssignEvent): boolean => event.value.symbol === 'true' || /always|sameOrigin/i.test(event.value.symbol ?? '');

function report(event: AssignEvent, node: { start: number; end: number }, context: AuditContext): void {
  const message = node === event.node ? `${event.name} is switched on.` : `Outside data is read with ${event.name} switched on.`;
  context.report({ at: here(event.scene, node), message });
}

/** The call that reads outside data with what was switched: the parser itself, or a document made with the options. */
function readerOf(event: AssignEvent, around: FunctionEvent): CallEvent | undefined {
  const names = new Set([event.path.split(/[.[]/, 1)[0] as string]);
  const holders = new Map<Expression, string>();
  for (const assign of around.assigns) if (assign.valueNode !== undefined) holders.set(callIn(assign.valueNode), assign.path);
  for (const call of around.calls) {
    const holder = holders.get(call.node);
    const uses =
      (holder !== undefined && names.has(holder)) ||
      (call.receiverNode !== undefined && names.has(pathOf(call.receiverNode))) ||
      call.args.some((arg) => names.has(pathOf(arg.value)));
    if (!uses || !READS_XML.test(call.name)) continue;
    if (call.args.some((arg) => arg.known.foreign !== undefined)) return call;
    if (holder !== undefined) names.add(holder);
  }
  return undefined;
}

const callIn = (node: Expression): Expression =>
  node.kind === 'cast' ? callIn(node.value) : node.kind === 'unary' ? callIn(node.operand) : node;
