export { type Policy, type PolicyInput, policySchema, type RateLimit, type RoutePolicy } from './schema.ts';
