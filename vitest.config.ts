import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
          testTimeout: 20_000,
          // A process for each file took as long as all the tests: what they change of the process they put back.
          isolate: false,
          // One fewer than there are processors otherwise: on two of them one file after the other.
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test-integration/**/*.test.ts'],
          // Real mounts: one file at a time, so that a measurement of open descriptors or locks sees only its own.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
