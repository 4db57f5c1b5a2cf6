import { CouldNotRun } from '../check-io.ts';
import type { Finding } from './finding.ts';

/** One weakness somebody answers for until a day. */
export interface AcceptedRisk {
  readonly audit: string;
  /** Exact fingerprint, or a path (a folder ends in `/`); at least one of both. */
  readonly fingerprint?: string;
  readonly path?: string;
  readonly reason: string;
  readonly owner: string;
  /** Last day it holds, `YYYY-MM-DD`. */
  readonly expires: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads the file of accepted risks. A risk without reason, owner and day of expiry is refused: it would be a silent hole.
 *
 * @throws CouldNotRun naming the entry and what it lacks.
 * @example parseAcceptedRisks('{"risks":[{"audit":"cleartext-url","path":"App/Legacy.swift","reason":"old printer","owner":"ann","expires":"2027-01-31"}]}')
 */
export function parseAcceptedRisks(text: string): AcceptedRisk[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new CouldNotRun(`The file of accepted risks is no JSON (${(error as Error).message}).`);
  }
  const list = (parsed as { risks?: unknown } | null)?.risks;
  if (!Array.isArray(list)) throw new CouldNotRun('The file of accepted risks must be {"risks": [ … ]}.');
  return list.map((entry: Partial<Record<keyof AcceptedRisk, unknown>>, index) => {
    const lacks = (['audit', 'reason', 'owner', 'expires'] as const).filter(
      (field) => typeof entry?.[field] !== 'string' || (entry[field] as string).trim() === '',
    );
    if (lacks.length > 0) throw new CouldNotRun(`Accepted risk ${index + 1} lacks ${lacks.join(', ')}.`);
    if (typeof entry.fingerprint !== 'string' && typeof entry.path !== 'string')
      throw new CouldNotRun(`Accepted risk ${index + 1} names neither a fingerprint nor a path.`);
    if (!DAY.test(entry.expires as string) || Number.isNaN(Date.parse(entry.expires as string)))
      throw new CouldNotRun(`Accepted risk ${index + 1} expires on “${String(entry.expires)}”, which is no YYYY-MM-DD day.`);
    return entry as AcceptedRisk;
  });
}

/** The risk that covers a finding today, if any. */
export function coveringRisk(finding: Finding, risks: readonly AcceptedRisk[], today: string): AcceptedRisk | undefined {
  return risks.find(
    (risk) =>
      risk.audit === finding.audit &&
      risk.expires >= today &&
      (risk.fingerprint === undefined || risk.fingerprint === finding.fingerprint) &&
      (risk.path === undefined || covers(risk.path, finding.path)),
  );
}

const covers = (pattern: string, path: string): boolean => (pattern.endsWith('/') ? path.startsWith(pattern) : path === pattern);

/** Risks whose day has passed: said in the report, because their findings count again. */
export const expiredRisks = (risks: readonly AcceptedRisk[], today: string): AcceptedRisk[] => risks.filter((risk) => risk.expires < today);
