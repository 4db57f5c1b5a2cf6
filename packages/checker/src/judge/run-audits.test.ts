import { expect, it } from 'vitest';
import { type Audit, defineAudit } from '../audit.ts';
import { audits } from '../audits/index.ts';
import { assemble } from '../gather/assemble.ts';
import { runAudits } from './run-audits.ts';

const read = (files: Record<string, string>) =>
  assemble(
    Object.entries(files).map(([path, text]) => ({ path, size: text.length, read: () => Buffer.from(text) })),
    [],
    { blobs: [], missing: undefined },
  );

const broken: Audit = defineAudit({
  ...(audits.find((audit) => audit.id === 'sensitive-logging') as Audit),
  id: 'broken',
  needs: ['code'],
  calls: [
    {
      names: ['print'],
      check() {
        throw new Error('boom');
      },
    },
  ],
});

it('keeps one audit\u2019s crash to that audit', async () => {
  const artifacts = await read({ 'a.swift': 'func f(accessToken: String) { print(accessToken) }' });
  const results = runAudits([broken, ...audits], artifacts);
  expect(results.find((result) => result.audit.id === 'broken')).toMatchObject({ state: 'error', why: expect.stringContaining('boom') });
  expect(results.find((result) => result.audit.id === 'sensitive-logging')?.state).toBe('fail');
});

it('tells what needs not wait for the code before what does', async () => {
  const { applies: _applies, check: _check, ...rest } = audits.find((audit) => audit.id === 'pins-absent') as Audit;
  const place = { path: 'a.swift', line: 1 };
  const heard = defineAudit({
    ...rest,
    id: 'heard',
    calls: [{ names: ['print'], check: (_, context) => context.report({ place, message: 'm' }) }],
  });
  const whole = defineAudit({ ...rest, id: 'whole', check: (_, context) => context.report({ place, message: 'm' }) });
  const told: string[] = [];
  runAudits([heard, whole], await read({ 'a.swift': 'func f() { print(1) }' }), { found: ({ audit }) => told.push(audit) });
  expect(told).toEqual(['whole', 'heard']);
});

it('says not applicable where there is nothing to look at', async () => {
  const results = runAudits(audits, await read({ 'a.swift': 'let a = 1' }));
  expect(results.find((result) => result.audit.id === 'ats-arbitrary-loads')?.state).toBe('not-applicable');
});

it('finds the secret through a wrapper, a constant of an enum, and a closure that a helper calls', async () => {
  const artifacts = await read({
    'Store.swift': 'struct Box { func keep(_ value: String, as key: String) { UserDefaults.standard.set(value, forKey: key) } }',
    'Use.swift': 'func signedIn(accessToken: String, box: Box) { box.keep(accessToken, as: "t") }',
    'Keys.swift': 'enum Keys { static let master = "k3yk3yk3yk3yk3y1" }',
    'Seal.swift': 'func seal(d: Data) throws -> Data { try AES.GCM.seal(d, using: SymmetricKey(data: Data(Keys.master.utf8))).combined! }',
    'Page.swift':
      'func withPage(_ body: (String) -> Void) { if let s = try? String(contentsOf: url) { body(s) } }\nfunc show(w: WKWebView) { withPage { page in w.loadHTMLString(page, baseURL: nil) } }',
  });
  const found = runAudits(audits, artifacts).flatMap((result) => result.findings.map((finding) => `${finding.audit} ${finding.path}`));
  expect(found).toContain('secrets-in-preferences Use.swift');
  expect(found).toContain('hardcoded-crypto-key Seal.swift');
  expect(found).toContain('webview-unsafe-load Page.swift');
});

it('is quiet about values that were encrypted, and about counts of tokens', async () => {
  const artifacts = await read({
    'a.swift':
      'func f(accessToken: String) { let sealed = encrypt(accessToken); UserDefaults.standard.set(sealed, forKey: "blob"); print(accessToken.count) }',
  });
  expect(runAudits(audits, artifacts).flatMap((result) => result.findings)).toEqual([]);
});

it('tells a plain struct from the stored class of the same name in another module', async () => {
  const artifacts = await read({
    'Storage/Account.swift': 'class Account: NSManagedObject { @NSManaged var email: String? }',
    'Storage/Fill.swift': 'func fill(_ account: Account, accessToken: String) { account.email = accessToken }',
    'Network/Account.swift': 'struct Account { let email: String }',
    'Network/Parse.swift': 'func parse(email: String, accessToken: String) -> Account { Account(email: accessToken) }',
    'App/Show.swift': 'func show(accessToken: String) -> Account { Account(email: accessToken) }',
  });
  const result = runAudits(audits, artifacts).find(({ audit }) => audit.id === 'secrets-in-database');
  expect(result?.findings.map(({ path }) => path)).toEqual(['Storage/Fill.swift']);
});

it('does not look for what happens inside a mock, nor in a preview', async () => {
  const artifacts = await read({
    'App.swift': 'func f(accessToken: String, store: Store) { store.keep(secret: accessToken) }',
    'Mocks/Store.swift': 'struct Store { func keep(secret: String) { print(secret) } }',
    'View.swift':
      'struct V_Previews: PreviewProvider { static var previews: some View { print(accessToken) } }\n#Preview { print(accessToken) }',
  });
  const result = runAudits(audits, artifacts).find(({ audit }) => audit.id === 'sensitive-logging');
  expect(result?.findings).toEqual([]);
});

