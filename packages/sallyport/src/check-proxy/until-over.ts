import type { InputStream, Io } from '../command.ts';

/**
 * Settles when the time is up, when the process is asked to stop, or when somebody at the terminal presses Enter.
 *
 * @param signal aborted when nobody waits any more.
 */
export function untilOver(
  { stdin, untilStopped }: Pick<Io, 'stdin' | 'untilStopped'>,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener('abort', () => clearTimeout(timer));
    void untilStopped().then(resolve);
    if (stdin.isTTY) void enter(stdin).then(resolve);
  });
}

async function enter(stdin: InputStream): Promise<void> {
  // Else a terminal nobody types at would keep the process from ending.
  stdin.unref?.();
  for await (const chunk of stdin) if (/[\r\n]/.test(chunk.toString())) return;
}
