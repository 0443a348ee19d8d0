import { defineConfig } from 'vitest/config';

const NOT_OURS = ['**/node_modules/**', '.next/**', '.attune/**', 'packs/**', 'e2e/**'];

const DEEP = process.env['ATTUNE_TEST_DEEP'] === '1';

export default defineConfig({
  test: {
    // A file's module state (pools, caches) is its own, and a process that crashes takes only its file along.
    pool: 'forks',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...NOT_OURS, '**/*.int.test.ts'],
        },
      },
      {
        test: {
          name: 'int',
          include: ['**/*.int.test.ts'],
          exclude: [...NOT_OURS, 'test/faults/**'],
          globalSetup: ['test/global-setup.ts'],
          setupFiles: ['test/database-per-file.ts'],
          // Left alone it would be one less than there are cores, and half of the time it would wait.
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.int.test.ts'],
          globalSetup: ['test/global-setup.ts'],
          setupFiles: ['test/database-per-file.ts'],
          // Most of the time these wait: for a lease to expire, for a database to come back.
          maxWorkers: 4,
          testTimeout: DEEP ? 600_000 : 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
