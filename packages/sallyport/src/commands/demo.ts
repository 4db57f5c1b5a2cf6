import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Command, ExitCode, Io } from '../command.ts';
import { readArguments } from '../read-arguments.ts';
import { openStateFolder } from '../state-folder.ts';
import { UsageError } from '../usage-error.ts';

/** `sallyport demo`, which is what `npm start` runs. */
export const demo: Command = {
  name: 'demo',
  summary: 'Start everything on this machine, show a tour with every attack refused, and keep serving.',
  usage: 'demo [--once] [--json] [--upstream URL]',
  example: 'sallyport demo --once --json',
  options: {
    once: { type: 'boolean', description: 'End after the tour: exit code 0 if all of it held, 1 otherwise.' },
    json: { type: 'boolean', description: 'Print one JSON document instead of lines.' },
    upstream: { type: 'string', argument: 'URL', description: 'Your own backend instead of the sample one. It is not attacked.' },
  },
  async run(args, io) {
    const options = readArguments(this, args);
    const upstream = readUpstream(options.text('upstream'));
    // Listening before the start, so that a stop in the middle of it is a clean one too.
    const stopped = io.untilStopped();
    const stateFolder = openStateFolder(io.cwd);
    const { startDemo } = await import('../tour/start-demo.ts');
    const path = join(stateFolder, 'access.log');
    const log = createWriteStream(path, { flags: 'w', mode: 0o600 });
    // A full disk must not end servers that still refuse and answer rightly. Said once: a stream that failed stays silent.
    log.once('error', ({ code }: NodeJS.ErrnoException) => {
      log.on('error', () => {});
      io.stderr.write(`The access log ${path} cannot be written (${code}), so there is none from here on; make room and start again.\n`);
    });
    const demonstration = await startDemo({ stateFolder, upstream, log: (line) => log.write(`${line}\n`) });
    try {
      const ok = await demonstration.show(readersOf(io, options.flag('json')));
      if (!options.flag('once')) await stopped;
      return (ok ? 0 : 1) satisfies ExitCode;
    } finally {
      await demonstration.close();
      log.end();
    }
  },
};

function readersOf(io: Io, json: boolean) {
  const color = io.isTerminal && io.env.NO_COLOR === undefined;
  return {
    write: (text: string) => void (json ? undefined : io.stdout.write(text)),
    report: (text: string) => void (json && io.stdout.write(text)),
    color,
  };
}

function readUpstream(text: string | undefined): string | undefined {
  if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new UsageError('--upstream must be an http:// or https:// address; write for instance --upstream http://127.0.0.1:3000.');
}
