import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EmittedFile } from '../emit/emitter.ts';

/** What a runner is given: emitted files, and a server on loopback that plays the host. */
export interface RehearsalTarget {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that issued the canary's certificate. */
  readonly ca: string;
  readonly files: readonly EmittedFile[];
  /** An empty folder to work in; it is removed afterwards. */
  readonly folder: string;
}

export type RehearsalAnswer = 'accepted' | 'refused' | 'not-installed';

/** Runs one emitted form for real. The command line adds one for the client, which this package does not know. */
export interface RehearsalRunner {
  /** The form it runs: the `id` of an emitter. */
  readonly form: string;
  run(target: RehearsalTarget): Promise<RehearsalAnswer>;
}

/** Longest wait for an answer from loopback, in seconds. */
const TIMEOUT = 10;

const curl: RehearsalRunner = {
  form: 'curl',
  async run({ host, port, ca, files, folder }) {
    const [config, authority] = [join(folder, 'curlrc'), join(folder, 'ca.pem')];
    const file = files.find(({ name }) => name === `${host}.curlrc`);
    await Promise.all([writeFile(config, file?.text ?? ''), writeFile(authority, ca)]);
    const place = ['--resolve', `${host}:${port}:127.0.0.1`, '--noproxy', '*', '--cacert', authority];
    const args = ['-q', '--config', config, '--silent', '--max-time', String(TIMEOUT), ...place, `https://${host}:${port}/`];
    return new Promise((resolve) => {
      execFile('curl', args, (error, stdout) => {
        if ((error as NodeJS.ErrnoException | null)?.code === 'ENOENT') resolve('not-installed');
        else resolve(error === null && stdout === CANARY_ANSWER ? 'accepted' : 'refused');
      });
    });
  },
};

const node: RehearsalRunner = {
  form: 'node',
  async run({ host, port, ca, files, folder }) {
    const file = join(folder, 'pins.mjs');
    await writeFile(file, files[0]?.text ?? '');
    const { createPinnedAgent } = await import(pathToFileURL(file).href);
    const agent = createPinnedAgent({ ca });
    try {
      return await new Promise<RehearsalAnswer>((resolve) => {
        const options = { host: '127.0.0.1', port, servername: host, agent, timeout: TIMEOUT * 1000 };
        const request = get(options, (response) => {
          response.resume().once('end', () => resolve('accepted'));
        });
        request.once('timeout', () => request.destroy(new Error('timeout')));
        request.once('error', () => resolve('refused'));
      });
    } finally {
      agent.destroy();
    }
  },
};

/** What the canary answers, so that no other server is taken for it. */
export const CANARY_ANSWER = 'sallyport-canary';

/** The forms this package can run by itself. */
export const runners: readonly RehearsalRunner[] = [curl, node];
