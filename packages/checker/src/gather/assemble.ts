import { basename } from 'node:path/posix';
import { indexProject, type Unit } from '../flow/project.ts';
import { readerOf } from '../syntax/reader-of.ts';
import type { Language, Tree } from '../syntax/tree.ts';
import type { Artifacts, Entry, HistoryBlob, Note, Plist, TextFile } from './artifacts.ts';
import { type FileRole, fileRole, isTestPath } from './file-role.ts';
import { readBinaryPlist } from './read-binary-plist.ts';
import { readExpoConfig } from './read-expo-config.ts';
import { type Binary, executableKind, readExecutable } from './read-mach-o.ts';
import { PlistError, type PlistNode, readXmlPlist } from './read-xml-plist.ts';

/** Source longer than this in one line is machine-made; it is read as a bundle. */
const MINIFIED_LINE = 20_000;

export interface History {
  readonly blobs: readonly HistoryBlob[];
  readonly missing: string | undefined;
  readonly read?: boolean;
}

/**
 * Reads every entry once and sorts it into the artifacts audits ask for. What cannot be read becomes a note, never a throw.
 *
 * @param firstLook is shown what there is once the configuration is read, before the code is.
 * @param tests whether the code of tests is read too; otherwise its text alone is kept, for nothing in it runs in the app.
 */
export async function assemble(
  entries: readonly Entry[],
  notes: Note[],
  history: History | Promise<History>,
  progress?: (done: number, total: number) => void,
  firstLook?: (artifacts: Artifacts) => void,
  tests = true,
): Promise<Artifacts> {
  const code: Unit[] = [];
  const plists: Plist[] = [];
  const texts: TextFile[] = [];
  const binaries: Binary[] = [];
  let lines = 0;
  let done = 0;
  const ordered = configurationFirst(entries);
  const gathered = (past: History): Artifacts => ({
    project: indexProject(code),
    code,
    plists,
    texts,
    binaries,
    history: past.blobs,
    historyMissing: past.missing,
    historyRead: past.read ?? false,
    notes,
    lines,
  });
  for (const { entry, role, configuration } of ordered) {
    if (!configuration && firstLook !== undefined) {
      firstLook(gathered(NO_HISTORY));
      firstLook = undefined;
    }
    progress?.(++done, entries.length);
    let bytes: Buffer;
    try {
      bytes = await entry.read();
    } catch (error) {
      notes.push({ path: entry.path, message: `The file could not be read (${(error as Error).message}).` });
      continue;
    }
    const kind = executableKind(bytes);
    // Many files without an extension are no executable: PkgInfo, CodeResources.
    if (role === 'executable' && kind === undefined) continue;
    if (kind !== undefined) {
      const binary = readExecutable(entry.path, bytes);
      binaries.push(binary);
      if (binary.entitlements !== undefined)
        addPlist(`${entry.path} (entitlements)`, Buffer.from(binary.entitlements), plists, notes, 'entitlements');
      continue;
    }
    if (role === 'plist') {
      addPlist(entry.path, bytes, plists, notes);
      continue;
    }
    if (role === 'key-file') {
      const text = bytes.includes('-----BEGIN') ? bytes.toString('latin1') : '';
      texts.push({ path: entry.path, role, source: text });
      continue;
    }
    const source = decode(entry.path, bytes, notes);
    if (role === 'swift' || role === 'objc' || role === 'script') {
      if (role === 'script' && looksMinified(source)) {
        texts.push({ path: entry.path, role: 'bundle', source });
        continue;
      }
      const unit =
        !tests && isTestPath(entry.path) ? unreadTest(entry.path, source, role) : await readUnit(entry.path, source, role, notes);
      if (unit !== undefined) {
        code.push(unit);
        lines += countLines(source);
      }
      if (role === 'script') continue;
      continue;
    }
    if (role === 'app-config' && basename(entry.path) !== 'eas.json') {
      const unit = entry.path.endsWith('.json') ? undefined : await readUnit(entry.path, source, 'script', notes);
      if (unit !== undefined) code.push(unit);
      if (unit !== undefined || entry.path.endsWith('.json')) await addExpoConfig(entry.path, source, unit, plists, notes);
    }
    const text = textRole(role, source);
    if (text !== undefined) texts.push({ path: entry.path, role: text, source });
  }
  return gathered(await history);
}

const NO_HISTORY: History = { blobs: [], missing: undefined };

