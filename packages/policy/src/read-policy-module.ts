import { registerHooks } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PolicyError } from './policy-error.ts';
import { locateFile } from './policy-source.ts';
import type { PolicyDocument } from './read-policy-document.ts';

/**
 * Runs a TypeScript or JavaScript policy and takes its default export.
 *
 * @param path absolute path of the module.
 * @param file how messages name it.
 * @throws PolicyError `policy-unreadable` when it does not parse, throws, or has no default export.
 */
export async function readPolicyModule(path: string, file: string): Promise<PolicyDocument> {
  // A module is cached by its address for the life of the process: a fresh query reads the file as it is now.
  const url = `${pathToFileURL(path).href}?load=${++loads}`;
  const hooks = provideOurselves(url);
  let module: { default?: unknown };
  try {
    module = await import(/* @vite-ignore */ url);
  } catch (error) {
    throw unreadable(error, path, file);
  } finally {
    hooks.deregister();
  }
  if (module.default === undefined) {
    const instead = 'write export default defineConfig({ … })';
    throw new PolicyError('policy-unreadable', [{ file, path: '', what: 'has no default export', instead }]);
  }
  return { value: module.default, source: locateFile(file) };
}

let loads = 0;

/**
 * Lets a policy import `defineConfig` from `sallyport` in a folder where nothing is installed, and be an ES module
 * whatever the package.json around it says.
 */
function provideOurselves(url: string) {
  const format = extname(fileURLToPath(url)).endsWith('ts') ? 'module-typescript' : 'module';
  return registerHooks({
    resolve(specifier, context, nextResolve) {
      if (specifier === url) return { url, format, shortCircuit: true };
      if (specifier === 'sallyport' || specifier === '@sallyport/policy') {
        return { url: new URL('./define-config.ts', import.meta.url).href, format: 'module-typescript', shortCircuit: true };
      }
      return nextResolve(specifier, context);
    },
  });
}

/** The stack names line and column, but only of what the module itself did; the rest of it is our own business. */
function unreadable(error: unknown, path: string, file: string): PolicyError {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const place = stack.split('\n').find((line) => line.includes(path) || line.includes(pathToFileURL(path).pathname));
  const [, line, column] = /(?:\?load=\d+)?:(\d+)(?::(\d+))?\)?$/.exec(place ?? '') ?? [];
  return new PolicyError('policy-unreadable', [
    {
      file,
      line: line === undefined ? undefined : Number(line),
      column: column === undefined ? undefined : Number(column),
      path: '',
      what: `cannot be run (${message.replaceAll(/\?load=\d+/g, '')})`,
      instead: 'mend the module; node runs it as it stands, so types must be erasable',
    },
  ]);
}
