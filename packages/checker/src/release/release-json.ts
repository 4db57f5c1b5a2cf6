import type { AgedReport, Release } from './judge-release.ts';

/** The release for programs. The shape is versioned; fields are added, never changed. */
export function releaseJson({ ready, counts, reports, lines }: Release, about: { readonly version: string; readonly at: string }): string {
  const named = ({ file, kind, name }: AgedReport) => ({ file, kind, name });
  return `${JSON.stringify(
    {
      version: 1,
      tool: { name: 'sallyport', version: about.version },
      judgedAt: about.at,
      ready,
      counts,
      reports: reports.map((report) => ({
        ...named(report),
        checkedAt: new Date(report.at).toISOString(),
        days: report.days,
        stale: report.stale ?? null,
      })),
      lines: lines.map(({ shownBy, confirmation, why, ...line }) => ({
        ...line,
        why: why ?? null,
        shownBy: shownBy.map(({ report, audits }) => ({ ...named(report), audits })),
        confirmation: confirmation ?? null,
      })),
    },
    null,
    2,
  )}\n`;
}
