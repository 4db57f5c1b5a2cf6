import type { Audit } from '../audit.ts';

export interface RemedyCode {
  readonly language: string;
  readonly code: string;
}

const SCRIPT = /\.[cm]?[jt]sx?$/;

/** The remedy's samples in the languages of the files something was found in: TypeScript for scripts, the audit's own for the rest. */
export function remedyCodes({ remedy }: Audit, paths: readonly string[]): RemedyCode[] {
  const own = { language: remedy.language, code: remedy.code };
  if (remedy.script === undefined) return [own];
  const script = { language: 'ts', code: remedy.script };
  const scripts = paths.filter((path) => SCRIPT.test(path)).length;
  if (scripts === 0) return [own];
  return scripts === paths.length ? [script] : [own, script];
}
