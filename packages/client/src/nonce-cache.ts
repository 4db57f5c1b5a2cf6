/** A client talks to an API and an issuer; 16 leaves room and bounds what a hostile redirect of names could fill. */
const MAX_ORIGINS = 16;

/** NQCHAR (RFC 6749 appendix A), as RFC 9449 §8.1 has it; 1024 bounds what every later proof would have to carry. */
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/;

/** The latest DPoP nonce of each origin (RFC 9449 §8.2). In memory only: a nonce lives for minutes. */
export interface NonceCache {
  get(origin: string): string | undefined;
  /** Keeps the nonce of a response's `DPoP-Nonce` field; anything malformed is ignored. */
  remember(origin: string, field: string | undefined): void;
  clear(): void;
}

export function createNonceCache(): NonceCache {
  const nonces = new Map<string, string>();
  return {
    get: (origin) => nonces.get(origin),
    remember(origin, field) {
      if (field === undefined || !NONCE.test(field)) return;
      nonces.delete(origin);
      nonces.set(origin, field);
      const [oldest] = nonces.keys();
      if (nonces.size > MAX_ORIGINS && oldest !== undefined) nonces.delete(oldest);
    },
    clear: () => nonces.clear(),
  };
}
