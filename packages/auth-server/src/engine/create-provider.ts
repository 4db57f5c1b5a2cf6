import { Provider } from 'oidc-provider';
import { providerConfiguration } from './provider-configuration.ts';
import { registerRefreshGrant } from './refresh-grant.ts';

type Parts = Parameters<typeof providerConfiguration>[0] & { readonly onRefresh: Parameters<typeof registerRefreshGrant>[0]['onRefresh'] };

/** Makes the token engine: the certified library, our configuration, our refresh grant, our stores. */
export function createProvider({ onRefresh, ...parts }: Parts): Provider {
  const provider = new Provider(parts.issuer, providerConfiguration(parts));
  registerRefreshGrant({ provider, store: parts.tokens, now: parts.now, onRefresh });
  // No cookie for a session that is not kept (see storage-adapter.ts).
  provider.on('authorization.success', ({ oidc }) => {
    if (oidc.session !== undefined) Object.assign(oidc.session, { destroyed: true });
  });
  return provider;
}
