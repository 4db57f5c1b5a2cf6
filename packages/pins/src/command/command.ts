import { type ParseArgsOptionDescriptor, parseArgs } from 'node:util';
import { PinsError } from '../pins-error.ts';
import type { PinsIo } from './io.ts';

/** An option as `parseArgs` reads it, with what `--help` says of it. */
interface PinsOption extends ParseArgsOptionDescriptor {
  readonly description: string;
  /** What stands for the value, such as `FILE`. */
  readonly argument?: string;
}

/** One subcommand of `sallyport pins`. Its file is its documentation: `--help` and the reference print from it. */
export interface PinsCommand {
  readonly name: string;
  /** One line: what it does. */
  readonly summary: string;
  /** What to write after `sallyport`. */
  readonly usage: string;
  /** What the summary leaves out. */
  readonly detail: string;
  /** A line that works. */
  readonly example: string;
  readonly options: Readonly<Record<string, PinsOption>>;
  /** @returns 0 fine, 1 findings or refusals. @throws PinsError for everything else. */
  run(args: readonly string[], io: PinsIo): Promise<0 | 1>;
}

/** Parses arguments. @throws PinsError `usage` with one line. */
export function readArgs<T extends Readonly<Record<string, PinsOption>>>(command: string, args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '').replace(/\.?\s*To specify a positional.*$/, '') : '';
    throw new PinsError('usage', `${why}. See: sallyport pins ${command} --help`);
  }
}

/** A required argument. @throws PinsError `usage`. */
export function needed<T>(value: T | undefined, what: string, command: string): T {
  if (value === undefined) throw new PinsError('usage', `${what} is missing. See: sallyport pins ${command} --help`);
  return value;
}

/** A whole number between bounds. @throws PinsError `usage`. */
export function wholeNumber(text: string, what: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new PinsError('usage', `${what} must be a whole number from ${least} to ${most}, not "${text}".`);
  return value;
}

/** One of a list. @throws PinsError `usage`. */
export function oneOf<T extends string>(text: string, list: readonly T[], what: string): T {
  const found = list.find((each) => each === text);
  if (found === undefined) throw new PinsError('usage', `${what} must be one of ${list.join(', ')}, not "${text}".`);
  return found;
}

/** Splits `host:port`. @throws PinsError `host-malformed`. */
export function readHostPort(text: string, isHost: (name: string) => boolean): { readonly host: string; readonly port: number } {
  const match = /^([^:/]+?)\.?(?::(\d{1,5}))?$/.exec(text.replace(/^https:\/\//, '').replace(/\/$/, ''));
  const host = match?.[1]?.toLowerCase();
  const port = Number(match?.[2] ?? 443);
  if (host === undefined || !isHost(host) || port < 1 || port > 65_535) {
    throw new PinsError('host-malformed', `"${text}" is no host. Give a name such as api.example.com or api.example.com:8443.`);
  }
  return { host, port };
}
