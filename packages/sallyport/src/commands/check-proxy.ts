import { checkIo } from '../check-io.ts';
import { writeAuthorityFiles } from '../check-proxy/authority-files.ts';
import { runBehindProxy } from '../check-proxy/run-behind-proxy.ts';
import { untilOver } from '../check-proxy/until-over.ts';
import type { Command, ExitCode } from '../command.ts';
import { type Arguments, readArguments } from '../read-arguments.ts';
import { REPORT_USAGE, readList, readReportOptions, reportOptions } from '../report-options.ts';
import { UsageError } from '../usage-error.ts';

/** Where a device is told to look, so that it needs telling once. A command is told a free port. */
const LISTEN = '127.0.0.1:8899';
/** Seconds. A proxy that was forgotten ends by itself. */
const [DEFAULT_SECONDS, MOST_SECONDS] = [3_600, 86_400];

/** `sallyport check proxy` */
export const checkProxy: Command = {
  name: 'check proxy',
  summary: 'Stand between your app and its hosts with a certificate the device trusts, and prove that the pins refuse it.',
  detail:
    'Nothing is passed on to the pinned hosts, and no value of a request is kept. The proof needs a control: a host the app calls without pins (--control), or the page this prints, opened in the browser of the device. After -- comes a command that is run behind the proxy; it may ask for $SALLYPORT_CONTROL_URL as the control. Exit code 2 also when nothing was proved.',
  usage: `check proxy --pinned HOST,HOST [--control HOST] [--listen ADDRESS:PORT] [--from ADDRESS,ADDRESS] [--pass-through HOST,HOST] [--seconds N] ${REPORT_USAGE} [-- COMMAND …]`,
  example: 'sallyport check proxy --pinned api.example.com --control cdn.example.com --listen 192.168.1.5:8899',
  options: {
    pinned: { type: 'string', argument: 'HOST,HOST', description: 'Hosts the app is meant to pin.' },
    control: { type: 'string', argument: 'HOST', description: 'A host the app calls without pins. Default: a page for the browser.' },
    listen: { type: 'string', argument: 'ADDRESS:PORT', description: `IP address and port. Default ${LISTEN}; a free port for a command.` },
    from: { type: 'string', argument: 'ADDRESS,ADDRESS', description: 'IP addresses that may connect besides private ones.' },
    'pass-through': {
      type: 'string',
      argument: 'HOST,HOST',
      description: 'Hosts passed on untouched, such as *.apple.com; all others are turned away.',
    },
    seconds: { type: 'string', argument: 'N', description: `Longest run. Default ${DEFAULT_SECONDS}.` },
    ...reportOptions,
  },
  async run(args, io) {
    const end = args.indexOf('--');
    const options = readArguments(this, end === -1 ? args : args.slice(0, end));
    const command = end === -1 ? [] : args.slice(end + 1);
    if (end !== -1 && command.length === 0) throw new UsageError('A command is missing after --. See sallyport check proxy --help.');
    const seconds = readSeconds(options);
    const passThrough = readList(options.text('pass-through'));
    // Loaded only here: no other check should wait for the proxy.
    const { runCheckProxy } = await import('@sallyport/checker/proxy');
    const { deviceSteps } = await import('../check-proxy/device-steps.ts');
    const { proxyEnvironment } = await import('../check-proxy/proxy-environment.ts');
    const code = await runCheckProxy(
      {
        ...readReportOptions(options),
        pinned: readList(options.text('pinned')),
        control: options.text('control'),
        listen: options.text('listen') ?? (command.length === 0 ? LISTEN : '127.0.0.1:0'),
        from: readList(options.text('from')),
        passThrough,
      },
      checkIo(io),
      async (session) => {
        const files = await writeAuthorityFiles(session.authority, passThrough.length > 0);
        const waiting = new AbortController();
        try {
          const over = untilOver(io, seconds, waiting.signal);
          if (command.length > 0) return [await runBehindProxy(command, proxyEnvironment(session, files), io, over)];
          io.stderr.write(deviceSteps(session, files));
          await over;
          return [];
        } finally {
          waiting.abort();
          await files.remove();
        }
      },
    );
    return code as ExitCode;
  },
};

function readSeconds(options: Arguments): number {
  const text = options.text('seconds') ?? String(DEFAULT_SECONDS);
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= MOST_SECONDS) return Number(text);
  throw new UsageError(`--seconds takes a whole number from 1 to ${MOST_SECONDS}, not ${JSON.stringify(text)}.`);
}
