/** One thing that is wrong (or worth a warning) in a policy: where, what, and what to write instead. */
export interface PolicyProblem {
  /** The file as it was named or found; absent when the policy did not come from a file. */
  readonly file?: string | undefined;
  /** Counted from 1. Absent for a TypeScript or JavaScript policy, whose values have no place. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** Such as `routes[2].method`; empty for the policy as a whole. */
  readonly path: string;
  readonly what: string;
  readonly instead: string;
}

/** `policy-not-found`: no file, or two; `policy-unreadable`: the file cannot be read or parsed; `policy-invalid`: its content is wrong. */
export type PolicyErrorCode = 'policy-not-found' | 'policy-unreadable' | 'policy-invalid';

/** More lines than a screen shows are not read; the rest is still in `problems`. */
const SHOWN_PROBLEMS = 50;

/** A policy that must not be started with. Its message is one line for each problem. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly code: PolicyErrorCode;
  readonly problems: readonly PolicyProblem[];

  constructor(code: PolicyErrorCode, problems: readonly PolicyProblem[]) {
    const lines = problems.slice(0, SHOWN_PROBLEMS).map(formatPolicyProblem);
    if (problems.length > SHOWN_PROBLEMS) lines.push(`and ${problems.length - SHOWN_PROBLEMS} more; mend these first`);
    super(lines.join('\n'));
    this.code = code;
    this.problems = problems;
  }
}

/**
 * Writes a problem as one line, in the form editors and terminals make a link of.
 *
 * @example // sallyport.config.yaml:12:5 routes[2].method: "FETCH" is none of GET, POST; write for instance "GET"
 */
export function formatPolicyProblem({ file, line, column, path, what, instead }: PolicyProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const where = [place, path].filter((part) => part !== '').join(' ');
  return `${where === '' ? '' : `${where}: `}${what}; ${instead}`.replace(/\s*[\r\n]+\s*/g, ' ');
}

/** A path inside the policy as text. @example formatPath(['routes', 2, 'method']) // 'routes[2].method' */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_]\w*$/.test(String(part))) text += text === '' ? String(part) : `.${String(part)}`;
    else text += `[${JSON.stringify(shorten(String(part)))}]`;
  }
  return text;
}

/** What a line of an error shows of a value at most; the rest helps nobody. */
const SHOWN_LENGTH = 60;

/** Cuts a text for a message. */
export function shorten(text: string): string {
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH - 1)}…`;
}
