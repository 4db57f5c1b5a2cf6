import type { Audit } from '../audit.ts';
import { cipherEcb } from './crypto/cipher-ecb.ts';
import { constantSalt } from './crypto/constant-salt.ts';
import { fastPasswordHash } from './crypto/fast-password-hash.ts';
import { hardcodedCryptoKey } from './crypto/hardcoded-crypto-key.ts';
import { insecureRandom } from './crypto/insecure-random.ts';
import { lowKdfCost } from './crypto/low-kdf-cost.ts';
import { staticIv } from './crypto/static-iv.ts';
import { weakCipher } from './crypto/weak-cipher.ts';
import { weakHash } from './crypto/weak-hash.ts';
import { weakKeySize } from './crypto/weak-key-size.ts';
import { sensitiveLogging } from './logging/sensitive-logging.ts';
import { secretsInPreferences } from './storage/secrets-in-preferences.ts';
import { atsArbitraryLoads } from './transport/ats-arbitrary-loads.ts';
import { atsExceptionDomains } from './transport/ats-exception-domains.ts';
import { atsForwardSecrecy } from './transport/ats-forward-secrecy.ts';
import { atsLocalNetworking } from './transport/ats-local-networking.ts';
import { atsTlsFloor } from './transport/ats-tls-floor.ts';
import { cleartextSocket } from './transport/cleartext-socket.ts';
import { cleartextUrl } from './transport/cleartext-url.ts';
import { secretsInUrl } from './transport/secrets-in-url.ts';
import { tlsMinimumLowered } from './transport/tls-minimum-lowered.ts';

/** Every audit of an app, in the order reports list them within a severity. Add yours here. */
export const audits: readonly Audit[] = [
  atsArbitraryLoads,
  atsExceptionDomains,
  atsForwardSecrecy,
  atsLocalNetworking,
  atsTlsFloor,
  cleartextSocket,
  cleartextUrl,
  secretsInUrl,
  tlsMinimumLowered,
  secretsInPreferences,
  sensitiveLogging,
  cipherEcb,
  constantSalt,
  fastPasswordHash,
  hardcodedCryptoKey,
  insecureRandom,
  lowKdfCost,
  staticIv,
  weakCipher,
  weakHash,
  weakKeySize,
];
