import type { Logger } from '../ports.ts';

/** Writes one JSON line per record. @param stream default standard error, so that a program's output stays clean. */
export function createNodeLogger(stream: { write(text: string): unknown } = process.stderr): Logger {
  return { log: (record) => void stream.write(`${JSON.stringify(record)}\n`) };
}
