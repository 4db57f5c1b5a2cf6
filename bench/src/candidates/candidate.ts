import type { JsonWebKey } from 'node:crypto';

/** What a measured server process is told at its start. */
export interface CandidateOptions {
  readonly certificate: string;
  readonly key: string;
  /** Address of the backend. */
  readonly upstream: string;
  /** The issuer's public key, for those who check tokens. */
  readonly issuerKey: JsonWebKey & { readonly kid: string };
}

export type Question = { readonly ask: 'start'; readonly options: CandidateOptions } | { readonly ask: 'cpu' };
export type Answer = { readonly port: number } | { readonly cpu: number };

/**
 * Runs a server in this process and answers the benchmark's questions: start, and how much CPU the whole process has used
 * so far (all threads, user and system), in microseconds.
 */
export function answerBenchmark(start: (options: CandidateOptions) => Promise<number>): void {
  process.on('message', (question: Question) => {
    if (question.ask === 'start') {
      void start(question.options).then((port) => process.send?.({ port } satisfies Answer));
      return;
    }
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system } satisfies Answer);
  });
}
