import { type CheckIo, CouldNotRun } from '../check-io.ts';
import { readInput } from '../read-and-write.ts';
import { type ReportOptions, runCheck } from '../run-check.ts';
import { asAudit } from './as-audit.ts';
import { apiAudits } from './audits/index.ts';
import { checkApi } from './check-api.ts';
import { CredentialsFault } from './credentials-members.ts';
import type { CheckApiOptions } from './options.ts';
import { type Credentials, parseCredentials } from './parse-credentials.ts';

export interface RunCheckApiOptions extends Omit<CheckApiOptions, 'openapi' | 'ca' | 'only'>, ReportOptions {
  /** File with the OpenAPI document, JSON or YAML. */
  readonly openapi?: string | undefined;
  /** File with the PEM of the authority to trust. */
  readonly ca?: string | undefined;
  /** File with test credentials, see `parseCredentials`; what it holds goes before what the other options say. */
  readonly credentials?: string | undefined;
}

/**
 * `sallyport check api URL`.
 *
 * @returns 0 gate open, 1 gate closed, 2 could not run (one clear line says why).
 */
export async function runCheckApi(options: RunCheckApiOptions, io: CheckIo): Promise<number> {
  return runCheck(apiAudits.map(asAudit), options, io, async ({ audits, progress }) => {
    const only = audits.length === apiAudits.length ? undefined : audits.map(({ id }) => id);
    const openapi = options.openapi === undefined ? undefined : await readInput(options.openapi, 'OpenAPI document');
    const ca = options.ca === undefined ? undefined : await readInput(options.ca, 'authority');
    const credentials = options.credentials === undefined ? {} : await readCredentials(options.credentials);
    const outcome = await checkApi(
      { ...options, openapi, ca, ...credentials, ...(only !== undefined && { only }) },
      { progress, now: () => io.now().getTime() },
    );
    if (outcome.kind === 'could-not-run') throw new CouldNotRun(outcome.message);
    const decided = outcome.results.some(({ state }) => state === 'pass' || state === 'fail' || state === 'warn');
    // A drill alone leaves its verdict to a person, and was made all the same.
    if (!decided && !outcome.results.every(({ state }) => state === 'manual')) {
      throw new CouldNotRun(
        `No audit came to a verdict. The first says: ${outcome.results.find(({ why }) => why !== undefined)?.why ?? 'nothing'}`,
      );
    }
    const each = outcome.results.filter(({ sent }) => sent > 0).map(({ audit, sent }) => `${audit.id} ${sent}`);
    return {
      subject: { kind: 'api', name: new URL(outcome.url).host, effort: [{ count: outcome.sent, of: 'request' }] },
      results: outcome.results.map((result) => ({ ...result, audit: asAudit(result.audit) })),
      notes: [
        ...outcome.notices,
        `${outcome.sent} requests and connections were sent: shared ${outcome.sentGathering}, ${each.join(', ')}.`,
      ].map((message) => ({ path: '', message })),
    };
  });
}

async function readCredentials(path: string): Promise<Credentials> {
  try {
    return parseCredentials(await readInput(path, 'file of test credentials'));
  } catch (error) {
    if (!(error instanceof CredentialsFault)) throw error;
    throw new CouldNotRun(`The file of test credentials ${path} cannot be used: ${error.message}.`);
  }
}
