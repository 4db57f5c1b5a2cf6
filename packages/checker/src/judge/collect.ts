import { createHash } from 'node:crypto';
import type { Audit, AuditContext, FindingInput } from '../audit.ts';
import type { Artifacts } from '../gather/artifacts.ts';
import { type AppKind, loweredByNeed } from './app-kind.ts';
import type { Finding } from './finding.ts';
import { maskEvidence } from './mask.ts';
import { SURENESS } from './settle-yields.ts';

/** Evidence longer than this is cut; it is a line to recognise, not a listing. */
const MAX_EVIDENCE = 240;
/** One audit shouting thousands of times about generated code helps nobody; what is cut is said. */
const MAX_FINDINGS = 2_000;

/** Collects what one audit says. */
export class Collector implements AuditContext {
  readonly artifacts: Artifacts;
  readonly findings: Finding[] = [];
  readonly #audit: Audit;
  readonly #lines: LineTable;
  readonly #seen = new Map<string, number>();
  readonly #ordinals = new Map<string, number>();
  verdict: { state: 'inconclusive' | 'manual' | 'not-applicable'; why: string } | undefined;
  /** What was not given. */
  unseen: string | undefined;
  error: string | undefined;
  cut = 0;

  readonly #found: ((finding: Finding) => void) | undefined;

  readonly #kinds: readonly AppKind[];

  constructor(audit: Audit, artifacts: Artifacts, lines: LineTable, found?: (finding: Finding) => void, kinds: readonly AppKind[] = []) {
    this.#found = found;
    this.#kinds = kinds;
    this.#audit = audit;
    this.artifacts = artifacts;
    this.#lines = lines;
  }

  report(input: FindingInput): void {
    if (this.findings.length >= MAX_FINDINGS) {
      this.cut++;
      return;
    }
    const place = this.#place(input);
    // One line, one finding of a kind: who mends the line mends both. The surer one is kept.
    const key = `${place.path}:${place.line}${place.line === 0 ? input.message : ''}`;
    const before = this.#seen.get(key);
    const confidence = input.confidence ?? 'high';
    const earlier = before === undefined ? undefined : this.findings[before];
    if (earlier !== undefined && SURENESS[confidence] <= SURENESS[earlier.confidence]) return;
    this.#seen.set(key, before ?? this.findings.length);
    const evidence = maskEvidence(place.text.trim(), input.secrets).slice(0, MAX_EVIDENCE);
    const stem = `${this.#audit.id}\n${place.path}\n${place.text.trim().replaceAll(/\s+/g, ' ')}`;
    const ordinal = this.#ordinals.get(stem) ?? 0;
    if (earlier === undefined) this.#ordinals.set(stem, ordinal + 1);
    const severity = input.severity ?? this.#audit.severity;
    const need = this.#need(input);
    const finding: Finding = {
      audit: this.#audit.id,
      severity: need === undefined ? severity : loweredByNeed(severity),
      confidence,
      path: place.path,
      line: place.line,
      column: place.column,
      endLine: place.endLine,
      endColumn: place.endColumn,
      evidence,
      message: maskEvidence(need === undefined ? input.message : `${input.message} ${need.reason}`, input.secrets),
      fingerprint: earlier?.fingerprint ?? createHash('sha256').update(`${stem}\n${ordinal}`).digest('hex').slice(0, 32),
      related: [...this.#reached(input), ...(input.related ?? [])],
      ...(need === undefined ? {} : { neededBy: need.kind }),
    };
    if (before === undefined) this.findings.push(finding);
    else this.findings[before] = finding;
    this.#found?.(finding);
  }

  /** The call a helper was reached through: there stands what it was given. */
  #reached({ at }: FindingInput): Finding['related'] {
    if (at?.via === undefined) return [];
    const { unit, node } = at.via;
    return [{ path: unit.path, line: this.#lines.position(unit, node.start).line, message: 'Reached from' }];
  }

  /** Why an app of the kind at hand must do what was found. */
  #need(input: FindingInput): { kind: AppKind; reason: string } | undefined {
    for (const kind of this.#kinds) {
      const reason = this.#audit.neededBy?.[kind];
      if (reason !== undefined && (input.needed?.includes(kind) ?? true)) return { kind, reason };
    }
    return undefined;
  }

  #place(input: FindingInput): { path: string; line: number; column: number; endLine: number; endColumn: number; text: string } {
    if (input.at !== undefined) {
      const { unit, start } = input.at;
      const from = this.#lines.position(unit, start);
      const to = this.#lines.position(unit, input.at.end ?? start);
      return {
        path: unit.path,
        line: from.line,
        column: from.column,
        endLine: to.line,
        endColumn: input.at.end === undefined ? from.text.length + 1 : to.column,
        text: from.text,
      };
    }
    const { path, line, evidence } = input.place ?? { path: '', line: 0 };
    return { path, line, column: 1, endLine: line, endColumn: Math.max(2, (evidence ?? '').length + 1), text: evidence ?? '' };
  }

  inconclusive(why: string): void {
    this.verdict = { state: 'inconclusive', why };
  }
  manual(why: string): void {
    this.verdict = { state: 'manual', why };
  }
  notApplicable(why: string): void {
    this.verdict = { state: 'not-applicable', why };
  }
  notGiven(why: string): void {
    this.verdict = { state: 'not-applicable', why };
    this.unseen = why;
  }
}

/** Turns offsets into lines; each file's line starts are counted once, when first asked for. */
export class LineTable {
  readonly #starts = new WeakMap<object, number[]>();

  position(unit: { readonly source: string }, offset: number): { line: number; column: number; text: string } {
    let starts = this.#starts.get(unit);
    if (starts === undefined) {
      starts = [0];
      for (let at = unit.source.indexOf('\n'); at !== -1; at = unit.source.indexOf('\n', at + 1)) starts.push(at + 1);
      this.#starts.set(unit, starts);
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    const start = starts[low] as number;
    const end = starts[low + 1] ?? unit.source.length + 1;
    return { line: low + 1, column: offset - start + 1, text: unit.source.slice(start, end - 1) };
  }
}
