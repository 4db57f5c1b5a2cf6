import type { Severity } from '../audit.ts';
import { CouldNotRun } from '../check-io.ts';

/** Kinds of app that must speak to hosts their makers do not run. What each means stands in docs/guides/checking.md. */
export const APP_KINDS = ['browser', 'self-hosted', 'media', 'local-network'] as const;
export type AppKind = (typeof APP_KINDS)[number];

/** @throws CouldNotRun for a word that is no kind. */
export function readAppKinds(words: readonly string[]): AppKind[] {
  return words.map((word) => {
    const kind = APP_KINDS.find((known) => known === word);
    if (kind === undefined) throw new CouldNotRun(`“${word}” is no kind of app. There are ${APP_KINDS.join(', ')}.`);
    return kind;
  });
}

/**
 * The kinds a file of accepted risks names beside its risks.
 *
 * @throws CouldNotRun when they are no list of kinds.
 * @example parseAppKinds('{"appKinds":["self-hosted"],"risks":[]}') // ['self-hosted']
 */
export function parseAppKinds(text: string): AppKind[] {
  let parsed: { appKinds?: unknown } | null;
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch (error) {
    throw new CouldNotRun(`The file of accepted risks is no JSON (${(error as Error).message}).`);
  }
  const kinds = parsed?.appKinds ?? [];
  if (!Array.isArray(kinds)) throw new CouldNotRun(`appKinds must be a list such as ["${APP_KINDS[0]}"].`);
  return readAppKinds(kinds.map(String));
}

/** What is left of a severity where the app has a need for what was found: still said, never a reason to stop a release by itself. */
export const loweredByNeed = (severity: Severity): Severity => (severity === 'low' || severity === 'info' ? 'info' : 'low');
