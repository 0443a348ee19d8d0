/** The full numbers (`npm run test:deep`), or a sample. */
export const isDeep = process.env['ATTUNE_TEST_DEEP'] === '1';
