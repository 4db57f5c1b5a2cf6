import type { PolicyInput } from './schema.ts';

/**
 * Gives a policy its type while it is written; the value is returned as it is and checked when it is loaded.
 *
 * @example // sallyport.config.ts
 * export default defineConfig({ gateway: { upstream: 'http://127.0.0.1:3000' }, … })
 */
export function defineConfig(input: PolicyInput): PolicyInput {
  return input;
}
