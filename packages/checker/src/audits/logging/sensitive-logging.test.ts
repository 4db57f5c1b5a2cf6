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
