import { type AuditContext, defineAudit } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { sensitiveName, words } from '../../flow/sensitive-name.ts';
import type { Dictionary, Expression, Node } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { here } from '../event-place.ts';

const PLAIN = /AsyncStorage|localStorage|sessionStorage|\bMMKV\b|mmkv|redux-persist\/lib\/storage/;
const GUARDED = /[sS]ecure|[kK]eychain|[eE]ncrypt/;
/** Parts of a state that hold the session by their name. */
const SESSION_PART = /\b(?:auth|authentication|session|tokens?|credentials?|login)\b/;

const zustand = (options: string) => ({
  path: 'store.ts',
  text: `export const useAuth = create(persist((set) => ({ token: null, theme: 'light', signIn: (token) => set({ token }) }), { name: 'auth', ${options} }));`,
});
const redux = (config: string) => ({
  path: 'store.ts',
  text: `export const reducer = persistReducer({ key: 'root', ${config} }, rootReducer);`,
});

export const secretsInPersistedState = defineAudit({
  id: 'secrets-in-persisted-state',
  area: 'storage',
  title: 'What a store keeps on disk holds no token',
  failingTitle: 'A store keeps tokens on disk in plain preferences',
  severity: 'high',
  references: {
    checklist: 'tokens-in-keychain',
    masvs: ['MASVS-STORAGE-1'],
    mastg: ['MASTG-TEST-0300'],
    maswe: ['MASWE-0006'],
    cwe: [312, 922],
  },
  why: 'The store writes its state as text: it is in every backup, and on a jailbroken or seized device anybody reads it.',
  remedy: {
    text: 'Name what is kept and leave the session out of it; keep tokens in expo-secure-store or react-native-keychain.',
    language: 'typescript',
    code: "persist(create, {\n  name: 'settings',\n  storage: createJSONStorage(() => AsyncStorage),\n  partialize: ({ theme, locale }) => ({ theme, locale }),\n})",
  },
  needs: ['code'],
  samples: {
    fail: [
      zustand('storage: createJSONStorage(() => AsyncStorage)'),
      zustand('storage: createJSONStorage(() => AsyncStorage), partialize: (state) => ({ token: state.token })'),
      redux("storage: AsyncStorage, whitelist: ['auth', 'settings']"),
      {
        path: 'store.ts',
        text: "const account = createSlice({ name: 'account', initialState: { refreshToken: null }, reducers: {} });\nexport const reducer = persistReducer({ key: 'root', storage: AsyncStorage }, combineReducers({ account: account.reducer }));",
      },
      {
        path: 'store.ts',
        text: "const account = createSlice({ name: 'account', initialState: { refreshToken: null }, reducers: {} });\nexport const reducer = persistReducer({ key: 'account', storage: AsyncStorage }, account.reducer);",
      },
      {
        path: 'atoms.ts',
        text: "import AsyncStorage from '@react-native-async-storage/async-storage'\nimport { atomWithStorage } from 'jotai/utils'\nconst storage = createJSONStorage(() => AsyncStorage)\nexport const auth = atomWithStorage('auth', { access_token: null }, storage);",
      },
      { path: 'atoms.ts', text: "export const token = atomWithStorage('authToken', null, createJSONStorage(() => AsyncStorage));" },
    ],
    pass: [
      zustand('storage: createJSONStorage(() => AsyncStorage), partialize: (state) => ({ theme: state.theme })'),
      zustand('storage: createJSONStorage(() => secureStorage)'),
      redux("storage: AsyncStorage, whitelist: ['cart']"),
      redux("storage: AsyncStorage, blacklist: ['auth']"),
      redux("storage: AsyncStorage, whitelist: ['auth'], transforms: [encryptTransform({ secretKey })]"),
      {
        path: 'store.ts',
        text: "const account = createSlice({ name: 'account', initialState: { refreshToken: null }, reducers: {} });\nexport const reducer = persistReducer({ key: 'basket', storage: AsyncStorage }, basket.reducer);",
      },
      { path: 'atoms.ts', text: "export const theme = atomWithStorage('theme', 'light', createJSONStorage(() => AsyncStorage));" },
    ],
  },
  calls: [
    {
      names: ['persist'],
      check(event, context) {
        const [creator, options] = event.args;
        if (creator === undefined || options?.value.kind !== 'dictionary' || !isPlain(event, options.value)) return;
        const kept = entryOf(options.value, 'partialize');
        const name = secretIn(kept ?? creator.value);
        if (name !== undefined) report(event, options, name, context);
      },
    },
    {
      names: ['persistReducer', 'persistCombineReducers'],
      check(event, context) {
        const config = event.args[0];
        const { entries } = config?.known ?? {};
        if (config === undefined || entries === undefined || !isPlain(event, config.value)) return;
        const listed = (key: string) => entries.get(key)?.items?.flatMap(({ text }) => text ?? []);
        const kept = listed('whitelist');
        const left = listed('blacklist') ?? [];
        const own = entries.get('key')?.text ?? '';
        const name =
          kept?.find((part) => SESSION_PART.test(words(part))) ??
          (kept === undefined && SESSION_PART.test(words(own)) && left.length === 0 ? own : undefined) ??
          slicesWithSecrets(context).find((slice) =>
            kept === undefined ? (own === 'root' || own === slice) && !left.includes(slice) : kept.includes(slice),
          );
        if (name !== undefined && !(kept === undefined && left.some((part) => SESSION_PART.test(words(part)))))
          report(event, config, name, context);
      },
    },
    {
      names: ['atomWithStorage', 'useAsyncStorage'],
      check(event, context) {
        const key = event.args[0]?.known.text ?? '';
        const own = key.replace(/^@\w*[:/]|^@/, '');
        if (sensitiveName(own) !== 'credential' && !(event.name === 'atomWithStorage' && SESSION_PART.test(words(own)))) return;
        const storage = event.args[2];
        if (event.name === 'useAsyncStorage' || (storage !== undefined && isPlain(event, storage.value)))
          report(event, event.node, key, context);
      },
    },
  ],
});

