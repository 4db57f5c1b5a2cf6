import { expect, it } from 'vitest';
import { assemble } from '../gather/assemble.ts';
import type { CallEvent } from './events.ts';
import { Flow } from './flow.ts';

/** What is known of the argument of each `sink(…)` of a file, in the order of reading. */
async function sinks(source: string, path = 'Sample.swift') {
  const { code, project } = await assemble([{ path, size: source.length, read: () => Buffer.from(source) }], [], {
    blobs: [],
    missing: undefined,
  });
  const seen: CallEvent[] = [];
  const flow = new Flow(project, {
    call(event) {
      if (event.name === 'sink') seen.push(event);
    },
  });
  for (const unit of code) flow.run(unit);
  return seen.map((event) => event.args[0]?.known ?? {});
}

const secrets = async (source: string, path?: string) => (await sinks(source, path)).map((value) => value.sensitive?.name);

it.each([
  [
    'the answer to a sign-in, by the address the request was made with',
    'func f() { AF.request("https://a.example/auth/login").responseJSON { answer in sink(answer) }; AF.request("https://a.example/news").responseJSON { answer in sink(answer) } }',
    ['the answer to a sign-in', undefined],
  ],
  [
    'a function that signs in with another account',
    'func loginWithGoogle() { session.dataTask(with: r) { data, _, _ in sink(data) } }\nfunc loginTitle() { session.dataTask(with: r) { data, _, _ in sink(data) } }\nfunc logins() { session.dataTask(with: r) { data, _, _ in sink(data) } }',
    ['the answer to a sign-in', 'the answer to a sign-in', undefined],
  ],
  [
    'a key that was derived, but no hash',
    'func f(password: String) { let derivedKey = pbkdf2(password); sink(derivedKey); let stored = pbkdf2(password); sink(stored) }',
    ['derivedKey', undefined],
  ],
  [
    'no part of a request that says nothing',
    'func f(token: String) { var r = URLRequest(url: u); r.setValue(token, forHTTPHeaderField: "Authorization"); sink(r); sink(r.httpMethod) }',
    ['token', undefined],
  ],
  [
    'a tuple, part by part',
    'func f(password: String, n: String) { let (a, b) = (n, password); sink(a); sink(b) }',
    [undefined, 'password'],
  ],
  [
    'a tuple that a function gives back',
    'func pair(_ x: String, _ y: String) -> (String, String) { (x, y) }\nfunc f(password: String, n: String) { let (a, b) = pair(n, password); sink(a); sink(b) }',
    [undefined, 'password'],
  ],
  [
    'labels of a tuple',
    'func f(password: String, n: String) { let t = (who: n, what: password); sink(t.who); sink(t.what) }',
    [undefined, 'password'],
  ],
  [
    'a swap',
    'func f(password: String, n: String) { var a = "", b = ""; (a, b) = (n, password); sink(a); sink(b) }',
    [undefined, 'password'],
  ],
  [
    'what an enum case calls its values',
    'enum Step { case login(user: String, password: String), idle }\nfunc f(_ s: Step) { switch s { case .login(let a, let b): sink(a); sink(b)\n default: break } }',
    [undefined, 'password'],
  ],
  [
    'what a case was made of',
    'enum Step { case code(String) }\nfunc f(password: String) { let s = Step.code(password); if case .code(let c) = s { sink(c) } }',
    ['password'],
  ],
  ['the value a setter is given', 'class Box { var pin: String { get { "" } set { sink(newValue) } } }', ['pin']],
  [
    'a store through the setter of another class',
    'class Keep { var value: String { get { "" } set { sink(newValue) } } }\nfunc f(k: Keep, password: String) { k.value = password }',
    [undefined, 'password'],
  ],
  [
    'a property wrapper of the project',
    '@propertyWrapper struct Kept { var wrappedValue: String { get { "" } set { sink(newValue) } } }\nenum S { @Kept static var authToken: String }',
    [undefined, 'authToken'],
  ],
  [
    'what an initialiser kept, read by a method',
    'class Vault { private let v: String\n init(_ s: String) { v = s }\n func raw() -> String { v } }\nfunc f(password: String) { let a = Vault(password); sink(a.raw()) }',
    ['password'],
  ],
  [
    'an extension of a text',
    'extension String { var quoted: String { "<" + self + ">" }\n func padded() -> String { self + " " } }\nfunc f(password: String) { sink(password.quoted); sink(password.padded()) }',
    ['password', 'password'],
  ],
  [
    'a closure in a variable',
    'func f(password: String) { let use: (String) -> Void = { s in sink(s) }; use(password) }',
    [undefined, 'password'],
  ],
  ['conversions by a collection type', 'func f(password: String) { sink([UInt8](password.utf8)) }', ['password']],
  [
    'an encoder of the whole object',
    'struct Session: Codable { let accessToken: String; let name: String }\nstruct Item: Codable { let title: String }\nfunc f(s: Session, i: Item) throws { sink(try JSONEncoder().encode(s)); sink(try JSONEncoder().encode(i)) }',
    ['Session.accessToken', undefined],
  ],
  [
    'the key of a stored text',
    'func f(r: URLRequest) { sink(r.value(forHTTPHeaderField: "Authorization")); sink(r.value(forHTTPHeaderField: "Accept")) }',
    ['Authorization', undefined],
  ],
  ['the first of those that fit', 'func f(passwords: [String]) { sink(passwords.first { $0.isEmpty }) }', ['passwords']],
])('follows a secret through %s', async (_what, source, expected) => {
  expect(await secrets(source)).toEqual(expected);
});

