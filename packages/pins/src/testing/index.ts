export { type Authority, freshKey, makeAuthority } from './authority.ts';
