import { expect, it } from 'vitest';
import { assemble } from '../gather/assemble.ts';
import { Flow } from './flow.ts';
import type { Value } from './value.ts';

/** What is known of the argument of each `sink(…)` of an app, in the order of reading. */
async function sinks(files: Record<string, string>): Promise<Value[]> {
  const entries = Object.entries(files).map(([path, text]) => ({ path, size: text.length, read: () => Buffer.from(text) }));
  const { code, project } = await assemble(entries, [], { blobs: [], missing: undefined });
  const seen: Value[] = [];
  const flow = new Flow(project, {
    call(event) {
      if (event.name === 'sink') seen.push(event.args[0]?.known ?? {});
    },
  });
  for (const unit of code) flow.run(unit);
  return seen;
}

const secrets = async (source: string) => (await sinks({ 'app.tsx': source })).map(({ sensitive }) => sensitive?.name);

const ACCOUNT = 'interface Account { id: string; label: string; token: string }\n';

it.each([
  ['an interface', 'const f = (a: Account) => sink(a)'],
  ['one that may be missing', 'const f = (a?: Account | null) => sink(a)'],
  [
    'what a method answers',
    'interface Api { load(): Promise<Account> }\nasync function f(api: Api) { const a = await api.load(); sink(a); }',
  ],
  [
    'what a function of an object answers',
    'const api = { load: async (id: string): Promise<Account> => (await http.ask(id)).data };\nasync function f() { const a = await api.load("1"); sink(a); }',
  ],
  ['a cast written in place', 'function f(r) { const a = JSON.parse(r) as { account: Account }; sink(a.account); }'],
  ['a list', 'function f(a: Account[]) { sink(a); }'],
  ['a list by its long name', 'function f(a: ReadonlyArray<Account>) { sink(a); }'],
  ['one of a list', 'function f(a: Account[]) { for (const one of a) sink(one); }'],
  ['each of a list', 'function f(a: Account[]) { a.forEach((one) => { sink(one); }); }'],
  ['one by its index', 'function f(a: Account[], i: number) { sink(a[i]); }'],
  ['a part of it', 'function f(a: Partial<Account>) { sink(a); }'],
  ['a record of them', 'function f(a: Record<string, Account>) { sink(a); }'],
  ['a dictionary written in place', 'function f(a: { [id: string]: Account }) { sink(a); }'],
  ['what a function answers', 'async function load(): Promise<Account> { return ask(); }\nasync function f() { sink(await load()); }'],
  [
    'what is stored of that',
    'async function load(): Promise<Account> { return ask(); }\nasync function f() { const a = await load(); sink(JSON.stringify(a)); }',
  ],
  ['what a request answers', 'async function f() { const { data } = await axios.get<Account>(u); sink(data); }'],
  ['an answer as a whole', 'async function f() { const a: AxiosResponse<Account> = await ask(); sink(a.data); }'],
  ['what is said of a call', 'async function f(r) { const a = (await r.json()) as Account; sink(a); }'],
  ['what is said of a call in its place', 'async function f(r) { sink(JSON.parse(r) as Account); }'],
  ['what is said of a name', 'function f(r) { const a = r as unknown as Account; sink(a); }'],
  ['what it satisfies', 'function f(r) { const a = read(r) satisfies Account; sink(a); }'],
  ['a state', 'const Page = () => { const [a, setA] = useState<Account | null>(null); const show = () => sink(a); };'],
  ['a variable', 'let a: Account | undefined;\nfunction f() { a = ask(); sink(a); }'],
  ['a field', 'class Keep { private a: Account | null = null; load() { this.a = ask(); } show() { sink(this.a); } }'],
  [
    'what is stored in a field',
    'class Keep { a = {};\n constructor(readonly b: Account) {} load() { this.c = ask(); sink(this.c); } c: Account }',
  ],
  ['a property of a component', 'interface Props { a: Account }\nconst Row = ({ a }: Props) => sink(a);'],
  ['a property of a component by its annotation', 'interface Props { a: Account }\nconst Row: React.FC<Props> = ({ a }) => sink(a);'],
  ['all properties of a component', 'type Props = { a: Account };\nconst Row = (props: Props) => sink(props.a);'],
  [
    'properties of a class component',
    'type Props = { a: Account };\nclass Row extends React.Component<Props> { render() { sink(this.props.a); } }',
  ],
  ['what holds it', 'type Mine = { theme: string; account?: Account };\nfunction f(a: Mine) { sink(a); }'],
  ['a type inside a function', 'function f(r) { interface Mine { account: Account } const a: Mine = r; sink(a); }'],
])('takes for a secret whole: %s', async (_name, source) => {
  expect(await secrets(ACCOUNT + source)).toEqual(['Account.token']);
});

it.each([
  [
    'a record in a class',
    'class Answer { constructor(readonly user: string, readonly password: string) {} }\nfunction f(a: Answer) { sink(a); }',
    'Answer.password',
  ],
  ['a type written in place', 'function f(a: { pin: string; label: string }) { sink(a); }', 'pin'],
  [
    'a type inside a type',
    'interface Answer { data: { session: { refreshToken: string } } }\nfunction f(a: Answer) { sink(a); }',
    'refreshToken',
  ],
  ['an alias', 'type Mine = Account;\nfunction f(a: Mine) { sink(a); }', 'Mine.token'],
  ['what extends it', 'interface Mine extends Account { theme: string }\nfunction f(a: Mine) { sink(a); }', 'Mine.token'],
  ['what is joined with it', 'type Mine = { theme: string } & Account;\nfunction f(a: Mine) { sink(a); }', 'Mine.token'],
  ['what is left of it', "function f(a: Omit<Account, 'id'>) { sink(a); }", 'token'],
  ['what is picked', "function f(a: Pick<Account, 'token' | 'id'>) { sink(a); }", 'token'],
])('takes for a secret whole: %s', async (_name, source, name) => {
  expect(await secrets(ACCOUNT + source)).toEqual([name]);
});