it('knows how a composed address begins, and what was opened with it', async () => {
  const found = await sinks(
    'let base = "http://shop.example"\nfunc f(q: String) { sink(base + "/find?q=" + q); sink(URLRequest(url: URL(string: "\\(base)/x")!)); let t = session.webSocketTask(with: URL(string: base)!); sink(t) }',
  );
  expect(found.map((value) => value.text ?? value.head)).toEqual([
    'http://shop.example/find?q=',
    'http://shop.example/x',
    'http://shop.example',
  ]);
});

it('prefers the function of the same file', async () => {
  const files = ['one', 'two'].map((name) => ({
    path: `${name}.swift`,
    text: `private func word() -> String { "${name}" }\nfunc use_${name}() { sink(word()) }`,
  }));
  const { code, project } = await assemble(
    files.map(({ path, text }) => ({ path, size: text.length, read: () => Buffer.from(text) })),
    [],
    { blobs: [], missing: undefined },
  );
  const texts: unknown[] = [];
  const flow = new Flow(project, {
    call(event) {
      if (event.name === 'sink') texts.push(event.args[0]?.known.text);
    },
  });
  for (const unit of code) flow.run(unit);
  expect(texts).toEqual(['one', 'two']);
});

it('sees the variables of a closure in a function declared inside it, before a global of their name', async () => {
  const source =
    "const secretKey = 'none';\nexport default memo(() => { const [secretKey] = useKey(); const show = () => { sink(secretKey); }; });";
  expect(await secrets(source, 'a.ts')).toEqual(['secretKey']);
});

it('reads a listener declared in a closure with what it will be given', async () => {
  const source =
    "export default memo(() => { const opened = (link) => { sink(link); }; useEffect(() => { Linking.addEventListener('url', opened); }); });";
  expect((await sinks(source, 'a.ts')).map(({ foreign }) => foreign)).toContain('a link that opened the app');
});

it('does not take what the state of a component begins with for what it holds', async () => {
  const source =
    "const empty = { password: '', page: 1 };\nclass A extends Component { state = empty; show() { const { password, page } = this.state; sink(password); sink(page); } }";
  expect(await secrets(source, 'a.ts')).toEqual(['password', undefined]);
});

it('takes a buffer for constant until it is written to', async () => {
  const found = await sinks(
    'func f() { var a = Data(count: 16); sink(a); a.withUnsafeMutableBytes { SecRandomCopyBytes(kSecRandomDefault, 16, $0.baseAddress!) }; sink(a) }',
  );
  expect(found.map((value) => [value.literal === true, value.random === true])).toEqual([
    [true, false],
    [false, true],
  ]);
});

