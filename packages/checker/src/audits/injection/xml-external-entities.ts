import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

const ENTITY_FLAGS =
  /XML_PARSE_(?:NOENT|DTDLOAD|DTDATTR|XINCLUDE)|XML_PARSE_DTDVALID|nodeLoadExternalEntitiesAlways|nodeLoadExternalEntitiesSameOriginOnly|NSXMLNodeLoadExternalEntitiesAlways|externalEntit\w*Always/;

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
      'func f() { let d = xmlReadMemory(b, n, nil, nil, Int32(XML_PARSE_NOENT.rawValue)) }',
      { path: 'x.m', text: '- (void)f { [parser setShouldResolveExternalEntities:YES]; }' },
    ],
    pass: ['func f(p: XMLParser) { p.shouldResolveExternalEntities = false; p.parse() }', 'func f(p: XMLParser) { p.parse() }'],
  },
  assigns: [
    {
      names: ['shouldResolveExternalEntities', 'externalEntityResolvingPolicy'],
      check(event, context) {
        if (event.value.symbol === 'true' || /always|sameOrigin/i.test(event.value.symbol ?? ''))
          context.report({ at: here(event.scene, event.node), message: `${event.name} is switched on.` });
      },
    },
  ],
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
        'parseXml',
        'parseXmlString',
      ],
      check(event, context) {
        if (event.name === 'setShouldResolveExternalEntities') {
          if (event.args[0]?.known.symbol === 'true')
            context.report({ at: here(event.scene, event.node), message: 'External entities are switched on.' });
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