it.each([
  ['a harmless member', 'function f(a: Account) { sink(a.id); sink(a.label); }'],
  ['a harmless member, taken out', 'function f(a: Account) { const { id, label } = a; sink(label); }'],
  ['a harmless member of each', 'function f(a: Account[]) { a.map(({ label }) => sink(label)); }'],
  [
    'a harmless record of each',
    'interface Two { user: { id: string }; account: Account }\nfunction f(a: Two[]) { a.forEach((one) => sink(one.user)); }',
  ],
  ['how many there are', 'function f(a: Account[]) { sink(a.length); }'],
  ['what is not left', "function f(a: Omit<Account, 'token'>) { sink(a); }"],
  ['what is not picked', "function f(a: Pick<Account, 'id'>) { sink(a); }"],
  ['one of several types', 'interface Guest { id: string }\nfunction f(a: Account | Guest) { sink(a); }'],
  ['what is spelled out', "const blank: Account = { id: '', label: '', token: '' };\nconst f = () => sink(blank);"],
  ['a service that keeps it', 'class Api { token: string;\n ask() {} }\nfunction f(a: Api) { sink(a); }'],
  [
    'a function that gives it',
    'interface Store { getToken(): string; setToken: (token: string) => void }\nfunction f(a: Store) { sink(a); }',
  ],
  ['what is wrong with a form', 'type FormErrors = { password?: string };\nconst f = (a: FormErrors) => sink(a);'],
  [
    'the same by its name',
    'const Page = () => { const [errors, set] = useState<{ password?: string }>({}); const f = () => sink(errors); };',
  ],
  ['how many tokens were used', 'interface Use { tokens_in: number; tokenAmount: string }\nfunction f(a: Use) { sink(a); }'],
  [
    'a type that holds itself',
    'interface Tree { parent: Tree; all: Tree[] }\ntype Loop = Loop;\nfunction f(a: Tree, b: Loop) { sink(a); }',
  ],
])('takes for no secret: %s', async (_name, source) => {
  expect((await secrets(ACCOUNT + source)).filter((name) => name !== undefined)).toEqual([]);
});

it.each([
  ['a boolean', 'const f = ({ password }: { password: boolean }) => sink(password);'],
  ['one of a few texts', "type Token = 'loading' | 'ready';\nfunction f(token: Token) { sink(token); }"],
  ['one of a few texts, in place', "function f(token: 'loading' | 'ready' | null) { sink(token); }"],
  ['an enum', 'enum Password { Old, New }\nfunction f(password: Password) { sink(password); }'],
  ['a function', 'type Ask = () => void;\nfunction f(password: Ask) { sink(password); }'],
  ['a promise of nothing', 'interface Props { refreshToken: Promise<void> }\nconst f = ({ refreshToken }: Props) => sink(refreshToken);'],
  ['a number that counts', 'const f = (token: number) => sink(token);'],
  ['a coin', 'interface Coin { symbol: string; amount: string }\nfunction f(token: Coin) { sink(token); sink(token.symbol); }'],
  ['a record of numbers', 'interface Place { line: number; column: number }\nfunction f(token: Place) { sink(token); }'],
])('does not believe the name of %s', async (_name, source) => {
  expect((await secrets(source)).filter((name) => name !== undefined)).toEqual([]);
});

it.each([
  [
    'keeps its text',
    'interface Field { value: string; error?: string }\nfunction f(password: Field) { sink(password.value); sink(password.error); }',
    ['password', undefined],
  ],
  ['is not wholly known', 'interface Token extends Elsewhere { symbol: string }\nfunction f(token: Token) { sink(token); }', ['token']],
  [
    'holds texts by short names',
    'interface Pair { access: string; refresh: string }\nfunction f(accessToken: Pair) { sink(accessToken); }',
    ['accessToken'],
  ],
  ['is a number people type', 'const f = (pin: number) => sink(pin);', ['pin']],
  ['is a text by another name', 'type Token = string;\nfunction f(token: Token) { sink(token); }', ['token']],
])('believes the name of what %s', async (_name, source, expected) => {
  expect(await secrets(source)).toEqual(expected);
});

it('means by a name the type of the same file, else of an imported one, else what all of that name say', async () => {
  const files = {
    'a.ts': 'export interface State { token: string }\nexport const a = (s: State) => sink(s);',
    'b.ts': 'export interface State { page: number }\nexport const b = (s: State) => sink(s);',
    'c.ts': "import type { State } from './a';\nexport const c = (s: State) => sink(s);",
    'd.ts': 'export const d = (s: State) => sink(s);',
  };
  expect((await sinks(files)).map(({ sensitive }) => sensitive?.name)).toEqual(['State.token', undefined, 'State.token', undefined]);
});

it.each([
  [
    'follows what an interface declares into the class that does it',
    'interface Keeper { remember(word: string): void }\nclass Memory { remember(word) { sink(word); } }\nconst f = (keeper: Keeper, password: string) => keeper.remember(password);',
    [undefined, 'password'],
  ],
  [
    'takes a parameter that is called for no function of that short a name',
    'function set(word) { sink(word); }\nexport const f = make((set) => ({ keep: (password) => set(password) }));',
    [undefined],
  ],
  [
    'takes a parameter that is called for the one function of its name, which was handed on',
    'function remember(word) { sink(word); }\nexport const Page = ({ remember }) => { const f = (password) => remember(password); };',
    [undefined, 'password'],
  ],
])('%s', async (_name, source, expected) => {
  expect(await secrets(source)).toEqual(expected);
});
