import { type Client, createClient, type PinPolicy, type Platform } from '@sallyport/client';
import { type NodePlatform, nodePlatform } from '@sallyport/client/node';
import { DEMO_CLIENT } from '../stack/embedded-policy.ts';
import type { Stack } from '../stack/start-stack.ts';
import { type CapturingTransport, capturingTransport } from './capturing-transport.ts';
import { formBrowser } from './form-browser.ts';

/** The app of the tour: the real client on Node, with pins and a person at the browser. */
export interface App {
  readonly client: Client;
  readonly platform: Platform & { readonly transport: CapturingTransport };
  close(): Promise<void>;
}

export interface AppOptions {
  readonly stack: Stack;
  readonly scopes: readonly string[];
  readonly person: { readonly name: string; readonly password: string };
}

/** @example const app = openApp({ stack, scopes: ['orders:read'], person }); await app.client.signIn() */
export function openApp({ stack, scopes, person }: AppOptions): App {
  const node = nodePlatform({
    pins: pinsOf(stack),
    extraAuthorities: [stack.certificateAuthority],
    browser: formBrowser(stack.certificateAuthority, person),
  });
  const platform = { ...node, transport: capturingTransport(node.transport) };
  return { client: clientOf(stack, scopes, platform), platform, close: () => node.transport.close() };
}

/** The same app, session and key, on a network where the gateway's name leads to `port`, and with one more authority trusted. */
export function openLuredApp(
  { stack, scopes }: Omit<AppOptions, 'person'>,
  victim: App,
  lure: { readonly certificateAuthority: string; readonly port: number; readonly pinned: boolean },
): App {
  const node: NodePlatform = nodePlatform({
    ...(lure.pinned && { pins: pinsOf(stack) }),
    extraAuthorities: [stack.certificateAuthority, lure.certificateAuthority],
    connectTo: { [new URL(stack.gatewayUrl).host]: { host: '127.0.0.1', port: lure.port } },
  });
  const platform = { ...victim.platform, transport: capturingTransport(node.transport) };
  return { client: clientOf(stack, scopes, platform), platform, close: () => node.transport.close() };
}

function clientOf(stack: Stack, scopes: readonly string[], platform: Platform): Client {
  return createClient({
    api: stack.gatewayUrl,
    issuer: stack.issuer,
    clientId: DEMO_CLIENT.id,
    redirectUri: DEMO_CLIENT.redirectUri,
    // openid only so that there is an ID token to attack with.
    scopes: ['openid', ...scopes],
    resource: stack.audience,
    platform,
  });
}

function pinsOf({ pins, gatewayUrl }: Stack): PinPolicy {
  return { hosts: { [new URL(gatewayUrl).hostname]: { pins } } };
}
