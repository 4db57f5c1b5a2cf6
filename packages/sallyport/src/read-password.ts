import type { InputStream, Io } from './command.ts';
import { UsageError } from './usage-error.ts';

/** Longest line taken as a password; the user store has its own, smaller bound and says so. */
const MAX_LENGTH = 8192;

/**
 * Reads a password: at a terminal by asking, twice and without showing it; else the first line of standard input. Never
 * from an argument, which every process on the machine can read.
 *
 * @throws UsageError when there is none, or the two differ.
 */
export async function readPassword(io: Io): Promise<string> {
  if (!io.stdin.isTTY) {
    const line = await firstLine(io.stdin);
    if (line === '')
      throw new UsageError('No password came in. Type it at the prompt, or pipe it: printf %s "$PASSWORD" | sallyport users add ana');
    return line;
  }
  const lines = hiddenLines(io);
  const password = await ask(lines, 'Password: ');
  if ((await ask(lines, 'Again: ')) !== password) throw new UsageError('The two passwords differ. Start again.');
  return password;
}

async function ask(lines: { next(prompt: string): Promise<string> }, prompt: string): Promise<string> {
  const line = await lines.next(prompt);
  if (line === '') throw new UsageError('No password was typed. Start again.');
  return line;
}

async function firstLine(stdin: InputStream): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.includes('\n')) break;
    if (text.length > MAX_LENGTH) throw new UsageError(`The password has more than ${MAX_LENGTH} characters.`);
  }
  return (text.split('\n')[0] as string).replace(/\r$/, '');
}

/** Lines of a terminal in raw mode, where nothing typed is shown and editing is ours to do. */
function hiddenLines({ stdin, stderr }: Io) {
  const decoder = new TextDecoder();
  const input = stdin[Symbol.asyncIterator]();
  let pending: string[] = [];
  return {
    async next(prompt: string): Promise<string> {
      stderr.write(prompt);
      stdin.setRawMode?.(true);
      try {
        const line: string[] = [];
        for (;;) {
          while (pending.length > 0) {
            const character = pending.shift() as string;
            if (character === '\r' || character === '\n' || character === END_OF_INPUT) return line.join('');
            if (character === INTERRUPT) throw new UsageError('Interrupted.');
            if (character === BACKSPACE || character === '\b') line.pop();
            else if (line.length < MAX_LENGTH) line.push(character);
          }
          const { value, done } = await input.next();
          if (done) return line.join('');
          pending = [...(typeof value === 'string' ? value : decoder.decode(value, { stream: true }))];
        }
      } finally {
        stdin.setRawMode?.(false);
        stderr.write('\n');
      }
    },
  };
}

const [INTERRUPT, END_OF_INPUT, BACKSPACE] = ['\u0003', '\u0004', '\u007f'];
