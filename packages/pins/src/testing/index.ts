export { type Authority, freshKey, makeAuthority } from './authority.ts';
export { certify, type Identity } from './certify.ts';
export { startTlsServer } from './tls-server.ts';