const report = (event: CallEvent, node: { start: number; end: number }, name: string, context: AuditContext): void =>
  context.report({
    at: here(event.scene, node),
    message: `“${name}” is kept on disk by ${event.name}, in a plain file.`,
    confidence: 'medium',
  });

/** Whether options, or the storage they name, are of a kind that encrypts nothing. */
function isPlain(event: CallEvent, options: Expression): boolean {
  const { unit } = event.scene;
  let text = unit.source.slice(options.start, options.end);
  const storage = options.kind === 'dictionary' ? (entryOf(options, 'storage') ?? entryOf(options, 'getStorage')) : options;
  const names: string[] = [];
  for (const node of storage === undefined ? [options] : [storage])
    walk(node, (item) => {
      if (item.kind === 'name') names.push(item.text);
    });
  // `storage` from the library stands for the browser's; own storages are read where they are declared.
  for (const name of names) text += declaredText(event, name);
  return PLAIN.test(text) && !GUARDED.test(text);
}

function declaredText({ scene: { unit } }: CallEvent, name: string): string {
  const imported = new RegExp(`import\\s+[^;'"]*\\b${name.replaceAll(/\W/g, '')}\\b[^;'"]*from\\s*['"]([^'"]+)`).exec(unit.source);
  if (imported !== null) return ` ${imported[1]}`;
  let found = '';
  walk(unit.tree.statements, (node) => {
    if (node.kind === 'declare' && node.name === name) found = ` ${unit.source.slice(node.start, node.end)}`;
  });
  return found;
}

const entryOf = (node: Dictionary, key: string): Expression | undefined =>
  node.entries.find((entry) => entry.key.kind === 'string' && entry.key.parts[0] === key)?.value;

/** A part of the state that is a credential by its name; functions of the store only handle it. */
function secretIn(node: Node | readonly Node[]): string | undefined {
  let found: string | undefined;
  walk(node, (item) => {
    if (item.kind !== 'dictionary') return;
    for (const { key, value } of item.entries) {
      const name = key.kind === 'string' ? key.parts.join('') : '';
      if (value.kind !== 'closure' && sensitiveName(name) === 'credential') found ??= name;
    }
  });
  return found;
}

const slices = new WeakMap<object, string[]>();

/** Names of Redux slices whose first state has a credential in it. */
function slicesWithSecrets({ artifacts }: AuditContext): string[] {
  let known = slices.get(artifacts);
  if (known === undefined) {
    known = [];
    for (const unit of artifacts.code) {
      if (unit.test || !unit.source.includes('createSlice')) continue;
      const name = /\bname:\s*['"]([\w-]+)['"]/.exec(unit.source)?.[1];
      let secret: string | undefined;
      walk(unit.tree.statements, (node) => {
        if (node.kind === 'declare' && /^initial\w*State$/i.test(node.name) && node.value !== undefined) secret ??= secretIn(node.value);
        if (node.kind === 'dictionary') {
          const state = entryOf(node, 'initialState');
          if (state !== undefined) secret ??= secretIn(state);
        }
      });
      if (name !== undefined && secret !== undefined) known.push(name);
    }
    slices.set(artifacts, known);
  }
  return known;
}
