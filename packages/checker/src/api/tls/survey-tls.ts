import type { TlsAnswer } from './ask-tls.ts';
import { CIPHER_SUITES, suiteName, TLS13_SUITES } from './cipher-suites.ts';
import { TLS_VERSIONS, type TlsVersion } from './client-hello.ts';

/** What a server speaks. */
export interface TlsSurvey {
  readonly versions: readonly TlsVersion[];
  /** Names of the suites it chose in TLS 1.2 or older, in its own order of preference. */
  readonly suites: readonly string[];
  /** Whether every suite was asked for; false when the server went silent or the list was cut. */
  readonly complete: boolean;
  /** Versions on which no clear answer came. */
  readonly unclear: readonly TlsVersion[];
}

/** A server that enables everything OpenSSL has chooses some 40 times. */
const MAX_SUITE_QUESTIONS = 64;

const NEWEST_FIRST = (Object.keys(TLS_VERSIONS) as TlsVersion[]).toReversed();
const CURRENT: readonly TlsVersion[] = ['TLS 1.3', 'TLS 1.2'];

/**
 * Finds out versions by asking for each alone, and suites by striking out what the server chose until it chooses no more.
 *
 * @param ask sends one ClientHello; throws when the budget is spent.
 */
export async function surveyTls(ask: (version: TlsVersion, suites: readonly number[]) => Promise<TlsAnswer>): Promise<TlsSurvey> {
  const all = CIPHER_SUITES.map((suite) => suite.id);
  const answers = new Map<TlsVersion, TlsAnswer>();
  for (const version of NEWEST_FIRST) {
    // Who keeps still at what everybody speaks today would cost the whole time of a connection each time.
    if (CURRENT.every((current) => answers.get(current)?.kind === 'silent')) break;
    answers.set(version, await ask(version, version === 'TLS 1.3' ? TLS13_SUITES : all));
  }
  const oldestFirst = NEWEST_FIRST.toReversed();
  const versions = oldestFirst.filter((version) => {
    const answer = answers.get(version);
    return answer?.kind === 'hello' && answer.version === version;
  });
  // 'foreign' is kept apart: a port that speaks something else altogether refuses no version.
  const unclear = oldestFirst.filter((version) => ['silent', 'foreign', 'unreachable'].includes(answers.get(version)?.kind ?? 'silent'));
  const classic = versions.findLast((version) => version !== 'TLS 1.3');
  if (classic === undefined) return { versions, unclear, suites: [], complete: true };
  const suites: string[] = [];
  let left = all;
  for (let asked = 0; asked < MAX_SUITE_QUESTIONS && left.length > 0; asked++) {
    const answer = await ask(classic, left);
    if (answer.kind !== 'hello') {
      return { versions, unclear, suites, complete: answer.kind === 'alert' || answer.kind === 'closed' };
    }
    // Choosing what was not offered would go on for ever.
    if (!left.includes(answer.suite)) return { versions, unclear, suites, complete: false };
    suites.push(suiteName(answer.suite));
    left = left.filter((id) => id !== answer.suite);
  }
  return { versions, unclear, suites, complete: left.length === 0 };
}