it('finds each weakness that articles about this very subject show in their samples', async () => {
  const artifacts = await read({
    'Config.xcconfig': 'API_BASE_URL = https://api.example.com\n',
    'Pins.swift': `final class PinChecker: NSObject, URLSessionDelegate {
  let pin = "r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E="
  func urlSession(_ s: URLSession, didReceive challenge: URLAuthenticationChallenge, completionHandler done: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void) {
    guard let trust = challenge.protectionSpace.serverTrust, let key = SecTrustCopyKey(trust) else { return done(.cancelAuthenticationChallenge, nil) }
    let raw = SecKeyCopyExternalRepresentation(key, nil)! as Data
    let hash = Data(SHA256.hash(data: raw)).base64EncodedString()
    if hash == pin { done(.useCredential, URLCredential(trust: trust)) } else { done(.cancelAuthenticationChallenge, nil) }
  }
}`,
    'Client.swift': `final class NetworkLayer {
  let session: URLSession
  init(session: URLSession = .shared) { self.session = session }
  func load(_ request: URLRequest) async throws -> Data {
    let (data, response) = try await session.data(for: request)
    if (response as? HTTPURLResponse)?.statusCode == 401 {
      try await renewer.refreshAccessToken()
      return try await load(request)
    }
    return data
  }
}
final class Renewer {
  func refreshAccessToken() async throws {
    var request = URLRequest(url: endpoint)
    request.httpBody = "grant_type=refresh_token&refresh_token=\\(vault.refreshToken)".data(using: .utf8)
    let (data, _) = try await URLSession.shared.data(for: request)
    let reply = try JSONDecoder().decode(Reply.self, from: data)
    vault.accessToken = reply.accessToken
  }
  func logout() {
    vault.clearTokens()
    screen.show(.signIn)
  }
}`,
    'Vault.swift': `struct Vault {
  func save(_ value: Data) {
    let query: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecAttrAccount as String: "t", kSecValueData as String: value, kSecAttrAccessible as String: kSecAttrAccessibleWhenUnlockedThisDeviceOnly]
    SecItemDelete(query as CFDictionary)
    SecItemAdd(query as CFDictionary, nil)
  }
}`,
    'Trust.swift': 'let evaluators = ["api.example.com": PinnedCertificatesTrustEvaluator(certificates: [one])]',
  });
  const found = new Set(runAudits(audits, artifacts).flatMap((result) => result.findings.map((finding) => finding.audit)));
  for (const id of [
    'trust-not-evaluated',
    'pin-whole-certificate',
    'pin-single',
    'xcconfig-comment-trap',
    'refresh-uncoordinated',
    'form-not-encoded',
    'pinned-session-bypassed',
    'keychain-delete-with-value',
    'logout-incomplete',
  ])
    expect(found, id).toContain(id);
});

it('says of each audit what it was not given: sources of an archive, a history, a property list that is broken', async () => {
  const unseen = async (files: Record<string, string>, id: string) =>
    runAudits(audits, await read(files)).find((result) => result.audit.id === id)?.unseen;
  const sources = { 'a.swift': 'let a = 1', 'Info.plist': '<plist><dict><key>A</key><true/></dict></plist>' };
  expect(await unseen(sources, 'sensitive-logging')).toBeUndefined();
  expect(await unseen(sources, 'ats-arbitrary-loads')).toBeUndefined();
  expect(await unseen(sources, 'history-secret')).toBe('No git history was given.');
  expect(await unseen({ ...sources, 'Info.plist': '<plist><dict><key>A' }, 'ats-arbitrary-loads')).toMatch(
    /^Info\.plist could not be read/,
  );
  const executable = Buffer.alloc(64);
  executable.writeUInt32LE(0xfeedfacf);
  const archive = {
    'Payload/Shop.app/Info.plist': sources['Info.plist'],
    'Payload/Shop.app/Shop': executable.toString('latin1'),
    'Payload/Shop.app/start.js': 'start()\n',
  };
  const entries = Object.entries(archive).map(([path, text]) => ({ path, size: text.length, read: () => Buffer.from(text, 'latin1') }));
  const results = runAudits(audits, await assemble(entries, [], { blobs: [], missing: undefined }));
  expect(results.find(({ audit }) => audit.id === 'sensitive-logging')?.unseen).toBe('No source code was given.');
  expect(results.find(({ audit }) => audit.id === 'ats-arbitrary-loads')?.unseen).toBeUndefined();
});

it('reads names that patterns would take for signs of their own', async () => {
  // Swift's raw identifiers (SE-0451) and JavaScript's dollars, wherever an audit looks for a name in the text around it.
  const name = '`user) (data[`';
  const swift = `import AuthenticationServices
struct ${name} { var password: String }
class Login { @AppStorage("role") var ${name}: String
  func handleURL(${name}: URL) { let s = ASWebAuthenticationSession(url: u, callbackURLScheme: "a") { ${name}, error in print(${name}) }
    if ${name} == "admin" { isLoggedIn = true } }
  func signIn(${name}: User, password: String) { print(${name}); print("user \\(${name})"); UserDefaults.standard.set(${name}, forKey: "user")
    URLSession.shared.dataTask(with: URL(string: "https://a.example/?token=" + ${name})!) { ${name}, r, e in print(${name}) }; signIn(${name}: ${name}, password: password) } }
`;
  const script = `import { user$ } from './config';
export const Login = () => { const [$data$, set$data$] = useState({ password: '' });
  const onSubmit = ($data$) => { console.log($data$); AsyncStorage.setItem('user', JSON.stringify($data$)); fetch(\`/login?token=\${$data$}\`); };
  const $user$ = await AsyncStorage.getItem('user'); console.log($user$); axios.post(url, { client_secret: user$.secret });
  return <TextInput onChangeText={($t$) => { console.log($t$); setPassword($t$); }} />; };
`;
  const results = runAudits(audits, await read({ 'a.swift': swift, 'b.jsx': script }));
  expect(results.filter(({ state }) => state === 'error').map(({ audit, why }) => [audit.id, why])).toEqual([]);
});
