import { describe, expect, it } from 'vitest';
import { assemble } from '../../gather/assemble.ts';
import { runAudits } from '../../judge/run-audits.ts';
import { sensitiveLogging } from './sensitive-logging.ts';

/** Numbers of the lines that log what nobody should read. */
async function leaks(source: string, path = 'Sample.swift'): Promise<number[]> {
  const artifacts = await assemble([{ path, size: source.length, read: () => Buffer.from(source) }], [], {
    blobs: [],
    missing: undefined,
  });
  const [result] = runAudits([sensitiveLogging], artifacts);
  expect(result?.state).not.toBe('error');
  return (result?.findings ?? []).map(({ line }) => line);
}

const swift = (statement: string) => `func f(value: String, text: String) {\n${statement}\n}`;
const objectiveC = (statement: string) => `- (void)f:(NSString *)value other:(NSString *)text {\n${statement}\n}`;
const script = (statement: string) => `export const f = (value, text) => {\n${statement}\n};`;

describe('a value that the text before it calls a secret', () => {
  it.each([
    ['a.swift', swift('print("Access token: \\(value)")')],
    ['a.swift', swift('print("token =", value)')],
    ['a.swift', 'func f(code: String) {\nprint("sms code: \\(code)")\n}'],
    ['a.swift', swift('print("JWT -> " + value)')],
    ['a.swift', swift('print("otp is \\(String(describing: value))")')],
    ['a.swift', swift('NSLog("user %@ with password: %@", text, value)')],
    ['a.swift', swift('os_log("refresh token %{public}@", value)')],
    ['a.swift', swift('print("[Auth] API key: \\(value)")')],
    ['a.m', objectiveC('NSLog(@"access token = %@", value);')],
    ['a.m', objectiveC('NSLog(@"decrypted text: %@", value);')],
    ['a.ts', script("console.log('token', value);")],
    ['a.ts', script("console.log('🔑 token:', value);")],
    ['a.ts', script('console.log(`[AUTH] access_token=$' + '{value}`);')],
    ['a.ts', script("console.log('Password: ' + value);")],
    ['a.ts', script('console.log(`JWT: $' + '{value}`);')],
    ['a.m', 'void f(id responseObject) {\nNSLog(@"Shop Login JSON: %@", responseObject);\n}'],
    ['a.swift', 'func f(result: Any) {\nprint("signup response: \\(result)")\n}'],
    ['a.ts', "export const f = (res) => {\nconsole.log('Login response:', res.data);\n};"],
    ['a.ts', "export const f = (res) => {\nconsole.log('Loaded account info: ', JSON.stringify(res.data));\n};"],
  ])('is told in %s: %s', async (path, source) => expect(await leaks(source, path)).toEqual([2]));

  it.each([
    ['a.swift', swift('print("Failed to save token: \\(value)")')],
    ['a.swift', swift('print("No password for \\(value)")')],
    ['a.swift', swift('print("token length: \\(value.count)")')],
    ['a.swift', swift('print("token: \\(value.isEmpty)")')],
    ['a.swift', swift('os_log("refresh token %{private}@", value)')],
    ['a.swift', swift('os_log("refresh token %@", value)')],
    ['a.swift', 'func f(error: Error) {\nprint("token: \\(error)")\n}'],
    ['a.swift', 'func f(deviceToken: String) {\nprint("Token: \\(deviceToken)")\n}'],
    ['a.m', objectiveC('NSLog(@"token error: %@", value);')],
    ['a.m', objectiveC('NSLog(@"100%% of password, theme: %@", value);')],
    ['a.ts', script("console.log('token refresh failed', value);")],
    ['a.ts', script("console.log('error loading user data', value);")],
    ['a.ts', "export const f = (res) => {\nconsole.log('user data', res.status);\n};"],
    ['a.swift', 'func f(result: Any) {\nprint("user data: \\(result)")\n}'],
    ['a.ts', script("console.log('token', value.length);")],
    ['a.ts', "export const f = (res) => {\nconsole.log('Login response:', res.status);\n};"],
    ['a.ts', "export const f = (error) => {\nconsole.log('login result', error);\n};"],
    ['a.swift', 'func f(response: URLResponse) {\nlet s = URLSession.shared; print("login response: \\(response)")\n}'],
    ['a.ts', script("console.log('token', typeof value);")],
    ['a.ts', script("console.log('token exists:', !!value);")],
    ['a.ts', script("console.log('password matches:', value);")],
    ['a.ts', script("console.log('credentials saved', value);")],
    ['a.ts', script("console.log('FCM token:', value);")],
    ['a.ts', script("console.log('theme: ' + value);")],
  ])('is not taken for one in %s: %s', async (path, source) => expect(await leaks(source, path)).toEqual([]));
});

