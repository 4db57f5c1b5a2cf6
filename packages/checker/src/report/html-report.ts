import { type Audit, SEVERITIES, type Severity } from '../audit.ts';
import type { Finding, State } from '../judge/finding.ts';
import type { AuditResult } from '../judge/run-audits.ts';
import { escapeHtml } from './escape-html.ts';
import { htmlChecklist } from './html-checklist.ts';
import { htmlPage } from './html-page.ts';
import { remedyCodes } from './remedy-codes.ts';
import { checklistPhrase, plural, type Report, referenceList } from './report.ts';
import { effortText, SUBJECT_WORDS } from './subject.ts';

const AREAS: Record<Audit['area'], string> = {
  transport: 'Transport',
  pinning: 'Pinning',
  storage: 'Storage on the device',
  secrets: 'Secrets in the app',
  logging: 'Logging',
  crypto: 'Cryptography',
  authentication: 'Sign-in',
  session: 'Session',
  platform: 'Platform',
  resilience: 'Resilience',
  injection: 'Injection',
};
const STATE_WORDS: Record<State, string> = {
  pass: 'passed',
  fail: 'failed',
  warn: 'warning',
  manual: 'by hand',
  'not-applicable': 'not applicable',
  inconclusive: 'undecided',
  error: 'broken',
};
/** A page with more is slow to open; the rest is in the other formats. */
const SHOWN_PER_AUDIT = 100;

/** As many as somebody remembers after reading. */
const FIRST = 5;

/** A manager reads the top, a developer opens the findings. */
export function htmlReport(report: Report): string {
  const { judgement, subject } = report;
  const words = SUBJECT_WORDS[subject.kind];
  const failing = [...new Set(judgement.open.map((finding) => finding.audit))];
  const byAudit = new Map(judgement.results.map((result) => [result.audit.id, result]));
  return htmlPage({
    kicker: words.report,
    heading: subject.name,
    verdict: { good: judgement.gate.open, text: verdict(report) },
    meta: `${effortText(subject)} · ${judgement.results.length} audits · ${report.at.slice(0, 10)}`,
    footer: `${words.method} A missing finding is no proof. Sallyport ${report.version}.`,
    body: `<section class="tiles" aria-label="Findings by severity">
${[...SEVERITIES]
  .reverse()
  .map((severity) => tile(severity, judgement.counts[severity]))
  .join('\n')}
</section>
${mendFirst(
  failing.map((id) => byAudit.get(id) as AuditResult),
  judgement.open,
)}
${htmlChecklist(report.checklist, subject.kind)}
<section aria-labelledby="areas">
<h2 id="areas">${words.stands}</h2>
<div class="scroll"><table class="areas"><thead><tr><th scope="col">Area</th><th scope="col">Failed</th><th scope="col">Warned</th><th scope="col">Passed</th><th scope="col">To look at</th></tr></thead><tbody>
${areaRows(judgement.results)}
</tbody></table></div>
</section>
<section aria-labelledby="findings">
<h2 id="findings">Findings, worst first</h2>
${
  failing.length === 0
    ? '<p class="empty">Nothing was found.</p>'
    : failing
        .map((id) =>
          auditBlock(
            byAudit.get(id) as AuditResult,
            judgement.open.filter((finding) => finding.audit === id),
          ),
        )
        .join('\n')
}
</section>
${undecided(judgement.results)}
${acceptedBlock(judgement.accepted)}
${notesBlock(report)}
<section aria-labelledby="passed">
<h2 id="passed">What holds, and what does not arise</h2>
<details><summary>${plural(judgement.states.pass, 'audit')} passed, ${judgement.states['not-applicable']} not applicable</summary>
<ul class="plain">${judgement.results
      .filter(({ state }) => state === 'pass' || state === 'not-applicable')
      .map(
        ({ audit, state, why }) =>
          `<li><span class="state ${state}">${STATE_WORDS[state]}</span> ${escapeHtml(audit.title)}${state === 'not-applicable' && why !== undefined ? ` <span class="quiet">${escapeHtml(why)}</span>` : ''}</li>`,
      )
      .join('')}</ul>
</details>
</section>`,
  });
}

function verdict(report: Report): string {
  const { counts, gate } = report.judgement;
  const worst = counts.critical + counts.high;
  const total = report.judgement.open.length;
  if (total === 0) return 'Nothing was found that stands against a release.';
  if (!gate.open) return `Not ready for release: ${gate.because.join('; ')}.`;
  return worst > 0
    ? `The gate is open, but ${plural(worst, 'serious finding')} should be mended.`
    : `The gate is open; ${plural(total, 'smaller finding')} to look at.`;
}

const tile = (severity: Severity, count: number): string =>
  `<div class="tile ${severity}${count === 0 ? ' none' : ''}"><b>${count}</b><span>${severity}</span></div>`;