it('takes what a store answers for no constant, though the store is made of constants', async () => {
  const [answer] = await sinks('let keychain = Keychain(service: "a")\nfunc f() { sink(keychain["k"]) }');
  expect(answer?.literal).not.toBe(true);
});

it('knows the one object of a class by its type', async () => {
  const [swift] = await sinks('func f() { let d = UserDefaults.standard; sink(d) }');
  const [made] = await sinks('- (void)f { sink([[UIWebView alloc] initWithFrame:r]); }', 'a.m');
  expect([swift?.type, made?.type]).toEqual(['UserDefaults', 'UIWebView']);
});

it.each([
  ['POST', 'https://a.example/login', ['the answer to a sign-in']],
  ['GET', 'https://a.example/news', [undefined]],
])('knows what AFNetworking gives its success block after a %s to %s', async (method, address, expected) => {
  const source = `- (void)f { [manager ${method}:@"${address}" parameters:p success:^(id task, id answer) { sink(answer); } failure:nil]; }`;
  expect(await secrets(source, 'a.m')).toEqual(expected);
});

it.each([
  ['names of a pattern', 'const f = (a) => { const { b, c, ...d } = sink(a); };', 'app.ts'],
  ['names of a pattern, of a part', 'const f = (a) => { const { b, c } = sink(a).data; };', 'app.ts'],
  ['names of a list', 'const f = async (a) => { const [b, , c = 1, ...d] = await sink(a); };', 'app.ts'],
  ['names of no list', 'const f = (a) => { const [] = sink(a); };', 'app.ts'],
  ['names of a tuple', 'func f() async { let (data, response) = await sink(a) }', 'Sample.swift'],
])('reads a call once, however many %s its answer is given to', async (_name, source, path) => {
  expect(await sinks(source, path)).toHaveLength(1);
});

it('reads a call again in a function that is called again', async () => {
  const source = 'function remember(a) { const { b, c } = sink(a); }\nexport const f = (token) => { remember("x"); remember(token); };';
  expect(await secrets(source, 'app.ts')).toEqual([undefined, undefined, 'token']);
});

it('gives each name of a list its part, and leaves to their names what hooks give', async () => {
  const source =
    "const f = (token) => { const [a, b] = ['x', token]; sink(a); sink(b); const [c, d] = useState(token); sink(c); const [, e] = token.split('.'); sink(e); };";
  const found = await sinks(source, 'a.ts');
  expect(found.map(({ text, sensitive }) => text ?? sensitive?.name)).toEqual(['x', 'token', undefined, 'token']);
});

it.each([
  ['a text', "this.seed = 'k3yk3yk3y'", 'k3yk3yk3y'],
  ['a text that is replaced later', "this.seed = 'k3yk3yk3y'; } renew() { this.seed = random()", undefined],
  ['what it was given', 'this.seed = seed', undefined],
])('knows a field that a constructor sets to %s', async (_what, set, text) => {
  const [field] = await sinks(`class Signer { constructor(seed) { ${set}; } sign(a) { sink(this.seed); } }`, 'a.js');
  expect(field?.text).toBe(text);
});

it('takes a property for no constant where it is given something else later, in what a view draws too', async () => {
  const source = (later: string) =>
    `struct V: View { @State private var key = ""\n var body: some View { Button("a") { ${later} }\n sink(key) } }`;
  expect((await sinks(source('key = typed')))[0]?.literal).not.toBe(true);
  expect((await sinks(source('close()')))[0]?.text).toBe('');
});

it('finds a function among others of its name by its labels', async () => {
  const others = Array.from({ length: 50 }, (_, index) => `func open(box${index}: String) -> String { return "b${index}" }`).join('\n');
  const [found] = await sinks(`${others}\nfunc f() { sink(open(box42: x)) }`);
  expect(found?.text).toBe('b42');
});
