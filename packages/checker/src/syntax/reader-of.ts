import type { Language, Tree } from './tree.ts';

/** Reads one file. */
type Reader = (path: string, source: string) => Tree;

const LOADERS: Readonly<Record<Language, () => Promise<Reader>>> = {
  swift: async () => {
    const { readSwift } = await import('./read-swift.ts');
    return (_path, source) => readSwift(source);
  },
  objc: async () => {
    const { readObjectiveC } = await import('./read-objective-c.ts');
    return (_path, source) => readObjectiveC(source);
  },
  script: async () => (await import('./read-script.ts')).readScript,
};
const loaded = new Map<Language, Promise<Reader>>();

/** The reader of a language, loaded when its first file is met: most apps are written in one, and the parser of scripts is large. */
export function readerOf(language: Language): Promise<Reader> {
  let reader = loaded.get(language);
  if (reader === undefined) {
    reader = LOADERS[language]();
    loaded.set(language, reader);
  }
  return reader;
}
