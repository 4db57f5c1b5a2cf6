import { escapeXml } from '../emit/plist.ts';
import { day, SCENARIO_TITLES, strandedText, tellEvents, unseenText, VERDICT_TITLES } from './format-plan.ts';
import type { HostPlan, PinLife, Plan, PlanEvent } from './plan.ts';
import { PLAN_STYLE } from './plan-style.ts';

/**
 * A plan as one HTML file for a release manager: no script, nothing fetched, light and dark, fit for a phone and for paper.
 *
 * Every state is told by words and shape as well as by colour.
 */
export function planHtml(plan: Plan): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Pin plan ${day(plan.at)}</title>
<style>${PLAN_STYLE}</style>
</head>
<body>
<header>
<h1>Pin plan</h1>
<p class="facts">Set version ${plan.version} · ${day(plan.at)} to ${day(plan.until)}</p>
<p class="verdict ${plan.verdict}"><b>${badge(plan.verdict)}</b> The set ${VERDICT_TITLES[plan.verdict]}.${escapeXml(unseenText(plan))}</p>
</header>
<main>
${plan.hosts.map((host) => hostHtml(host, plan)).join('\n')}
</main>
<footer>A plan tells what is known to come. It does not see the day a key is stolen; that is what the second path is for.</footer>
</body>
</html>
`;
}

function badge(verdict: Plan['verdict']): string {
  return { survives: '✓ Survives', 'single-path': '! Single path', breaks: '✕ Breaks' }[verdict];
}

function hostHtml(host: HostPlan, plan: Plan): string {
  const rows = host.outcomes.map((outcome) => {
    const mark = { survives: '✓ survives', breaks: '✕ breaks', unknown: '? unknown' }[outcome.verdict];
    const remedy = outcome.verdict === 'breaks' ? `<div class="remedy">${escapeXml(outcome.remedy)}</div>` : '';
    const when = outcome.at === undefined ? '' : `<time>${day(outcome.at)}</time> `;
    return `<tr class="${outcome.verdict}"><th scope="row">${SCENARIO_TITLES[outcome.id]}</th><td class="mark">${mark}</td><td>${when}${escapeXml(
      sentence(outcome.why + strandedText(outcome)),
    )}${remedy}</td></tr>`;
  });
  const events = tellEvents(host.events).map(
    ({ at, severity, text }) =>
      `<li class="${severity}"><time>${day(at)}</time><span>${severity === 'break' ? '<b>Cuts apps off.</b> ' : ''}${escapeXml(sentence(text))}</span></li>`,
  );
  return `<section>
<h2>${escapeXml(host.host)} <span class="verdict ${host.verdict}">${badge(host.verdict)}</span></h2>
${timeline(host, plan)}
<h3>What may happen</h3>
<table><tbody>
${rows.join('\n')}
</tbody></table>
<h3>What will happen</h3>
<ol class="events">
${events.join('\n')}
</ol>
</section>`;
}

/** Bars of pins over a scale of time; positions in percent, so that they follow the width of the page. */
function timeline(host: HostPlan, plan: Plan): string {
  const at = (time: number) => Math.round(Math.min(100, Math.max(0, ((time - plan.at) / (plan.until - plan.at)) * 100)) * 100) / 100;
  return `<div class="timeline" role="img" aria-label="How long each active pin of ${escapeXml(host.host)} is a way to life">
<div class="scale">${years(plan)
    .map((time) => `<span style="left:${at(time)}%">${new Date(time).getUTCFullYear()}</span>`)
    .join('')}</div>
${host.lives.map((life) => bar(life, at)).join('\n')}
<div class="marks">${host.events.map((event) => mark(event, at)).join('')}</div>
<div class="legend"><span class="key renewal"></span>renewal <span class="key warning"></span>needs attention <span class="key break"></span>cuts apps off</div>
</div>`;
}

function years({ at, until }: Plan): readonly number[] {
  const first = new Date(at).getUTCFullYear() + 1;
  const last = new Date(until).getUTCFullYear();
  // At most ten labels, or they would overlap on a phone.
  const step = Math.max(1, Math.ceil((last - first + 1) / 10));
  const all: number[] = [];
  for (let year = first; year <= last; year += step) all.push(Date.UTC(year, 0, 1));
  return all;
}

function bar({ pin, label, role, endsAt, why }: PinLife, at: (time: number) => number): string {
  const width = endsAt === undefined ? 100 : Math.max(1, at(endsAt));
  const end = endsAt === undefined ? 'no known end' : `until ${day(endsAt)}`;
  return `<div class="life"><div class="name">${escapeXml(label)} <small>${escapeXml(role)}, ${end}</small></div>
<div class="track"><div class="bar${endsAt === undefined ? '' : ' ends'}" style="width:${width}%" title="${escapeXml(`${pin}: ${why}`)}"></div></div></div>`;
}

function mark({ at: time, kind, severity, text }: PlanEvent, at: (time: number) => number): string {
  const sort = severity === 'info' ? (kind === 'renewal' ? 'renewal' : 'cap') : severity;
  return `<i class="${sort}" style="left:${at(time)}%" title="${day(time)} ${escapeXml(text)}"></i>`;
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.\]]$/.test(first) ? first : `${first}.`;
}
