import { checkPolicy } from './check-policy.ts';
import { PolicyError } from './policy-error.ts';
import type { Policy } from './schema.ts';

/** A policy in which nothing is left open: every address is known. */
export interface ResolvedPolicy extends Omit<Policy, 'gateway' | 'auth' | 'api'> {
  readonly gateway: Omit<Policy['gateway'], 'publicUrl'> & { readonly publicUrl: string };
  readonly auth: Omit<Policy['auth'], 'issuer'> & { readonly issuer: string };
  readonly api: { readonly audience: string };
}

/** The ports really listened on, where the policy says 0 or its port was taken. */
export interface ChosenPorts {
  readonly gateway?: number;
  readonly auth?: number;
}

/**
 * Completes a policy with the defaults that depend on other keys, and checks it as a whole.
 *
 * Choose free ports first: with port 0 and no address, `publicUrl` would read `https://localhost:0`.
 *
 * @throws PolicyError `policy-invalid`.
 * @example resolvePolicy(policy).gateway.publicUrl // 'https://localhost:8443'
 */
export function resolvePolicy(policy: Policy, ports: ChosenPorts = {}): ResolvedPolicy {
  const gatewayListen = { ...policy.gateway.listen, port: ports.gateway ?? policy.gateway.listen.port };
  const authListen = { ...policy.auth.listen, port: ports.auth ?? policy.auth.listen.port };
  const complete: Policy = {
    ...policy,
    gateway: { ...policy.gateway, listen: gatewayListen },
    auth: { ...policy.auth, listen: authListen },
  };
  const { errors } = checkPolicy(complete);
  if (errors.length > 0) throw new PolicyError('policy-invalid', errors);
  const publicUrl = policy.gateway.publicUrl ?? localUrl(gatewayListen.port);
  return {
    ...complete,
    gateway: { ...complete.gateway, publicUrl },
    auth: { ...complete.auth, issuer: policy.auth.issuer ?? localUrl(authListen.port) },
    api: { audience: policy.api.audience ?? publicUrl },
  };
}

/** Without `:443`, because a port that is the default is not written in an origin (RFC 6454 §6.2). */
function localUrl(port: number): string {
  return new URL(`https://localhost:${port}`).origin;
}
