import { defineAudit } from '../../audit.ts';
import type { ArgumentValue, CallEvent } from '../../flow/events.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';
import { derivation } from '../spelled-local.ts';

/** Under which label, or at which place, calls that touch a file are given its path. */
const PATH_AT: Readonly<Record<string, readonly (string | number)[]>> = {
  write: ['to', 'toFile'],
  writeToFile: [0],
  writeToURL: [0],
  createFile: ['atPath'],
  createFileAtPath: [0],
  removeItem: ['at', 'atPath'],
  moveItem: ['to', 'toPath'],
  copyItem: ['to', 'toPath'],
  contents: ['atPath'],
  Data: ['contentsOf'],
  String: ['contentsOf', 'contentsOfFile'],
  extract: ['to'],
  writeAsStringAsync: [0],
  readAsStringAsync: [0],
  deleteAsync: [0],
  downloadAsync: [1],
  writeFile: [0],
  appendFile: [0],
  readFile: [0],
  unlink: [0],
};
/** Senders nobody vouches for; a server's answer is left to what is said of the server. */
const OUTSIDE = /link that opened the app|push message|clipboard|web page|outside the app/;
/** The path is put together, or a function of the project puts it together. */
const MADE = /append|\+|\$\{|[dD]ocument|[dD]irectory|[pP]ath|[fF]ile[A-Z(]/;
/** Only the last component is taken, or another name is made. */
const NAME_ONLY =
  /lastPathComponent|basename|\bUUID\b|uuid|sha256|\bmd5|sanitiz|replace\(|replacingOccurrences|addingPercentEncoding|encodeURIComponent/;
/** What leaves the folder is refused. */
const REFUSED = /standardized|resolvingSymlinks|[sS]afe\w*\(|contains\("\.\.|includes\(['"]\.\.|hasPrefix|startsWith|isValid\w*\(/;
/** The name of an entry, which whoever made the archive chose. */
const ENTRY = /\b(?:entry|zipEntry|fileInfo|archiveEntry)\.(?:path|name|fileName|filename|relativePath)\b/;

export const pathTraversal = defineAudit({
  id: 'path-traversal',
  area: 'injection',
  title: 'Names from outside lead to no other file',
  failingTitle: 'A name from outside becomes part of a path',
  severity: 'high',
  references: { checklist: 'no-injection', masvs: ['MASVS-CODE-4', 'MASVS-PLATFORM-1'], maswe: ['MASWE-0083'], cwe: [22, 73] },
  why: 'A name such as ../Library/Preferences/app.plist replaces or reads what the app keeps for itself.',
  remedy: {
    text: 'Take the last component of the name only, and refuse what is not a file of the folder meant.',
    language: 'swift',
    code: 'let file = folder.appendingPathComponent((name as NSString).lastPathComponent)\nguard file.standardizedFileURL.path.hasPrefix(folder.path + "/") else { throw Refused() }',
    script: "const file = folder + name.split('/').pop();",
  },
  needs: ['code'],
  samples: {
    fail: [
      'func handleDeepLink(_ url: URL) throws { let name = URLComponents(url: url, resolvingAgainstBaseURL: true)!.queryItems!.first!.value!; try Data().write(to: folder.appendingPathComponent(name)) }',
      'func unpack(_ archive: Archive) throws { for entry in archive { try archive.extract(entry, to: folder.appendingPathComponent(entry.path)) } }',
      {
        path: 'a.ts',
        text: 'export const useRead = () => { const { file } = useLocalSearchParams(); return FileSystem.readAsStringAsync(folder + file); };',
      },
      {
        path: 'a.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample is source with a template literal
        text: "Linking.addEventListener('url', ({ url }) => { const name = new URL(url).searchParams.get('file'); RNFS.unlink(`${folder}/${name}`); });",
      },
    ],
    pass: [
      'func handleDeepLink(_ url: URL) throws { let name = url.lastPathComponent; try Data().write(to: folder.appendingPathComponent(name)) }',
      'func unpack(_ archive: Archive) throws { for entry in archive { let file = folder.appendingPathComponent(entry.path).standardizedFileURL; guard file.path.hasPrefix(folder.path) else { continue }; try archive.extract(entry, to: file) } }',
      'func application(_ app: UIApplication, open url: URL) -> Bool { let data = try? Data(contentsOf: url); return data != nil }',
      'func application(_ app: UIApplication, open url: URL) -> Bool { let info = url.appendingPathComponent("Info.plist"); return (try? Data(contentsOf: info)) != nil }',
      { path: 'a.ts', text: "export const read = (name) => FileSystem.readAsStringAsync(folder + name + '.json');" },
    ],
  },
  calls: [
    {
      names: Object.keys(PATH_AT),
      check(event, context) {
        const path = pathGiven(event);
        if (path === undefined) return;
        const entry = mentions(event.scene.unit, ENTRY);
        const from = OUTSIDE.test(path.known.foreign ?? '') ? path.known.foreign : undefined;
        if (from === undefined && !entry) return;
        const made = derivation(event.scene, path.value);
        if (from === undefined ? !ENTRY.test(made) : !MADE.test(made) || onlyFixedParts(made)) return;
        const { unit, function: around } = event.scene;
        if (NAME_ONLY.test(made) || REFUSED.test(unit.source.slice(around?.start ?? event.node.start, event.node.start))) return;
        context.report({
          at: here(event.scene, event.node),
          message: `${from === undefined ? 'The name of an archive’s entry' : `A name from ${from}`} becomes part of the path.`,
          confidence: 'medium',
        });
      },
    },
  ],
});

/** `opened.appendingPathComponent("Info.plist")`: the file came from outside, its name did not. */
function onlyFixedParts(made: string): boolean {
  const parts = [...made.matchAll(/append\w*(?:\(|:\s*)\s*(?:\w+:\s*)?(@?"[^"\\]*"(?=\s*[),\]])|\S)/g)];
  return parts.length > 0 && parts.every((part) => /^@?".*"$/.test(part[1] as string));
}

function pathGiven(event: CallEvent): ArgumentValue | undefined {
  for (const place of PATH_AT[event.name] ?? []) {
    const found = typeof place === 'number' ? event.args[place] : event.args.find(({ label }) => label === place);
    if (found !== undefined) return found;
  }
  return undefined;
}
