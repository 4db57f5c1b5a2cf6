import { isLoopbackHost, isPrivateHost } from './address.ts';
import { checkRoutes } from './check-routes.ts';
import type { Finding } from './finding.ts';
import { formatPath, type PolicyProblem } from './policy-error.ts';
import { locateNothing, type PolicySource } from './policy-source.ts';
import type { Policy } from './schema.ts';

/** Every check that needs more than one key, in the order of the file. */
const checks: readonly ((policy: Policy) => Iterable<Finding>)[] = [checkAddresses, checkClients, checkScopes, checkRoutes];

/**
 * Looks at a policy as a whole: what is right key by key and wrong together.
 *
 * @example const { errors, warnings } = checkPolicy(policy)
 */
export function checkPolicy(policy: Policy, source: PolicySource = locateNothing): { errors: PolicyProblem[]; warnings: PolicyProblem[] } {
  const found = checks.flatMap((check) => [...check(policy)]);
  const place = (severity: Finding['severity']) =>
    found
      .filter((finding) => finding.severity === severity)
      .map(({ path, what, instead }) => ({ ...source.locate(path), path: formatPath(path), what, instead }));
  return { errors: place('error'), warnings: place('warning') };
}

function* checkAddresses({ gateway, auth }: Policy): Generator<Finding> {
  const { protocol, hostname } = new URL(gateway.upstream);
  if (protocol === 'http:' && !isPrivateHost(hostname)) {
    const what = `the backend ${hostname} is called over plain http on a public network`;
    yield {
      severity: 'warning',
      path: ['gateway', 'upstream'],
      what,
      instead: `write https://${hostname}, or reach it over a private network`,
    };
  }
  if (gateway.listen.port !== 0 && gateway.listen.port === auth.listen.port && mayCollide(gateway.listen.host, auth.listen.host)) {
    const what = `gateway and auth server cannot both listen on port ${auth.listen.port}`;
    yield { severity: 'error', path: ['auth', 'listen', 'port'], what, instead: 'write another port' };
  }
  for (const [name, { tls }, address, key] of [
    ['gateway', gateway, gateway.publicUrl, 'publicUrl'],
    ['auth', auth, auth.issuer, 'issuer'],
  ] as const) {
    if (tls !== undefined || address === undefined || isLoopbackHost(new URL(address).hostname)) continue;
    const what = `the development certificate is for localhost only, and ${new URL(address).hostname} is another name`;
    yield { severity: 'warning', path: [name, key], what, instead: `give ${name}.tls a certificate for it` };
  }
}

function mayCollide(first: string, second: string): boolean {
  const everywhere = new Set(['0.0.0.0', '::']);
  return first === second || everywhere.has(first) || everywhere.has(second) || (isLoopbackHost(first) && isLoopbackHost(second));
}

function* checkClients({ auth }: Policy): Generator<Finding> {
  const first = new Map<string, number>();
  for (const [index, { id }] of auth.clients.entries()) {
    const before = first.get(id);
    if (before === undefined) first.set(id, index);
    else {
      const what = `the client ${id} is already auth.clients[${before}]`;
      yield { severity: 'error', path: ['auth', 'clients', index, 'id'], what, instead: 'give each app an id of its own' };
    }
  }
}

/** Scopes of OpenID Connect itself (Core §3.1.2.1, §5.4, §11): no route asks for them. */
const OPENID_SCOPES = new Set(['openid', 'offline_access', 'profile', 'email', 'address', 'phone']);

function* checkScopes({ auth, routes }: Policy): Generator<Finding> {
  const granted = new Set(auth.clients.flatMap(({ scopes }) => scopes));
  const used = new Set(routes.flatMap(({ scopes }) => scopes));
  for (const [index, { scopes }] of auth.clients.entries()) {
    for (const [position, scope] of scopes.entries()) {
      if (used.has(scope) || OPENID_SCOPES.has(scope)) continue;
      const what = `no route asks for the scope ${scope}`;
      yield {
        severity: 'warning',
        path: ['auth', 'clients', index, 'scopes', position],
        what,
        instead: 'take it out, or name it at a route',
      };
    }
  }
  for (const [index, { scopes }] of routes.entries()) {
    for (const [position, scope] of scopes.entries()) {
      if (granted.has(scope)) continue;
      const what = `no client may ask for the scope ${scope}, so nobody can ever pass`;
      yield {
        severity: 'error',
        path: ['routes', index, 'scopes', position],
        what,
        instead: 'add it to the scopes of a client in auth.clients',
      };
    }
  }
}
