import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'examples/*/src/**/*.test.ts', 'attacks/src/**/*.test.ts', 'scripts/**/*.test.ts'],
    // Real servers, real TLS and real password hashing on two cores: slow is not broken, hung is.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
