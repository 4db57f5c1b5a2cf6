export { certify, type Identity } from '../material/certify.ts';
export { type Authority, freshKey, makeAuthority } from './authority.ts';
