import type { ParseArgsOptionDescriptor } from 'node:util';

/** The world as a command sees it. Everything is given, so that a test can give something else. */
export interface Io {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The current folder: the project. */
  readonly cwd: string;
  /** Whether a person is reading along: progress and colours go nowhere else. */
  readonly isTerminal: boolean;
  /** Settles when the process is asked to stop (SIGINT, SIGTERM). From the first call on the command ends itself. */
  untilStopped(): Promise<void>;
}

export interface OutputStream {
  write(text: string): unknown;
}

export interface InputStream extends AsyncIterable<Buffer | string> {
  readonly isTTY?: boolean | undefined;
  setRawMode?(raw: boolean): unknown;
  /** Waiting for it no longer keeps the process alive. */
  unref?(): unknown;
}

/** `0` fine, `1` findings or refusals, `2` could not run. */
export type ExitCode = 0 | 1 | 2;

/** An option as `parseArgs` reads it, with what `--help` says of it. */
export interface CommandOption extends ParseArgsOptionDescriptor {
  readonly description: string;
  /** What stands for the value, such as `FILE`. */
  readonly argument?: string;
}

/** One command. Its file is its documentation: `--help` and docs/reference/cli.md print from it. */
export interface Command {
  /** One word or two, such as `config check`. */
  readonly name: string;
  /** One line: what it does. */
  readonly summary: string;
  /** What the summary leaves out. */
  readonly detail?: string;
  /** What to write after `sallyport`. */
  readonly usage: string;
  /** A line that works, and what it is for. */
  readonly example: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  /**
   * @param args what stands after the name.
   * @throws UsageError for arguments it does not take; errors with a `code` are printed by their message.
   */
  run(args: readonly string[], io: Io): Promise<ExitCode>;
}