/** Property lists and configuration are few, small and telling; code follows in its own order. */
function configurationFirst(entries: readonly Entry[]): { entry: Entry; role: FileRole | undefined; configuration: boolean }[] {
  const sorted = entries.map((entry) => {
    const role = fileRole(entry.path);
    return { entry, role, configuration: role !== undefined && !/^(?:swift|objc|script|executable|bundle|jvm)$/.test(role) };
  });
  return [...sorted.filter((item) => item.configuration), ...sorted.filter((item) => !item.configuration)];
}

function textRole(role: ReturnType<typeof fileRole>, source: string): TextFile['role'] | undefined {
  if (role === 'xml')
    return /<network-security-config|<manifest\b/.test(source)
      ? source.includes('<manifest')
        ? 'android-manifest'
        : 'android-network-config'
      : source.includes('<resources')
        ? 'config'
        : undefined;
  if (role === undefined || role === 'swift' || role === 'objc' || role === 'script' || role === 'plist' || role === 'executable')
    return undefined;
  return role;
}

/** A file of tests of which only the text is kept. */
const unreadTest = (path: string, source: string, language: Language): Unit => ({
  path,
  source,
  language,
  tree: { language, statements: [], debugRanges: [], unreadable: 0 },
  test: true,
});

async function readUnit(path: string, source: string, language: Language, notes: Note[]): Promise<Unit | undefined> {
  const read = await readerOf(language);
  let tree: Tree;
  try {
    tree = read(path, source);
  } catch (error) {
    notes.push({ path, message: `The file could not be understood (${(error as Error).message.slice(0, 120)}).` });
    return undefined;
  }
  const size = source.length;
  if (tree.unreadable > 0 && (tree.statements.length === 0 || tree.unreadable > 20 + size / 400)) {
    notes.push({ path, message: 'Large parts of the file do not read as code; a missing finding there proves nothing.' });
  }
  return { path, source, language, tree, test: isTestPath(path) };
}

async function addExpoConfig(path: string, source: string, unit: Unit | undefined, plists: Plist[], notes: Note[]): Promise<void> {
  try {
    plists.push(...(await readExpoConfig(path, source, unit?.tree)));
  } catch (error) {
    notes.push({ path, message: `The file could not be understood (${(error as Error).message.slice(0, 120)}).` });
  }
}

/** UTF-8, or UTF-16 with its mark; invalid bytes become U+FFFD and a note. */
function decode(path: string, bytes: Buffer, notes: Note[]): string {
  if (bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  const text = bytes.toString('utf8');
  if (text.includes('\ufffd') && !bytes.includes(Buffer.from('\ufffd')))
    notes.push({ path, message: 'The file holds bytes that are not UTF-8; they were replaced.' });
  return text;
}

function looksMinified(source: string): boolean {
  return source.length > MINIFIED_LINE && source.length / countLines(source) > 500;
}

function countLines(source: string): number {
  let lines = 1;
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) lines++;
  return lines;
}

function addPlist(path: string, bytes: Buffer, plists: Plist[], notes: Note[], forced?: Plist['role']): void {
  try {
    const binary = bytes.toString('latin1', 0, 6) === 'bplist';
    const source = binary ? '' : decode(path, bytes, notes);
    if (!binary && /^\s*(?:\/\/.*\n|\/\*[\s\S]*?\*\/|\s)*[{(]/.test(source)) {
      notes.push({ path, message: 'This is an old ASCII property list; it was not checked. Convert it: plutil -convert xml1 FILE.' });
      return;
    }
    const root = binary ? readBinaryPlist(bytes) : readXmlPlist(source);
    plists.push({ path, role: forced ?? plistRole(path, root), root, source });
  } catch (error) {
    const line = error instanceof PlistError ? `, line ${error.line}` : '';
    notes.push({ path, message: `The property list is broken (${(error as Error).message}${line}); it was not checked.` });
  }
}

function plistRole(path: string, root: PlistNode): Plist['role'] {
  const name = basename(path);
  if (name.endsWith('.entitlements')) return 'entitlements';
  if (name.endsWith('.xcprivacy')) return 'privacy';
  if (root.kind !== 'dict') return 'other';
  const has = (key: string) => root.entries.has(key);
  if (has('GOOGLE_APP_ID') || /^GoogleService-Info/.test(name)) return 'google-service';
  if (/info\.plist$/i.test(name) || has('CFBundleIdentifier') || has('NSAppTransportSecurity') || has('CFBundleExecutable')) return 'info';
  return 'other';
}
