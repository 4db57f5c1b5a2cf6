import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

const PLAIN_PORTS = new Set([21, 23, 25, 80, 110, 143, 389, 1883, 8080]);

export const cleartextSocket = defineAudit({
  id: 'cleartext-socket',
  area: 'transport',
  title: 'Sockets speak TLS',
  failingTitle: 'A socket is opened without TLS',
  severity: 'medium',
  references: {
    checklist: 'https-only',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0323'],
    maswe: ['MASWE-0050'],
    cwe: [319],
  },
  why: 'App Transport Security does not cover sockets; what goes through one is readable on the way unless the app adds TLS.',
  remedy: {
    text: 'Give NWConnection TLS parameters, or use URLSession.',
    language: 'swift',
    code: 'let connection = NWConnection(host: "api.example.com", port: 443, using: .tls)',
    script: "const feed = new WebSocket('wss://api.example.com/feed');",
  },
  neededBy: { 'local-network': 'Many devices at home speak no TLS; send them nothing that opens more than themselves.' },
  needs: ['code'],
  samples: {
    fail: [
      'func read(u: CFURL) -> CFReadStream { CFReadStreamCreateWithFTPURL(nil, u).takeRetainedValue() }',
      'func f(s: GCDAsyncSocket) throws { try s.connect(toHost: "h.example", onPort: 80) }',
      'let m = CocoaMQTT(clientID: "a", host: "h.example", port: 1883)',
      'import Network\nlet c = NWConnection(host: "example.com", port: 80, using: .tcp)',
      'import Darwin\nfunc f(a: UnsafePointer<sockaddr>) { let s = socket(AF_INET, SOCK_STREAM, 0); connect(s, a, 16) }',
      'func f(u: NSURL) -> NSInputStream { CFReadStreamCreateWithFTPURL(nil, u).takeRetainedValue() }',
      { path: 'w.ts', text: 'export const w = new WebSocket("ws://example.com/feed");' },
    ],
    pass: [
      'import Network\nlet c = NWConnection(host: "example.com", port: 443, using: .tls)',
      'import Network\nlet c = NWConnection(to: .hostPort(host: .ipv4(.broadcast), port: .any), using: .udp)',
      'import Network\nlet c = NWConnection(host: h, port: p, using: NWParameters(tls: options))',
      { path: 'w.ts', text: 'export const w = new WebSocket("wss://example.com/feed");' },
    ],
  },
  calls: [
    {
      names: ['NWConnection'],
      check(event, context) {
        const symbol = event.arg('using')?.symbol ?? event.arg('to')?.symbol ?? '';
        // Broadcast and multicast reach whoever is near, and have no other end to speak TLS with.
        const source = event.scene.unit.source.slice(event.node.start, event.node.end);
        if (/^(?:NWParameters)?\.(?:tcp|udp)$/.test(symbol) && !/broadcast|multicast|loopback/i.test(source))
          context.report({
            at: here(event.scene, event.node),
            message: `NWConnection is opened with ${symbol}, without TLS.`,
            severity: 'medium',
          });
      },
    },
    {
      names: ['NWParameters'],
      check(event, context) {
        if (event.arg('tls')?.symbol === 'nil')
          context.report({ at: here(event.scene, event.node), message: 'The connection parameters are made without TLS.' });
      },
    },
    {
      names: ['CFReadStreamCreateWithFTPURL', 'CFWriteStreamCreateWithFTPURL'],
      check: (event, context) =>
        context.report({ at: here(event.scene, event.node), message: 'FTP sends the password and the file as they are.' }),
    },
    {
      // Ports that mean the protocol without TLS; libraries take host and port and leave the rest to a switch.
      names: ['connect', 'CocoaMQTT', 'CocoaMQTT5', 'MQTTClient', 'TCPClient', 'SMTP', 'FTPClient', 'connectToHost'],
      check(event, context) {
        const port = (event.arg('port') ?? event.arg('onPort'))?.number;
        if (port === undefined || !PLAIN_PORTS.has(port)) return;
        if (/enableSSL|startTLS|useTLS|\.tls\b|secure:\s*true|tlsConfiguration/i.test(event.scene.unit.source)) return;
        context.report({ at: here(event.scene, event.node), message: `Port ${port} is spoken without TLS.`, confidence: 'medium' });
      },
    },
    {
      names: ['socket', 'connect', 'CFStreamCreatePairWithSocketToHost', 'getStreamsToHost', 'getStreamsToHostWithName'],
      check(event, context) {
        if (event.receiverNode !== undefined && !/Stream$/.test(event.path.split('.')[0] ?? '')) return;
        if (event.scene.unit.language === 'script') return;
        const { name, args } = event;
        if (
          name === 'socket' &&
          (args.length !== 3 ||
            args.some((arg) => arg.label !== undefined) ||
            /AF_UNIX|AF_LOCAL|PF_LOCAL|PF_SYSTEM|PF_ROUTE|SOCK_DGRAM|AF_ROUTE/.test(
              event.scene.unit.source.slice(event.node.start, event.node.end),
            ))
        )
          return;
        if (
          name === 'connect' &&
          (args.length !== 3 || args.some((arg) => arg.label !== undefined) || !/\bsocket\s*\(/.test(event.scene.unit.source))
        )
          return;
        // A file that sets up TLS on the stream or through Secure Transport.
        if (
          /kCFStreamPropertySSLSettings|SSLCreateContext|SSLHandshake|StreamSocketSecurityLevel|kCFStreamSocketSecurityLevel|SSL_new|mbedtls|sec_protocol/.test(
            event.scene.unit.source,
          )
        )
          return;
        context.report({ at: here(event.scene, event.node), message: `${name} opens a plain socket.`, confidence: 'medium' });
      },
    },
    {
      names: ['CFReadStreamCreateWithFTPURL', 'CFWriteStreamCreateWithFTPURL'],
      check(event, context) {
        context.report({ at: here(event.scene, event.node), message: 'FTP sends the password and the files as they are.' });
      },
    },
    {
      names: ['WebSocket', 'webSocketTask', 'io', 'URL', 'NSURL', 'URLRequest'],
      check(event, context) {
        const text = event.args[0]?.known.text;
        if (text !== undefined && /^(?:ws|ftp|mqtt|ldap|smtp|imap|telnet):\/\/(?!localhost|127\.|10\.|192\.168\.)/i.test(text))
          context.report({ at: here(event.scene, event.node), message: `${text.slice(0, text.indexOf(':'))}:// goes without TLS.` });
      },
    },
  ],
});
