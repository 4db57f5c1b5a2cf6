export { proxyAudits } from './audits/index.ts';
export { writePlace } from './host-name.ts';
export { INSTALL_HOST } from './own-pages.ts';
export { asAudit } from './proxy-audit.ts';
export { type ProxySession, type RunCheckProxyOptions, runCheckProxy } from './run-check-proxy.ts';
