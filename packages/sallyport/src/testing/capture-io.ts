import { Readable } from 'node:stream';
import type { InputStream, Io } from '../command.ts';

/** An {@link Io} that keeps what is written, for tests. */
export interface CapturedIo extends Io {
  readonly out: () => string;
  readonly err: () => string;
}

/** @param options what differs from a pipe with nothing in it. */
export function captureIo(options: Partial<Io> & { readonly cwd: string; readonly input?: string }): CapturedIo {
  const written = { out: '', err: '' };
  return {
    stdin: Readable.from(options.input === undefined ? [] : [Buffer.from(options.input)]) as InputStream,
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
    env: {},
    isTerminal: false,
    untilStopped: () => Promise.resolve(),
    ...options,
    out: () => written.out,
    err: () => written.err,
  };
}
