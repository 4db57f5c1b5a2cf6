/** The command line is not as it should be. Printed as one line; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}
