import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext, SourceTextModule } from 'node:vm';

/**
 * Run as a program by bare-globals.test.ts, with `--experimental-vm-modules`. It loads the client core and the pure memory
 * adapters, from source, into a realm that has the language and nothing of Node, then lives a whole session there: what
 * React Native's engine lacks is missing here too (knowledge of its globals: Hermes V1, React Native 0.86).
 */

/** Parts of the language's library that V8 has and Hermes has not. */
const LACKING = [
  'Array.prototype.toSorted Array.prototype.toReversed Array.prototype.toSpliced Array.prototype.with Array.fromAsync',
  'Object.groupBy Map.groupBy Promise.withResolvers Promise.try',
  'Uint8Array.fromBase64 Uint8Array.prototype.toBase64 Uint8Array.prototype.toHex Uint8Array.fromHex',
  'FinalizationRegistry SharedArrayBuffer Atomics WebAssembly Iterator console',
]
  .join(' ')
  .split(' ');

const context = createContext({});
runInContext(LACKING.map((path) => `delete globalThis.${path};`).join('\n'), context);

const source = join(dirname(fileURLToPath(import.meta.url)), '..');
const protocol = join(source, '../../protocol/src/index.ts');
const loaded = new Map<string, SourceTextModule>();

function load(path: string): SourceTextModule {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const code = stripTypeScriptTypes(readFileSync(path, 'utf8'), { mode: 'strip' });
  const module = new SourceTextModule(code, { context, identifier: path });
  loaded.set(path, module);
  return module;
}

const entry = load(join(source, 'testing/bare-session.ts'));
await entry.link((specifier, from) => {
  if (specifier === '@sallyport/protocol') return load(protocol);
  if (!specifier.startsWith('.')) throw new Error(`The core imports ${specifier}`);
  return load(join(dirname(from.identifier), specifier));
});
await entry.evaluate();
const live = (entry.namespace as { live: (means: object) => Promise<unknown> }).live;

// What only a platform has is handed in, as ports.
const { createHash } = await import('node:crypto');
const { createNodeDeviceKey } = await import('../node/device-key.ts');
const result = await live({
  deviceKey: createNodeDeviceKey(),
  digest: { sha256: async (bytes: Uint8Array) => createHash('sha256').update(bytes).digest() },
});
const globals = runInContext('Object.getOwnPropertyNames(globalThis)', context) as string[];
process.stdout.write(JSON.stringify({ result, globals, modules: loaded.size }));
