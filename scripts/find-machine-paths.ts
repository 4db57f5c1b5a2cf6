/** Something in a file that is true on one machine only. */
export interface MachinePath {
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly why: string;
}

/** Folders that are somebody's home, a scratch place or a build machine's, by their first segments. Joined, so that this file holds none. */
const FOLDERS = [
  'home/\\w',
  'root/',
  'Users/\\w',
  'tmp/',
  'var/tmp/',
  'var/folders/',
  'private/var/',
  'work/',
  'workspace/',
  'workspaces/',
  'builds/',
  'github/\\w',
];

const RULES: readonly { readonly pattern: RegExp; readonly why: string; readonly only?: RegExp }[] = [
  // Not after a letter, a dot or a slash: there it is the path of an address, or below another folder.
  { pattern: new RegExp(`(?<![\\w.@~$}:/*-])/(?:${FOLDERS.join('|')})[^\\s'"\`)]*`, 'g'), why: 'a path of one machine' },
  { pattern: /(?:file:\/\/\/|\b[A-Za-z]:[\\/]+)(?:home|root|Users|tmp|work)\b[^\s'"`)]*/g, why: 'a path of one machine' },
  { pattern: /https?:\/\/[^\s/'"`]*(?:registry|nexus|artifactory|verdaccio)[^\s'"`)]*/gi, why: 'the host of a package registry' },
  // With `omit-lockfile-registry-resolved` npm writes none, and every machine installs from its own registry.
  {
    pattern: /"resolved": "[a-z+]+:[^"]*"/g,
    why: 'a registry address in the lockfile',
    only: /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/,
  },
];

/**
 * Finds absolute home, temporary and build paths, and hosts of package registries, in the text of a file.
 *
 * @param file decides which rules apply.
 */
export function findMachinePaths(file: string, text: string): MachinePath[] {
  const found: MachinePath[] = [];
  for (const { pattern, why, only } of RULES) {
    if (only !== undefined && !only.test(file)) continue;
    for (const { index, 0: match } of text.matchAll(pattern)) {
      const before = text.slice(0, index).split('\n');
      found.push({ line: before.length, column: (before.at(-1) as string).length + 1, text: match, why });
    }
  }
  return found;
}
