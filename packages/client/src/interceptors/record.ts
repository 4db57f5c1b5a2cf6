import { redactUrl } from '@sallyport/protocol';
import type { Interceptor } from '../call.ts';
import { ClientError } from '../errors.ts';
import type { Clock, Logger } from '../ports.ts';

/** Writes one record per call, whatever becomes of it: no header, no body, no query value (REQUIREMENTS C11). */
export function record(logger: Logger, clock: Clock): Interceptor {
  return async (call, next) => {
    const start = clock.uptime();
    const common = () => ({
      event: 'request',
      method: call.method,
      url: redactUrl(call.url),
      milliseconds: Math.round(clock.uptime() - start),
      attempts: call.trail.attempts,
      renewed: call.trail.renewed,
    });
    try {
      const response = await next(call);
      logger.log({ ...common(), status: response.status });
      return response;
    } catch (error) {
      const { code, status, reason, supportCode } = error as Partial<Record<'code' | 'status' | 'reason' | 'supportCode', unknown>>;
      logger.log({ ...common(), error: error instanceof ClientError ? code : 'unexpected', status, reason, supportCode });
      throw error;
    }
  };
}
