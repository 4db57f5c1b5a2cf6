import type { Project, Unit } from '../flow/project.ts';
import type { LiveHost } from './live-host.ts';
import type { Binary } from './read-mach-o.ts';
import type { PlistNode } from './read-xml-plist.ts';

export interface Plist {
  readonly path: string;
  /** What the file is for: its name and its keys decide. */
  readonly role: 'info' | 'entitlements' | 'expo' | 'google-service' | 'privacy' | 'other';
  readonly root: PlistNode;
  readonly source: string;
}

export interface TextFile {
  readonly path: string;
  readonly role:
    | 'xcconfig'
    | 'pbxproj'
    | 'env'
    | 'app-config'
    | 'android-manifest'
    | 'android-network-config'
    | 'config'
    | 'bundle'
    /** package.json: which libraries, of which version. */
    | 'package'
    /** A web page the app shows. */
    | 'page'
    /** A store of private keys, by its name; `source` is empty when it is no text. */
    | 'key-file'
    | 'jvm';
  readonly source: string;
}

/** One version of a file that the repository remembers, that the tree no longer holds, and that holds something secret by its shape. */
export interface HistoryBlob {
  readonly id: string;
  readonly path: string;
  readonly source: string;
}

/** Something that could not be read, with what that means for the result. */
export interface Note {
  readonly path: string;
  readonly message: string;
}

/** Everything gathered of one app; audits see the parts they declared. */
export interface Artifacts {
  readonly project: Project;
  readonly code: readonly Unit[];
  readonly plists: readonly Plist[];
  readonly texts: readonly TextFile[];
  readonly binaries: readonly Binary[];
  readonly history: readonly HistoryBlob[];
  /** Why the history could not be read; undefined when it was read, or when there is no repository. */
  readonly historyMissing: string | undefined;
  /** Whether there is a history and all of it was read. */
  readonly historyRead: boolean;
  readonly notes: readonly Note[];
  /** The API's host as it answers today; undefined when none was named. */
  readonly live?: LiveHost | undefined;
  /** The day of the check, `YYYY-MM-DD`, for what ends on a date; undefined where nobody asked for it. */
  readonly today?: string | undefined;
  /** Lines of code read, for rates. */
  readonly lines: number;
}

export type Need = 'code' | 'plists' | 'texts' | 'binaries' | 'history';

/** Where a file's text can be had when it is wanted. */
export interface Entry {
  readonly path: string;
  readonly size: number;
  read(): Promise<Buffer> | Buffer;
}