describe('a function that logs by its name', () => {
  it.each(['ABCDLogVerbose', 'MYLOG', 'dlog', 'debugPrintLn', 'printLog', 'Tools.printLog', 'Helper.logError', 'appLog'])(
    '%s logs',
    async (name) => expect(await leaks(`func f(password: String) {\n${name}(password)\n}`)).toEqual([2]),
  );
  it.each(['DIALOG', 'catalog', 'showDialog', 'Meals.logDinner', 'login', 'blueprint', 'printer.enqueue'])('%s does not', async (name) =>
    expect(await leaks(`func f(password: String) {\n${name}(password)\n}`)).toEqual([]),
  );
});

describe('requests and answers', () => {
  const client = (address: string, line: string) =>
    `func send(_ path: String) async throws {\n  var r = URLRequest(url: ${address})\n  r.setValue(bearer(), forHTTPHeaderField: "Authorization")\n  let (data, response) = try await URLSession.shared.data(for: r)\n  ${line}\n}`;
  it.each([
    ['the answer as text', client('base(path)', 'print(String(decoding: data, as: UTF8.self))'), [5]],
    ['the answer kept as text', client('base(path)', 'if let json = String(data: data, encoding: .utf8) { print("got \\(json)") }'), [5]],
    ['the body of the request', client('base(path)', 'print(String(data: r.httpBody!, encoding: .utf8)!)'), [5]],
    ['the request as a command line', client('base(path)', 'print(r.curlString)'), [5]],
    ['the number of bytes', client('base(path)', 'print(data, response)'), []],
    ['the length of the body', client('base(path)', 'print(r.httpBody?.count ?? 0)'), []],
    ['the method', client('base(path)', 'print("sent \\(r.httpMethod ?? "")")'), []],
    [
      'the answer of one public address',
      client('URL(string: "https://api.example.com/news")!', 'print(String(decoding: data, as: UTF8.self))'),
      [],
    ],
  ])('%s', async (_what, source, lines) => expect(await leaks(source)).toEqual(lines));

  it.each([
    ['response.data', 'response', [2]],
    ['JSON.stringify(response.data)', 'response', [2]],
    ['config.data', 'request', [2]],
    ['response.status', 'response', []],
    ['config.method, config.url', 'request', []],
  ])('%s in an interceptor', async (shown, direction, lines) =>
    expect(
      await leaks(
        `api.interceptors.${direction}.use((${shown.includes('config') ? 'config' : 'response'}) => {\nconsole.log(${shown});\n});`,
        'a.ts',
      ),
    ).toEqual(lines),
  );

  it.each([
    ["await axios.post(base + '/auth/google/verify', { code })", [2]],
    ['await GoogleSignin.signIn()', [2]],
    ["await axios.get(base + '/news')", []],
    ['await Sensors.getSession()', []],
  ])('the answer of %s', async (call, lines) =>
    expect(await leaks(`export const f = async (code) => { const answer = ${call};\nconsole.log(answer);\n};`, 'a.ts')).toEqual(lines),
  );
});

describe('whole objects', () => {
  const form = (body: string) => `export const Screen = () => {\n${body}\nreturn <Field name="password" />;\n};`;
  it.each([
    ['what a form hands over', form('const onSubmit = async (data) => { console.log(data); };'), [2]],
    ['the values of a form', form('const a = <Form onSubmit={(values) => { console.log(values); }} />;'), [2]],
    ['the state behind a form', form("const [f, setF] = useState({ name: '', password: '' }); const go = () => { console.log(f); };"), [2]],
    ['a state without secrets', form("const [f, setF] = useState({ name: '', page: 1 }); const go = () => { console.log(f); };"), []],
    ['what a list hands over', form('const onEndReached = (data) => { console.log(data); };'), []],
    ['a function begun after the handler', form('const onSubmit = (data) => { list.map((data) => { console.log(data); }); };'), []],
    ['a person’s record', 'export const f = (accountData) => {\nconsole.log("made", accountData);\n};', [2]],
    ['one harmless member of it', 'export const f = (accountData) => {\nconsole.log("made", accountData.plan);\n};', []],
    ['the whole environment', 'export const f = () => {\nconsole.log(process.env);\n};', [2]],
    ['one setting of it', 'export const f = () => {\nconsole.log(process.env.NODE_ENV);\n};', []],
  ])('%s', async (_what, source, lines) => expect(await leaks(source, 'a.tsx')).toEqual(lines));
});

