import { defineConfig } from 'vitest/config';

const NOT_OURS = ['**/node_modules/**', '.next/**', '.attune/**', 'packs/**', 'e2e/**'];

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
          exclude: NOT_OURS,
          globalSetup: ['test/global-setup.ts'],
          setupFiles: ['test/database-per-file.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