/** The top of the list in one look; each leads to its finding. */
function mendFirst(failing: readonly AuditResult[], open: readonly Finding[]): string {
  const items = failing.slice(0, FIRST).map(({ audit }) => {
    const findings = open.filter((finding) => finding.audit === audit.id);
    const severity = findings[0]?.severity ?? audit.severity;
    return `<li><span class="badge ${severity}">${severity}</span> <a href="#audit-${audit.id}">${escapeHtml(audit.failingTitle)}</a> <span class="quiet">${plural(findings.length, 'place')}</span></li>`;
  });
  if (items.length === 0) return '';
  const rest = failing.length - items.length;
  return `<section aria-labelledby="first"><h2 id="first">Mend these first</h2><ol class="plain first">${items.join('')}</ol>${rest > 0 ? `<p class="quiet">… and ${rest} more below.</p>` : ''}</section>`;
}

function areaRows(results: readonly AuditResult[]): string {
  return (Object.keys(AREAS) as Audit['area'][])
    .flatMap((area) => {
      const own = results.filter(({ audit, state }) => audit.area === area && state !== 'not-applicable');
      if (own.length === 0) return [];
      const count = (...states: State[]) => own.filter(({ state }) => states.includes(state)).length;
      const cell = (number: number, kind: string) => `<td class="${number > 0 ? kind : 'quiet'}">${number}</td>`;
      return [
        `<tr><th scope="row">${AREAS[area]}</th>${cell(count('fail'), 'bad')}${cell(count('warn'), 'warnText')}${cell(count('pass'), 'goodText')}${cell(count('manual', 'inconclusive', 'error'), 'plainText')}</tr>`,
      ];
    })
    .join('\n');
}

function auditBlock(result: AuditResult, findings: readonly Finding[]): string {
  const { audit } = result;
  const worst = findings[0]?.severity ?? audit.severity;
  return `<details id="audit-${audit.id}" class="audit ${worst}"${worst === 'critical' || worst === 'high' ? ' open' : ''}>
<summary><span class="badge ${worst}">${worst}</span><span class="title">${escapeHtml(audit.failingTitle)}</span><span class="count">${findings.length}</span></summary>
<p>${escapeHtml(audit.why)}</p>
<ol class="places">
${findings.slice(0, SHOWN_PER_AUDIT).map(place).join('\n')}
</ol>
${findings.length > SHOWN_PER_AUDIT ? `<p class="quiet">… and ${findings.length - SHOWN_PER_AUDIT} more.</p>` : ''}
<h3>How to mend it</h3>
<p>${escapeHtml(audit.remedy.text)}</p>
${remedyCodes(
  audit,
  findings.map(({ path }) => path),
)
  .map(({ code }) => `<pre><code>${escapeHtml(code)}</code></pre>`)
  .join('\n')}
<p class="refs">${[audit.id, ...referenceList(audit)].map((item) => `<span>${escapeHtml(item)}</span>`).join(' ')}<br>${escapeHtml(checklistPhrase(audit))}</p>
</details>`;
}

function place(finding: Finding): string {
  return `<li><code class="where">${escapeHtml(finding.path)}${finding.line > 0 ? `:${finding.line}` : ''}</code>${finding.confidence === 'high' ? '' : ` <span class="quiet">${finding.confidence} confidence</span>`}<br>${escapeHtml(finding.message)}${finding.related.map((item) => ` <span class="quiet">${escapeHtml(item.message)}: ${escapeHtml(item.path)}:${item.line}</span>`).join('')}${finding.evidence === '' ? '' : `<pre class="line"><code>${escapeHtml(finding.evidence)}</code></pre>`}</li>`;
}

function undecided(results: readonly AuditResult[]): string {
  const list = results.filter(({ state }) => state === 'manual' || state === 'inconclusive' || state === 'error');
  if (list.length === 0) return '';
  return `<section aria-labelledby="undecided"><h2 id="undecided">For a person to decide</h2><ul class="plain">${list.map(({ audit, state, why }) => `<li><span class="state ${state}">${STATE_WORDS[state]}</span> ${escapeHtml(audit.title)} <span class="quiet">${escapeHtml(why ?? '')}</span></li>`).join('')}</ul></section>`;
}

function acceptedBlock(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  return `<section aria-labelledby="accepted"><h2 id="accepted">Accepted</h2><details><summary>${plural(findings.length, 'finding')} accepted as a risk or known before</summary><ul class="plain">${findings
    .slice(0, 500)
    .map(
      (finding) =>
        `<li><code class="where">${escapeHtml(finding.path)}:${finding.line}</code> ${escapeHtml(finding.audit)} <span class="quiet">${escapeHtml(finding.accepted?.reason ?? '')}${finding.accepted?.owner === undefined ? '' : `, ${escapeHtml(finding.accepted.owner)}, until ${escapeHtml(finding.accepted.expires ?? '')}`}</span></li>`,
    )
    .join('')}</ul></details></section>`;
}

function notesBlock(report: Report): string {
  if (report.notes.length === 0) return '';
  return `<section aria-labelledby="unread"><h2 id="unread">${SUBJECT_WORDS[report.subject.kind].notes}</h2><ul class="plain">${report.notes
    .slice(0, 200)
    .map((note) => `<li>${note.path === '' ? '' : `<code class="where">${escapeHtml(note.path)}</code> `}${escapeHtml(note.message)}</li>`)
    .join('')}</ul></section>`;
}
