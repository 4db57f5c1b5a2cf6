import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

/** TLS 1.0, 1.1 and SSL, as Network, Security, URLSession, Alamofire and OpenSSL name them. */
const OLD =
  /(?:tlsv1[01]\b|tlsv1\b|TLSv1[01]\b|TLSv1_1\b|TLSv1\.[01]|DTLSv10|DTLSv1\b|SSLv[23]|kTLSProtocol1\b|kTLSProtocol11\b|kSSLProtocol[23]\b|kSSLProtocolAll|kDTLSProtocol1\b|tls_protocol_version_(?:TLSv1[01]|DTLSv10)|kTLSProtocolMaxSupported\b(?!.*min)|sslProtocol3|tlsProtocol1[01]?\b|sslProtocol2|dtlsProtocol1\b|dtlsv1\b)/;

/** The same as options of Node's tls and of the sockets made after it. */
const OLD_OPTION = /^(?:TLSv1(?:\.[01])?|TLSv1(?:_1)?_(?:client_|server_)?method|SSLv[23]\w*)$/;

export const tlsMinimumLowered = defineAudit({
  id: 'tls-minimum-lowered',
  area: 'transport',
  title: 'Code asks for TLS 1.2 or newer',
  failingTitle: 'Code lowers the TLS version below 1.2',
  severity: 'high',
  references: {
    checklist: 'https-only',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0342', 'MASTG-TEST-0343', 'MASTG-TEST-0344'],
    maswe: ['MASWE-0050'],
    cwe: [757, 326, 327],
    api10: ['API8:2023'],
  },
  why: 'TLS 1.0 and 1.1 (RFC 8996) let a man in the middle pick broken ciphers.',
  remedy: {
    text: 'Leave the minimum alone (the system default is TLS 1.2), or raise it.',
    language: 'swift',
    code: 'let configuration = URLSessionConfiguration.ephemeral\nconfiguration.tlsMinimumSupportedProtocolVersion = .TLSv13',
    script: "import tls from 'node:tls';\n\nconst socket = tls.connect({ host, port: 443, minVersion: 'TLSv1.3' });",
  },
  needs: ['code'],
  samples: {
    fail: [
      { path: 'a.ts', text: 'export const s = (host) => TcpSocket.connectTLS({ host, minVersion: "TLSv1" }, () => {});' },
      { path: 'a.ts', text: 'export const agent = new https.Agent({ secureProtocol: "TLSv1_method" });' },
      'func f(o: sec_protocol_options_t) { sec_protocol_options_set_min_tls_protocol_version(o, tls_protocol_version_t(rawValue: 0x0301)!) }',
      'let c = URLSessionConfiguration.default\nc.tlsMinimumSupportedProtocolVersion = .TLSv10',
      'let c = URLSessionConfiguration.default\nc.tlsMinimumSupportedProtocol = SSLProtocol.tlsProtocol11',
      'func f(o: sec_protocol_options_t) { sec_protocol_options_set_min_tls_protocol_version(o, .TLSv11) }',
      { path: 'T.m', text: '- (void)f { self.configuration.TLSMinimumSupportedProtocol = kTLSProtocol1; }' },
    ],
    pass: [
      { path: 'a.ts', text: 'export const s = (host) => TcpSocket.connectTLS({ host, minVersion: "TLSv1.2" }, () => {});' },
      'let c = URLSessionConfiguration.default\nc.tlsMinimumSupportedProtocolVersion = .TLSv12',
      'let c = URLSessionConfiguration.default\nc.tlsMaximumSupportedProtocolVersion = .TLSv13',
      'func f(o: sec_protocol_options_t) { sec_protocol_options_set_min_tls_protocol_version(o, .TLSv13) }',
    ],
  },
  dictionaries(event, context) {
    if (event.scene.unit.language !== 'script') return;
    for (const { key, keyNode, value, valueNode } of event.entries)
      if (
        /^(?:minVersion|maxVersion|secureProtocol|minTLSVersion|minTlsVersion|tlsVersion)$/.test(key.text ?? '') &&
        OLD_OPTION.test(value.text ?? '')
      )
        context.report({
          at: here(event.scene, { start: keyNode.start, end: valueNode.end }),
          message: `${key.text} is ${value.text}, older than TLS 1.2.`,
        });
  },
  assigns: [
    {
      names: [
        'tlsMinimumSupportedProtocolVersion',
        'tlsMaximumSupportedProtocolVersion',
        'tlsMinimumSupportedProtocol',
        'tlsMaximumSupportedProtocol',
        'TLSMinimumSupportedProtocolVersion',
        'TLSMaximumSupportedProtocolVersion',
        'TLSMinimumSupportedProtocol',
        'TLSMaximumSupportedProtocol',
        'minimumTLSVersion',
        'minVersion',
        'minTLSVersion',
        'minimumTLSProtocol',
      ],
      check(event, context) {
        const spelled = symbolOf(event.value) ?? '';
        if (!OLD.test(spelled)) return;
        const message = `${event.name} is set to ${spelled.replace(/^\./, '')}, older than TLS 1.2.`;
        context.report({ at: here(event.scene, event.node), message });
        // A helper that sets what it is given is called well and badly: the call that lowers is a place of its own.
        const { via } = event.scene;
        if (via !== undefined) context.report({ at: { unit: via.unit, start: via.node.start, end: via.node.end }, message });
      },
    },
  ],
  calls: [
    {
      names: [
        'sec_protocol_options_set_min_tls_protocol_version',
        'sec_protocol_options_set_max_tls_protocol_version',
        'sec_protocol_options_set_tls_min_version',
        'sec_protocol_options_set_tls_max_version',
        'SSLSetProtocolVersionMin',
        'SSLSetProtocolVersionMax',
        'SSLSetProtocolVersion',
        'setProtocolVersionMin',
        'SSLSetProtocolVersionEnabled',
      ],
      check(event, context) {
        // `tls_protocol_version_t(rawValue: 0x0301)`: the wire's own number, RFC 8446 section 4.2.1.
        const argument = event.argNode(1);
        const written = argument === undefined ? '' : event.scene.unit.source.slice(argument.start, argument.end);
        const raw = /rawValue:\s*(0x030[0-2]|76[89]|770)\b/.exec(written)?.[1];
        const spelled = raw ?? symbolOf(event.arg(1)) ?? '';
        if (raw === undefined && !OLD.test(spelled)) return;
        context.report({
          at: here(event.scene, event.node),
          message: `${event.name} is given ${spelled.replace(/^\./, '')}, older than TLS 1.2.`,
        });
      },
    },
  ],
});

const symbolOf = (value: { symbol?: string | undefined; text?: string | undefined } | undefined) => value?.symbol ?? value?.text;
