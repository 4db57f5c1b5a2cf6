import type { Audit, Confidence } from '../audit.ts';
import type { Finding } from './finding.ts';

/** Higher is surer. */
export const SURENESS: Record<Confidence, number> = { low: 0, medium: 1, high: 2 };

/**
 * Leaves out what an audit says of a line about which an audit it yields to (`Audit.yieldsTo`) is as sure: a reader sees a weakness once.
 *
 * @returns the findings kept, one list for each given audit.
 */
export function settleYields(runs: readonly { readonly audit: Audit; readonly findings: readonly Finding[] }[]): (readonly Finding[])[] {
  const asked = new Set(runs.flatMap(({ audit }) => audit.yieldsTo ?? []));
  const sureness = new Map<string, number>();
  for (const { audit, findings } of runs) {
    if (!asked.has(audit.id)) continue;
    for (const finding of findings) {
      const place = placeOf(audit.id, finding);
      sureness.set(place, Math.max(sureness.get(place) ?? 0, SURENESS[finding.confidence]));
    }
  }
  return runs.map(({ audit, findings }) => {
    const { yieldsTo } = audit;
    if (yieldsTo === undefined) return findings;
    return findings.filter((finding) => !yieldsTo.some((id) => (sureness.get(placeOf(id, finding)) ?? -1) >= SURENESS[finding.confidence]));
  });
}

const placeOf = (audit: string, finding: Finding): string => `${audit}\n${finding.path}:${finding.line}`;