describe('the answer of a sign-in', () => {
  it.each([
    ['await login(email, password)', 'answer', [2]],
    ['await login(email, password)', 'isSignedIn', []],
    ['await login(page)', 'answer', []],
    ['await authorize(config)', 'answer', [2]],
  ])('%s as %s', async (call, name, lines) =>
    expect(
      await leaks(`export const f = async (email, password, page) => { const ${name} = ${call};\nconsole.log(${name});\n};`, 'a.ts'),
    ).toEqual(lines),
  );

  it.each([
    [
      'a block with the answer alone',
      '[client postPath:@"/oauth2/access_token.json" parameters:p success:^(id json) {\nNSLog(@"%@", json); }];',
      [3],
    ],
    ['a block of another request', '[client postPath:@"/news.json" parameters:p success:^(id json) {\nNSLog(@"%@", json); }];', []],
  ])('Objective-C: %s', async (_what, source, lines) => expect(await leaks(`- (void)f {\n${source}\n}`, 'a.m')).toEqual(lines));

  it('is not what a failure carries', async () =>
    expect(
      await leaks(
        'func f() { AF.request("https://a.example/login").responseJSON { response in\nswitch response.result {\ncase .success(let answer): print(answer)\ncase .failure(let e): print(e)\n} } }',
      ),
    ).toEqual([3]));
});

describe('the address a sign-in page comes back with', () => {
  const swift = (line: string) =>
    `import AuthenticationServices\nclass OAuth { func f() { let s = ASWebAuthenticationSession(url: u, callbackURLScheme: "a") { url, error in\n${line}\n} } }`;
  it.each([
    ['the closure of the session', 'a.swift', swift('print(url!)'), [3]],
    ['its scheme', 'a.swift', swift('print(url!.scheme)'), []],
    ['the error beside it', 'a.swift', swift('print(error)'), []],
    [
      'what opens a scene',
      'a.swift',
      'class OAuth { func scene(_ scene: UIScene, openURLContexts all: Set<UIOpenURLContext>) {\nprint(all.first?.url)\n} }',
      [2],
    ],
    ['what opens a view', 'a.swift', 'struct OAuth { var body: some Scene { Start().onOpenURL { url in\nprint("back \\(url)")\n} } }', [2]],
    [
      'what opens a view elsewhere',
      'a.swift',
      'struct Shop { var body: some Scene { Start().onOpenURL { url in\nprint("back \\(url)")\n} } }',
      [],
    ],
    [
      'what opens the app in Objective-C',
      'a.m',
      '- (BOOL)application:(UIApplication *)app openURL:(NSURL *)url options:(NSDictionary *)o {\nNSLog(@"oauth %@", url);\n}',
      [2],
    ],
    ['a listener', 'a.ts', "// oauth\nLinking.addEventListener('url', ({ url }) => {\nconsole.log(url);\n});", [3]],
  ])('%s', async (_what, path, source, lines) => expect(await leaks(source, path)).toEqual(lines));
});

describe('what is typed', () => {
  const field = (sets: string) => `export const F = () => <Input onChangeText={(typed) => {\nconsole.log(typed);\n${sets}; }} />;`;
  it.each([
    ['setPassword(typed)', [2]],
    ['setForm({ ...form, password: typed })', [2]],
    ["change('password', typed)", [2]],
    ['setForm({ ...form, title: typed })', []],
    ['setQuery(typed)', []],
  ])('%s', async (sets, lines) => expect(await leaks(field(sets), 'a.tsx')).toEqual(lines));
});

describe('a person', () => {
  it.each([
    ['a.swift', 'struct Profile { let email: String }\nfunc f(p: Profile) {\nprint("now \\(p)")\n}', [3]],
    ['a.swift', 'struct Profile { let theme: String }\nfunc f(p: Profile) {\nprint("now \\(p)")\n}', []],
    ['a.swift', 'struct Newsletter { let email: String }\nfunc f(p: Newsletter) {\nprint("now \\(p)")\n}', []],
    ['a.ts', 'export const f = (user) => {\nconsole.log("in", user);\n};', [2]],
    ['a.ts', 'export const f = (user) => {\nconsole.log("in", user.id);\n};', []],
    ['a.ts', 'export const f = (res) => {\nconsole.log(res.data.user);\n};', [2]],
    ['a.ts', 'import { supabase } from "./a";\nexport const f = (session) => {\nconsole.log(session);\n};', [3]],
    ['a.ts', 'import { workouts } from "./a";\nexport const f = (session) => {\nconsole.log(session);\n};', []],
    ['a.ts', 'export const f = async () => { const token = await messaging().getToken();\nconsole.log("FCM", token);\n};', []],
    ['a.ts', "export const f = async () => { const v = await AsyncStorage.getItem('userData');\nconsole.log(v);\n};", [2]],
    ['a.ts', "export const f = async () => { const v = await AsyncStorage.getItem('theme');\nconsole.log(v);\n};", []],
    [
      'a.swift',
      'class A { let m = CLLocationManager()\nfunc f(locations: [CLLocation]) {\nprint(locations.last!)\nprint(locations.count)\n} }',
      [3],
    ],
  ])('%s %s', async (path, source, lines) => expect(await leaks(source, path)).toEqual(lines));
});
