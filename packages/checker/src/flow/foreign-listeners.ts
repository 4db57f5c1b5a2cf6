import type { ArgumentValue } from './events.ts';

/** Calls of React Native's libraries that hand what a push message carries to a listener. */
const PUSH_LISTENER =
  /^(?:addNotificationResponseReceivedListener|addNotificationReceivedListener|onNotificationOpenedApp|onNotificationOpened|setNotificationOpenedHandler|registerNotificationOpened|onForegroundEvent|onBackgroundEvent|setBackgroundMessageHandler)$/;
/** Closures of Apple's that are given the address the app is opened with, and the one a sign-in page comes back with. */
const LINK_CLOSURE = /^(?:onOpenURL|ASWebAuthenticationSession|SFAuthenticationSession)$/;
/** Properties of a web view that hand over what a page says of itself. */
const PAGE_LISTENER = /^(?:onMessage|onShouldStartLoadWithRequest|onNavigationStateChange)$/;

/**
 * What a listener handed to a call is given from outside the app; undefined when it is given nothing from there.
 *
 * @example a listener of `Linking.addEventListener('url', listener)` is given 'a link that opened the app'
 */
export function foreignListener(name: string, path: string, listener: ArgumentValue, args: readonly ArgumentValue[]): string | undefined {
  if (name === 'addEventListener' && /(?:^|\.)Linking\./.test(path) && args[0]?.known.text === 'url') return 'a link that opened the app';
  if (LINK_CLOSURE.test(name) && listener.value.kind === 'closure') return 'a link that opened the app';
  if (PUSH_LISTENER.test(name)) return 'a push message';
  if (/WebView$/.test(name) && listener.label !== undefined && PAGE_LISTENER.test(listener.label)) return 'a web page';
  return undefined;
}
