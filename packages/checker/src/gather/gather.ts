import { stat } from 'node:fs/promises';
import { CouldNotRun } from '../check-io.ts';
import type { Artifacts, Entry, Note } from './artifacts.ts';
import { assemble } from './assemble.ts';
import { fileRole } from './file-role.ts';
import { readHistory } from './git-history.ts';
import { walkFolder } from './walk-folder.ts';

/** The path given cannot be checked at all; the message says what, why and what to do. */
export class GatherError extends CouldNotRun {}

export interface GatherOptions {
  readonly history: boolean;
  /** Read the code of tests too (default true). */
  readonly tests?: boolean;
  readonly progress?: ((text: string) => void) | undefined;
  /** Shown the configuration before the code is read. */
  readonly firstLook?: ((artifacts: Artifacts) => void) | undefined;
}

/**
 * Collects everything of an app: a folder of sources or an `.ipa`.
 *
 * @throws GatherError when there is nothing that could be checked.
 */
export async function gather(path: string, options: GatherOptions): Promise<Artifacts> {
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined) throw new GatherError(`There is nothing at ${path}. Give the folder of the app's sources, or an .ipa file.`);
  const notes: Note[] = [];
  const progress = (done: number, total: number) => {
    if (done === total || done % 50 === 0) options.progress?.(`reading ${done}/${total} files`);
  };
  let entries: Entry[];
  if (facts.isDirectory()) {
    entries = await walkFolder(path, notes);
    // git works on its own while the tree is read here.
    const history = options.history ? readHistory(path, options.progress) : Promise.resolve({ blobs: [], missing: undefined });
    // package.json says which libraries there are; alone it is no app.
    if (entries.every((entry) => fileRole(entry.path) === 'package') && (await history).blobs.length === 0)
      throw new GatherError(
        `${path} holds no app sources: no Swift, Objective-C, JavaScript, property list or configuration. Give the folder of the app.`,
      );
    return assemble(entries, notes, history, progress, options.firstLook, options.tests);
  }
  if (!facts.isFile())
    throw new GatherError(`${path} is neither a folder nor a file. Give the folder of the app's sources, or an .ipa file.`);
  const { ArchiveError, openArchive } = await import('./open-archive.ts');
  try {
    const archive = await openArchive(path, notes);
    entries = archive.entries;
    if (entries.length === 0)
      throw new GatherError(`${path} holds nothing that can be checked${notes[0] === undefined ? '' : `: ${notes[0].message}`}`);
    const artifacts = await assemble(entries, notes, { blobs: [], missing: undefined }, progress, options.firstLook, options.tests);
    archive.close();
    return artifacts;
  } catch (error) {
    if (error instanceof ArchiveError)
      throw new GatherError(`${path}: ${error.message} Give the folder of the app's sources, or an intact .ipa.`);
    throw error;
  }
}
