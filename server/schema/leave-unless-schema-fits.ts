import { config } from '#server/config.ts';
import { log } from '#server/log.ts';
import { checkSchema } from './check-schema.ts';

/** Ends the process, with one sentence that says what to do, when the database was made for another version. */
export async function leaveUnlessSchemaFits(): Promise<void> {
  try {
    await checkSchema(config().DATABASE_URL);
  } catch (error) {
    const sentence = error instanceof Error ? error.message : 'The process could not be started';
    log.fatal({ err: error }, sentence);
    process.exit(1);
  }
}
