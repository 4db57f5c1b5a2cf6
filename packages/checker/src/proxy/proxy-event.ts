/**
 * One thing that happened at the proxy. `from` is the network address of the device, `android` set when a browser there says so.
 * Nothing in it is a value of a request.
 */
export type ProxyEvent =
  | { readonly kind: 'refused'; readonly host: string; readonly from: string; readonly how: string }
  | { readonly kind: 'accepted'; readonly host: string; readonly from: string; readonly request: string; readonly android?: true }
  | { readonly kind: 'cleartext'; readonly host: string; readonly from: string; readonly request: string }
  | { readonly kind: 'unclear'; readonly host: string; readonly from: string; readonly why: string }
  | { readonly kind: 'passed-on'; readonly host: string; readonly from: string }
  | { readonly kind: 'not-named'; readonly host: string; readonly from: string }
  | { readonly kind: 'stranger'; readonly from: string }
  | { readonly kind: 'crowded' };

/** The line a person reads while the app runs. @example 'api.example.com refused the forged certificate: alert unknown_ca (48)' */
export function describeEvent(event: ProxyEvent): string {
  switch (event.kind) {
    case 'refused':
      return `${event.host}: the forged certificate was refused (${event.how})`;
    case 'accepted':
      return `${event.host}: the forged certificate was ACCEPTED: ${event.request}`;
    case 'cleartext':
      return `${event.host}: a request without TLS: ${event.request}`;
    case 'unclear':
      return `${event.host}: proves nothing: ${event.why}`;
    case 'passed-on':
      return `${event.host}: passed on untouched`;
    case 'not-named':
      return `${event.host}: turned away, because it is not named (--pinned, --control or --pass-through)`;
    case 'stranger':
      return `${event.from}: turned away, because it is no private address (--from)`;
    case 'crowded':
      return 'a connection was turned away, because too many are open';
  }
}
