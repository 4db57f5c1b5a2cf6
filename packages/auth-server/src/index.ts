export { type AuthServer, createAuthServer } from './auth-server.ts';
export { loadCookieKeys } from './keys/cookie-keys.ts';
export { createSigningKey, loadSigningKeys, type SigningKey, type SigningKeys } from './keys/signing-keys.ts';
export { SecretFileError } from './keys/write-once.ts';
export type { AuthClient, AuthServerOptions, Log } from './options.ts';
