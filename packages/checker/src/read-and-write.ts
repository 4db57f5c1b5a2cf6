import { readFile, writeFile } from 'node:fs/promises';
import { CouldNotRun } from './check-io.ts';

/** The text of a file the user named. @param what @example 'OpenAPI document' @throws CouldNotRun */
export async function readInput(path: string, what: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CouldNotRun(`The ${what} ${path} cannot be read (${error.code ?? error.message}).`);
  });
}

/** @throws CouldNotRun */
export async function writeOutput(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: NodeJS.ErrnoException) => {
    throw new CouldNotRun(`${path} cannot be written (${error.code ?? error.message}).`);
  });
}
