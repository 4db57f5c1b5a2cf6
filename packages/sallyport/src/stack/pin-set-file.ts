import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { parsePinSetToken } from '@sallyport/protocol';

/** The file under `gateway.pins` cannot be read or is no signed pin set. */
class PinSetFileError extends Error {
  readonly code = 'pin-set-unusable';
}

/** A signed set has at most 8192 characters and an end of line; more is another file. */
const MAX_BYTES = 8194;

interface Loaded {
  readonly token: string;
  readonly version: number;
}

/**
 * Opens the signed pin set that the gateway serves.
 *
 * `token` looks whether the file was changed since, and reads it then. What is there by then is served only if it is a
 * signed set and not of a lower version; otherwise the last good one stays and the log says so, once for each change. The
 * signature is not checked: the keys are in the apps, and a gateway that was broken into could serve anything anyway.
 *
 * @throws PinSetFileError when it is no signed set at the start.
 */
export function openPinSetFile(path: string, log: (line: string) => void): { readonly token: () => string } {
  let stamp = stampOf(path);
  let good = load(path);
  const tell = (event: string, more: object) => log(JSON.stringify({ time: new Date().toISOString(), event, ...more }));
  return {
    token() {
      const current = stampOf(path);
      if (current === stamp) return good.token;
      // Before the file is read: a change in between is then seen next time.
      stamp = current;
      try {
        const loaded = load(path);
        if (loaded.version < good.version) {
          throw new PinSetFileError(`${path} has version ${loaded.version}, and apps never go back. Sign a set with a higher one.`);
        }
        if (loaded.token !== good.token) tell('pin-set-loaded', { version: loaded.version });
        good = loaded;
      } catch (error) {
        tell('pin-set-refused', { why: (error as Error).message, serving: good.version });
      }
      return good.token;
    },
  };
}

/** What differs when a file was changed or replaced; empty when there is none to be seen. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch {
    return '';
  }
}

function load(path: string): Loaded {
  const token = read(path).trim();
  const parsed = parsePinSetToken(token);
  if (parsed === undefined) {
    throw new PinSetFileError(
      `${path}, named under gateway.pins in the policy, is no signed pin set. Write one with: sallyport pins sign.`,
    );
  }
  return { token, version: parsed.set.version };
}

function read(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return fstatSync(file).size > MAX_BYTES ? '' : readFileSync(file, 'latin1');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new PinSetFileError(
      `Cannot read ${path} (${code}), named under gateway.pins in the policy. Check the path and who may read it.`,
      {
        cause: error,
      },
    );
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
