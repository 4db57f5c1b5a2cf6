import { ClientError } from './errors.ts';
import { TransportError } from './transport-error.ts';

/**
 * Any failure as one of ours. What a platform's part throws by itself (a keychain's error, a TypeError) may quote what it
 * was given, so nothing of it but the fact is passed on.
 */
export function toClientError(error: unknown): ClientError {
  if (error instanceof ClientError) return error;
  if (error instanceof TransportError) return fromTransport(error);
  return new ClientError('platform-failure');
}

function fromTransport({ failure, detail }: TransportError): ClientError {
  switch (failure) {
    case 'unreachable':
      return new ClientError('offline');
    case 'pin-failure':
    case 'untrusted-server': {
      const error = new ClientError(failure);
      return detail === undefined ? error : new ClientError(failure, `${error.message} (${detail})`);
    }
    case 'malformed':
      return new ClientError('invalid-response');
    case 'too-large':
      return new ClientError('invalid-response', 'The answer is larger than the client accepts (maxBytes).');
    case 'cancelled':
      return new ClientError('cancelled');
  }
}
