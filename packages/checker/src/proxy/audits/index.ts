import type { ProxyAudit } from '../proxy-audit.ts';
import { pinsRefuseProxy } from './pins-refuse-proxy.ts';
import { proxyCleartext } from './proxy-cleartext.ts';

/** Every audit of what a proxy saw. Add yours here. */
export const proxyAudits: readonly ProxyAudit[] = [pinsRefuseProxy, proxyCleartext];
