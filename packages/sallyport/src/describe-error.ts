import { redactText } from '@sallyport/protocol';

/**
 * One line that says what went wrong, without secrets. Errors with a code of ours explain themselves; of all others only the first line
 * is shown.
 *
 * @example describeError(new Error('no space left')) // 'no space left. This was not expected; …'
 */
export function describeError(error: unknown): string {
  const { code, message } = error instanceof Error ? (error as Error & { code?: unknown }) : { code: undefined, message: String(error) };
  if (code === 'policy-invalid' || code === 'policy-unreadable' || code === 'policy-not-found') return redactText(message);
  const [line = ''] = redactText(message).split('\n');
  if (code === 'EADDRINUSE') return `${line}. Another program listens there: stop it, or write another port in the policy.`;
  if (code === 'EACCES') return `${line}. This user may not do that: choose a port above 1023, or check the rights of the file.`;
  if (typeof code === 'string' && /^[a-z]/.test(code)) return line;
  return `${line.replace(/\.?$/, '.')} This was not expected; SALLYPORT_DEBUG=1 shows where it comes from.`;
}

/** Where an error comes from, for who looks for its cause. */
export const describeStack = ({ stack = '' }: Error): string => redactText(stack);
