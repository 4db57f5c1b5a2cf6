import type { Logger, LogRecord } from '../ports.ts';

/** A logger that keeps what it is told, for tests to look at. */
export interface MemoryLogger extends Logger {
  readonly records: readonly LogRecord[];
}

export function createMemoryLogger(): MemoryLogger {
  const records: LogRecord[] = [];
  return { records, log: (record) => void records.push(record) };
}
