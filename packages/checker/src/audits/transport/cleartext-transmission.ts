import { type AuditContext, defineAudit } from '../../audit.ts';
import type { CallEvent, Scene } from '../../flow/events.ts';
import { startOf, type Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';
import { isPlainAddress } from './plain-address.ts';

/** What stands in a request beside its address. */
const CONTENT =
  /^(?:httpBody|httpBodyStream|HTTPBody|HTTPBodyStream|queryItems|percentEncodedQueryItems|query|percentEncodedQuery|allHTTPHeaderFields|path|password|user)$/;
/** A connection set up with TLS, anywhere in the file: its channels are left alone. */
const TLS_SET_UP =
  /\.tls\b|\.quic\b|NWProtocolTLS|NWProtocolQUIC|NWParameters\(tls|sec_protocol|startTLS|SSLSettings|SecurityLevel|SSLHandshake|SSL_new|mbedtls/;
const OPENS_SOCKET = /CFStreamCreatePairWith|getStreamsToHost|\bsocket\s*\(|GCDAsyncSocket|GCDAsyncUdpSocket|NWConnection/;
/** Which argument is the content, for channels that are no requests. */
const CHANNELS: Record<string, (event: CallEvent) => Value | undefined> = {
  send: (event) => event.arg('content') ?? (event.receiverNode === undefined && event.args.length === 4 ? event.args[1]?.known : undefined),
  sendto: (event) => event.args[1]?.known,
  write: (event) =>
    /stream|socket/i.test(`${event.path} ${event.receiver?.type ?? ''}`) && /out|sock/i.test(`${event.path} ${event.receiver?.type ?? ''}`)
      ? event.args[0]?.known
      : undefined,
  writeData: (event) => (/sock/i.test(event.path) ? event.args[0]?.known : undefined),
};

/** Calls that make an address or a request, or add to one; a comparison, a print or a store of the same text sends nothing. */
const SENDS =
  'URL NSURL URLRequest NSURLRequest NSMutableURLRequest MutableURLRequest URLComponents NSURLComponents URLWithString requestWithURL initWithURL initWithString request streamRequest download upload get GET post POST put PUT patch PATCH fetch axios open webSocketTask WebSocket sendMessage writeString setValue addValue setHTTPBody setAllHTTPHeaderFields appending append add dataTask uploadTask downloadTask data dataTaskWithURL dataTaskWithRequest uploadTaskWithRequest emit'.split(
    ' ',
  );

export const cleartextTransmission = defineAudit({
  id: 'cleartext-transmission',
  area: 'transport',
  title: 'Secrets and personal data travel through TLS only',
  failingTitle: 'Secrets or personal data are sent without TLS',
  severity: 'high',
  references: {
    checklist: 'https-only',
    masvs: ['MASVS-NETWORK-1'],
    mastg: ['MASTG-TEST-0321', 'MASTG-TEST-0323'],
    maswe: ['MASWE-0050'],
    cwe: [319, 523],
    api10: ['API8:2023'],
  },
  why: 'Everybody on the way, from the guest network to the provider, reads the value and can use it.',
  remedy: {
    text: 'Send it to an https address, or over a connection with TLS parameters; put secrets into the header or body.',
    language: 'swift',
    code: 'var request = URLRequest(url: URL(string: "https://api.example.com/session")!)\nrequest.httpBody = body',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func signIn(password: String) { let u = URL(string: "http://shop.example/login?p=" + password) }',
      'func signIn(base: String, password: String) { var r = URLRequest(url: URL(string: "http://shop.example/login")!); r.httpBody = password.data(using: .utf8) }',
      'let base = "http://shop.example"\nfunc me(token: String) { AF.request(base + "/me", headers: ["Authorization": "Bearer \\(token)"]) }',
      'func me(token: String) { var c = URLComponents(string: "http://shop.example/me")!; c.queryItems = [URLQueryItem(name: "t", value: token)] }',
      'import Network\nfunc go(c: NWConnection, password: String) { c.send(content: password.data(using: .utf8), completion: .idempotent) }',
      'func go(password: String) { let t = URLSession.shared.webSocketTask(with: URL(string: "ws://shop.example/feed")!); t.send(.string(password)) { _ in } }',
      {
        path: 'a.m',
        text: '- (void)go:(NSString *)password { NSMutableURLRequest *r = [NSMutableURLRequest requestWithURL:[NSURL URLWithString:@"http://shop.example/login"]]; [r setHTTPBody:[password dataUsingEncoding:NSUTF8StringEncoding]]; }',
      },
    ],
    pass: [
      'func signIn(password: String) { var r = URLRequest(url: URL(string: "https://shop.example/login")!); r.httpBody = password.data(using: .utf8) }',
      'func find(words: String) { let u = URL(string: "http://shop.example/find?q=" + words) }',
      'func call(phoneNumber: String) { let u = URL(string: "tel:\\(phoneNumber)"); let f = URL(string: "file:///Documents/\\(phoneNumber).csv") }',
      'import Network\nlet c = NWConnection(host: "shop.example", port: 443, using: .tls)\nfunc go(password: String) { c.send(content: password.data(using: .utf8), completion: .idempotent) }',
      'func signIn(password: String) { var r = URLRequest(url: URL(string: "http://localhost:8080/login")!); r.httpBody = password.data(using: .utf8) }',
      'func signIn(encryptedPassword: String) { let u = URL(string: "http://shop.example/login?p=" + encryptedPassword) }',
    ],
  },
  calls: [
    { names: SENDS, check: request },
    { names: Object.keys(CHANNELS), check: channel },
  ],
  assigns: [
    {
      names: ['*'],
      check(event, context) {
        if (event.declared || event.receiver === undefined) return;
        const name = event.key === undefined ? event.name : event.path.replace(/\[.*$/, '').split('.').at(-1);
        if (name !== undefined && CONTENT.test(name) && isPlainAddress(startOf(event.receiver)))
          report(event.value, 'the request', event.scene, event.node, context);
      },
    },
  ],
});

/** A request or an address made of an address without TLS and a secret. */
function request(event: CallEvent, context: AuditContext): void {
  let plain = event.receiver !== undefined && isPlainAddress(startOf(event.receiver));
  let secret: Value | undefined;
  for (const arg of event.args) {
    if (isPlainAddress(startOf(arg.known))) plain = true;
    if (arg.known.sensitive !== undefined && arg.known.closure === undefined && secret === undefined) secret = arg.known;
  }
  if (!plain || secret === undefined) return;
  report(secret, event.name, event.scene, event.node, context);
}

function channel(event: CallEvent, context: AuditContext): void {
  if (event.receiver !== undefined && isPlainAddress(startOf(event.receiver))) {
    request(event, context);
    return;
  }
  const value = CHANNELS[event.name]?.(event);
  const { source } = event.scene.unit;
  const isConnection = event.arg('content') !== undefined || /^(?:NWConnection|GCDAsync\w*Socket)$/.test(event.receiver?.type ?? '');
  if (value === undefined || TLS_SET_UP.test(source) || !(isConnection || OPENS_SOCKET.test(source))) return;
  report(value, event.name, event.scene, event.node, context);
}

function report(value: Value, by: string, scene: Scene, node: { start: number; end: number }, context: AuditContext): void {
  if (value.sensitive === undefined || value.guarded === true || value.type === 'Bool') return;
  context.report({
    at: here(scene, node),
    message: `“${value.sensitive.name}” is sent without TLS by ${by}.`,
    confidence: scene.debug ? 'low' : 'medium',
    ...(value.sensitive.kind === 'credential' ? {} : { severity: 'medium' as const }),
  });
}
