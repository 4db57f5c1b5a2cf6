export type { Request, RequestOptions } from './build-call.ts';
export type { Query } from './client-address.ts';
export type { ClientOptions } from './client-options.ts';
export { type Client, createClient, type SessionState } from './create-client.ts';
export {
  ClientError,
  type ClientErrorCode,
  HttpStatusError,
  LockTimeoutError,
  OutcomeUnknownError,
  RateLimitedError,
  type SessionEnd,
  SessionEndedError,
  SignInFailedError,
  type SignInFault,
  StoreLockedError,
} from './errors.ts';
export type { Revocation } from './oauth/revoke-token.ts';
export { type PinPolicy, readPinPolicy } from './pin-policy.ts';
export {
  createPinUpdates,
  type PinSetSource,
  type PinsInForce,
  type PinUpdate,
  type PinUpdates,
  type PinUpdatesOptions,
  policyOf,
} from './pin-updates.ts';
export type {
  CancelSignal,
  Clock,
  CredentialStore,
  DeviceKey,
  Digest,
  Lock,
  Logger,
  LogRecord,
  Platform,
  Random,
  SystemBrowser,
  Transport,
  TransportRequest,
  TransportResponse,
} from './ports.ts';
export type { Answer, Decode } from './read-answer.ts';
export { TransportError, type TransportFailure } from './transport-error.ts';
