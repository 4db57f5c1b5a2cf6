import { redactValue } from '@sallyport/protocol';
import type { Logger, LogRecord } from './ports.ts';

/**
 * The only logger the client has: whatever it is given, the platform's logger receives it redacted. In debug builds too:
 * there is no switch.
 *
 * A logger that throws must not break a request, so its failures end here.
 */
export function redactingLogger(logger: Logger | undefined): Logger {
  return {
    log(record) {
      try {
        logger?.log(redactValue(record) as LogRecord);
      } catch {
        // Nowhere to tell it.
      }
    },
  };
}
