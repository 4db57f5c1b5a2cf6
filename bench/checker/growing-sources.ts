const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** Sources that grow in one thing only, `count` of it: what generated code is like, and where a search is easily as long as its square. */
export const GROWING: readonly { readonly what: string; readonly path: string; readonly text: (count: number) => string }[] = [
  {
    what: 'computed properties of a type',
    path: 'A.swift',
    text: (n) => `enum A {\n${lines(n, (i) => `static var t${i}: String { return tr("text.${i}") }`)}\n}`,
  },
  {
    what: 'stored properties of a type',
    path: 'A.swift',
    text: (n) => `struct A {\n${lines(n, (i) => `var p${i} = "v${i}"`)}\ninit() {\n${lines(n, (i) => `self.p${i} = o${i}`)}\n}\n}`,
  },
  {
    what: 'methods calling each other',
    path: 'A.swift',
    text: (n) => `class A {\n${lines(n, (i) => `func load${i}(token: String) { load${(i + 1) % n}(token: "x${i}") }`)}\n}`,
  },
  {
    what: 'functions of one name',
    path: 'A.swift',
    text: (n) => lines(n, (i) => `func save(a${i}: String, token: String) { save(a${(i + 1) % n}: "x", token: token) }`),
  },
  {
    what: 'classes in a line of descent',
    path: 'A.swift',
    text: (n) => lines(n, (i) => `class C${i + 1}: C${i} { func run() { go(token: "x") } }`),
  },
  {
    what: 'types inside a type',
    path: 'A.swift',
    text: (n) => `enum A {\n${lines(n, (i) => `enum N${i} { static let k = "v${i}"; static var t: String { return tr(k) } }`)}\n}`,
  },
  {
    what: 'cases of an enum, and of a switch',
    path: 'A.swift',
    text: (n) =>
      `enum E {\n${lines(n, (i) => `case c${i}(String)`)}\nvar text: String { switch self {\n${lines(n, (i) => `case .c${i}(let t): return t`)}\n} }\n}`,
  },
  {
    what: 'variables of a function',
    path: 'A.swift',
    text: (n) => `func f() {\n${lines(n, (i) => `let v${i + 1} = make(v${i}, "k${i}")`)}\n}`,
  },
  {
    what: 'branches after each other',
    path: 'A.swift',
    text: (n) => `func f(x: Int) {\nif x == 0 { print(x) }${lines(n, (i) => `else if x == ${i} { print("a${i}") }`)}\n}`,
  },
  { what: 'guards', path: 'A.swift', text: (n) => `func f() {\n${lines(n, (i) => `guard let y${i} = get("k${i}") else { return }`)}\n}` },
  { what: 'entries of a dictionary', path: 'A.swift', text: (n) => `let d = [\n${lines(n, (i) => `"k${i}": "v${i}",`)}\n]` },
  {
    what: 'entries given to a dictionary',
    path: 'A.swift',
    text: (n) => `func f() {\nvar d: [String: String] = [:]\n${lines(n, (i) => `d["k${i}"] = "v${i}"`)}\n}`,
  },
  {
    what: 'members given to an object',
    path: 'A.swift',
    text: (n) => `func f() {\nlet c = Config()\n${lines(n, (i) => `c.field${i} = "v${i}"`)}\n}`,
  },
  { what: 'terms of a sum', path: 'A.swift', text: (n) => `let a = ${lines(n, (i) => `"b${i}" +`)} "z"` },
  { what: 'calls of a chain', path: 'A.swift', text: (n) => `let a = b\n${lines(n, (i) => `.c${i}()`)}` },
  { what: 'secrets that are found', path: 'A.swift', text: (n) => lines(n, (i) => `let apiSecret${i} = "k9f8a7c6b5d4e3f2a1b${i}"`) },
  {
    what: 'secrets that are logged',
    path: 'A.swift',
    text: (n) => `func f(password: String) {\n${lines(n, () => `print("\\(password)")`)}\n}`,
  },
  {
    what: 'methods of an Objective-C class',
    path: 'A.m',
    text: (n) => `@implementation A\n${lines(n, (i) => `- (void)load${i}:(NSString *)t { [self load${(i + 1) % n}:t]; }`)}\n@end`,
  },
  {
    what: 'functions inside a component',
    path: 'A.tsx',
    text: (n) => `export function App() {\n${lines(n, (i) => `const on${i} = () => { set${i}('x'); };`)}\nreturn null; }`,
  },
  {
    what: 'elements of a component',
    path: 'A.tsx',
    text: (n) => `export const A = () => <View>${lines(n, (i) => `<Text onPress={() => go${i}('x')}>{t('k${i}')}</Text>`)}</View>;`,
  },
  {
    what: 'interfaces in a line of descent',
    path: 'A.ts',
    text: (n) =>
      lines(n, (i) => `interface T${i + 1} extends T${i} { token${i}: string }\nexport const f${i} = (x: T${i}) => x.token${i};`),
  },
  {
    what: 'objects made of each other',
    path: 'A.ts',
    text: (n) => `export function f() {\n${lines(n, (i) => `const o${i + 1} = { ...o${i}, k${i}: 'v' };`)}\n}`,
  },
  {
    what: 'what is pushed to a list',
    path: 'A.ts',
    text: (n) => `export function f() { const a = [];\n${lines(n, (i) => `a.push('v${i}');`)}\n}`,
  },
  {
    what: 'what is stored one by one',
    path: 'A.ts',
    text: (n) => `export async function f() {\n${lines(n, (i) => `await AsyncStorage.setItem('token${i}', token${i});`)}\n}`,
  },
  { what: 'steps of a promise', path: 'A.ts', text: (n) => `export const f = () => go()${lines(n, (i) => `.then((x${i}) => x${i}.y)`)};` },
  {
    what: 'keys of a property list',
    path: 'Info.plist',
    text: (n) =>
      `<?xml version="1.0"?><plist version="1.0"><dict>${lines(n, (i) => `<key>k${i}</key><string>v${i}</string>`)}</dict></plist>`,
  },
  {
    what: 'activities of a manifest',
    path: 'AndroidManifest.xml',
    text: (n) =>
      `<manifest xmlns:android="http://schemas.android.com/apk/res/android"><application>${lines(n, (i) => `<activity android:name=".A${i}" android:exported="true"/>`)}</application></manifest>`,
  },
];
