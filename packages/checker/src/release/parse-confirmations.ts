import { CouldNotRun } from '../check-io.ts';
import { type ReleaseLineId, releaseChecklist } from '../checklist/release-checklist.ts';

/** A person's word for a line that no run could decide. */
export interface Confirmation {
  readonly id: ReleaseLineId;
  readonly who: string;
  /** Day it was seen, `YYYY-MM-DD`. */
  readonly when: string;
  /** What was seen, and where that is kept. */
  readonly evidence: string;
  /** Last day it holds, `YYYY-MM-DD`. */
  readonly expires: string;
}

const MEMBERS = ['id', 'who', 'when', 'evidence', 'expires'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads `sallyport-confirmed.json`. An entry that leaves open who saw what, when, and how long that holds, is refused.
 *
 * @param today `YYYY-MM-DD`.
 * @throws CouldNotRun naming the entry and what is wrong with it.
 * @example parseConfirmations('{"confirmed":[{"id":"monitoring-drill","who":"ann","when":"2026-06-01","evidence":"pager, ticket 7","expires":"2026-09-01"}]}', '2026-06-02')
 */
export function parseConfirmations(text: string, today: string): Confirmation[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new CouldNotRun('The file of confirmations is no JSON.');
  }
  const list = (parsed as { confirmed?: unknown } | null)?.confirmed;
  if (!Array.isArray(list)) throw new CouldNotRun('The file of confirmations must be {"confirmed": [ … ]}.');
  const seen = new Set<string>();
  return list.map((entry: unknown, index) => {
    const refuse = (why: string): never => {
      throw new CouldNotRun(`Confirmation ${index + 1} ${why}.`);
    };
    const members = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
    const lacks = MEMBERS.filter((name) => typeof members[name] !== 'string' || (members[name] as string).trim() === '');
    if (lacks.length > 0) return refuse(`lacks ${lacks.join(', ')}`);
    const other = Object.keys(members).find((name) => !MEMBERS.some((known) => known === name));
    if (other !== undefined) return refuse(`holds “${other.slice(0, 40)}”, which is none of ${MEMBERS.join(', ')}`);
    const confirmation = members as unknown as Confirmation;
    const { id, when, expires } = confirmation;
    if (!releaseChecklist.some((line) => line.id === id))
      return refuse(`is for “${id.slice(0, 40)}”, which is no line of the release checklist; the list is in docs/reference/audits.md`);
    if (seen.has(id)) return refuse(`is the second for ${id}; keep the newer one`);
    seen.add(id);
    for (const day of [when, expires])
      if (!DAY.test(day) || Number.isNaN(Date.parse(day))) return refuse(`says “${day.slice(0, 40)}”, which is no YYYY-MM-DD day`);
    if (when > today) return refuse(`is of ${when}, which is still to come`);
    if (expires < when) return refuse(`expires on ${expires}, before it was made`);
    return confirmation;
  });
}
