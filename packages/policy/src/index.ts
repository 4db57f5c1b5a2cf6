export { checkPolicy } from './check-policy.ts';
export { defineConfig } from './define-config.ts';
export { type LoadedPolicy, loadPolicy } from './load-policy.ts';
export { nearest } from './nearest.ts';
export { parsePolicy } from './parse-policy.ts';
export { formatPolicyProblem, PolicyError, type PolicyErrorCode, type PolicyProblem } from './policy-error.ts';
export { type JsonSchema, policyJsonSchema } from './policy-json-schema.ts';
export { type ChosenPorts, type ResolvedPolicy, resolvePolicy } from './resolve-policy.ts';
export { type Policy, type PolicyInput, policySchema, type RateLimit, type RoutePolicy } from './schema.ts';
