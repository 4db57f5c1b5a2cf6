export { type Guard, PASS, type Refusal, type RefusalHeaders, refuse, type Verdict } from './guard.ts';
export { type Judgement, judge } from './judge.ts';
export { compact, onlyIf } from './only-if.ts';
export { type FactsAfter, type InOrder, ordered } from './ordered.ts';
export { readBody } from './read-body.ts';
export { RequestFault } from './request-fault.ts';
export { HSTS, respondProblem } from './respond-problem.ts';
export { type ConnectionRefusal, type ServeTlsOptions, serveTls, type TlsServer } from './serve-tls.ts';
export { supportCodes } from './support-code.ts';
