import { access } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { audits } from './audits/index.ts';
import type { CheckIo } from './check-io.ts';
import type { Artifacts } from './gather/artifacts.ts';
import { gather } from './gather/gather.ts';
import { parseAppKinds, readAppKinds } from './judge/app-kind.ts';
import { runAudits } from './judge/run-audits.ts';
import { readInput } from './read-and-write.ts';
import { firstFindings, isQuick } from './report/first-findings.ts';
import { type ReportOptions, runCheck } from './run-check.ts';

export interface CheckAppOptions extends ReportOptions {
  /** Folder of sources, or an `.ipa`. `sallyport-risks.json` in the folder holds its accepted risks unless `risks` names another file. */
  readonly path: string;
  /** Look through git history (default true). */
  readonly history?: boolean;
  readonly includeTests?: boolean;
  /** Kinds of app this is (`APP_KINDS`); those in the file of accepted risks count too. */
  readonly appKinds?: readonly string[];
  /** Address of the live API the app's pins are held against. Loopback, or a host named in `owned`; else that audit is inconclusive. */
  readonly api?: string;
  /** Hosts the user names as their own (`--i-own`). */
  readonly owned?: readonly string[];
  /** PEM of the authorities that vouch for the live API, instead of the system's. */
  readonly ca?: string;
}

/** Milliseconds. A host that needs longer for a handshake is down for a phone as well. */
const HANDSHAKE_TIMEOUT = 5_000;

/**
 * `sallyport check app PATH`.
 *
 * @returns 0 gate open, 1 gate closed, 2 could not run (one clear line says why).
 */
export async function runCheckApp(options: CheckAppOptions, io: CheckIo): Promise<number> {
  const risks = options.risks ?? (await besideApp(options.path));
  return runCheck(audits, { ...options, risks }, io, async ({ audits: chosen, progress, counts }) => {
    const kinds = [
      ...readAppKinds(options.appKinds ?? []),
      ...(risks === undefined ? [] : parseAppKinds(await readInput(risks, 'file of accepted risks'))),
    ];
    const { api, owned = [], ca } = options;
    const live =
      api === undefined
        ? undefined
        : await (await import('./gather/live-host.ts')).readLiveHost({ api, owned, ca, timeout: HANDSHAKE_TIMEOUT });
    const found = progress === undefined ? undefined : firstFindings(chosen, counts, (text) => progress(`${text}\n`));
    const firstLook =
      found === undefined ? undefined : (early: Artifacts) => void runAudits(chosen.filter(isQuick), early, { found, kinds });
    const today = io.now().toISOString().slice(0, 10);
    const artifacts: Artifacts = {
      ...(await gather(options.path, { history: options.history ?? true, tests: options.includeTests ?? false, progress, firstLook })),
      live,
      today,
    };
    const { code, plists, texts, binaries, lines, notes } = artifacts;
    return {
      subject: {
        kind: 'app',
        name: basename(resolve(options.path)),
        effort: [
          { count: code.length + plists.length + texts.length + binaries.length, of: 'file' },
          { count: lines, of: 'line' },
        ],
      },
      results: runAudits(chosen, artifacts, { includeTests: options.includeTests ?? false, kinds, progress, found }),
      notes,
    };
  });
}

async function besideApp(path: string): Promise<string | undefined> {
  const file = resolve(path, 'sallyport-risks.json');
  return access(file).then(
    () => file,
    () => undefined,
  );
}
