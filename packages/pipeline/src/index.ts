export { type Guard, PASS, type Refusal, type RefusalHeaders, refuse, type Verdict } from './guard.ts';
export { type Judgement, judge } from './judge.ts';
export { type FactsAfter, type InOrder, ordered } from './ordered.ts';
