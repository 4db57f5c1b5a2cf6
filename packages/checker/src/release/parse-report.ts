import { CouldNotRun } from '../check-io.ts';
import { LINE_STATES, type LineState } from '../checklist/line-verdict.ts';
import { PROVERS, type Prover, type ReleaseLineId, releaseChecklist } from '../checklist/release-checklist.ts';

/** What a report says of a line. */
export interface LineEvidence {
  readonly state: LineState;
  readonly why: string | undefined;
  readonly undecided: boolean;
  /** `YYYY-MM-DD`, when it rests on accepted risks. */
  readonly acceptedUntil: string | undefined;
  readonly audits: readonly string[];
}

/** A JSON report of one run, as far as a release reads it. */
export interface ReadReport {
  /** As the user named it. */
  readonly file: string;
  readonly kind: Prover;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly lines: ReadonlyMap<ReleaseLineId, LineEvidence>;
}

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
/** A report may come from anywhere; control characters in it would drive the reader's terminal. */
const clean = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 1_000) : undefined;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads a report of `check app`, `check api` or `check proxy` in JSON. What does not hold together is refused: a release rests on it.
 *
 * @throws CouldNotRun naming the file and what is wrong with it.
 * @example parseReport('app.json', text).lines.get('ats')?.state // 'proved'
 */
export function parseReport(file: string, text: string): ReadReport {
  const refuse = (why: string): never => {
    throw new CouldNotRun(`${file} is no report this can use: ${why}. Make one with sallyport check … --format json --output FILE.`);
  };
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return refuse('it is no JSON');
  }
  if (!isObject(root)) return refuse('it is no JSON object');
  if ('runs' in root) return refuse('it is SARIF');
  if (!isObject(root.tool) || root.tool.name !== 'sallyport') return refuse('it was not written by sallyport');
  if (root.version !== 1) return refuse(`its form has version ${clean(String(root.version))}, and version 1 is known here`);
  const { subject, checkedAt, checklist } = root;
  const kind = isObject(subject) ? PROVERS.find((prover) => prover === subject.kind) : undefined;
  const name = isObject(subject) ? clean(subject.name) : undefined;
  if (kind === undefined || name === undefined || name === '') return refuse('it does not say what it is about');
  const at = typeof checkedAt === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(checkedAt) ? Date.parse(checkedAt) : Number.NaN;
  if (Number.isNaN(at)) return refuse('it does not say when it was made');
  if (!Array.isArray(checklist)) return refuse('it holds no release checklist');

  const lines = new Map<ReleaseLineId, LineEvidence>();
  for (const entry of checklist as unknown[]) {
    const line = isObject(entry) ? releaseChecklist.find(({ id }) => id === entry.id) : undefined;
    if (!isObject(entry) || line === undefined)
      return refuse('its checklist holds a line that is not known here; use one version of sallyport for all');
    const evidence = readLine(entry);
    if (evidence === undefined || lines.has(line.id)) return refuse(`what it says of the line ${line.id} cannot be read`);
    const stands = evidence.state === 'proved' || evidence.state === 'accepted' || evidence.state === 'not-applicable';
    const provers: readonly Prover[] = line.provedBy;
    if (stands && (!provers.includes(kind) || !isBacked(entry.audits))) return refuse(`it contradicts itself about the line ${line.id}`);
    lines.set(line.id, evidence);
  }
  return { file, kind, name, at, lines };
}

function readLine({ state, why, undecided, acceptedUntil, audits }: Members): LineEvidence | undefined {
  const known = LINE_STATES.find((each) => each === state);
  if (known === undefined || typeof undecided !== 'boolean' || !Array.isArray(audits)) return undefined;
  if (why !== undefined && typeof why !== 'string') return undefined;
  if (known === 'accepted' ? typeof acceptedUntil !== 'string' || !DAY.test(acceptedUntil) : acceptedUntil !== undefined) return undefined;
  const ids = audits.map((audit: unknown) => (isObject(audit) ? clean(audit.id) : undefined));
  if (ids.some((id) => id === undefined)) return undefined;
  return { state: known, why: clean(why), undecided, acceptedUntil: clean(acceptedUntil), audits: ids as string[] };
}

/** A line stands on audits that passed or did not apply, one at least. */
const isBacked = (audits: unknown): boolean =>
  Array.isArray(audits) &&
  audits.length > 0 &&
  audits.every((audit: unknown) => isObject(audit) && (audit.state === 'pass' || audit.state === 'not-applicable'));
