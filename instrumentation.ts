/**
 * Runs once when the web process starts, before it takes a request: a schema that does not fit the code stops it, with
 * one sentence that says what to do.
 */
export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return;
  const { config } = await import('#server/config.ts');
  const { checkSchema } = await import('#server/schema/check-schema.ts');
  const { log } = await import('#server/log.ts');
  try {
    await checkSchema(config().DATABASE_URL);
  } catch (error) {
    log.fatal(
      { err: error },
      error instanceof Error ? error.message : 'the web process could not be started',
    );
    process.exit(1);
  }
}
