import { setTimeout as sleep } from 'node:timers/promises';
import { complain } from '#bin/screen.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';

const PAUSE_MS = 1_000;

type Options = Parameters<typeof startEmbeddedPostgres>[0];

/**
 * The embedded Postgres, started again when something ends it. Address and password stay the same, so web and worker
 * just connect again.
 */
export async function keepPostgresRunning(options: Options): Promise<EmbeddedPostgres> {
  let current = await startEmbeddedPostgres(options);
  const stopping = new AbortController();
  const watch = () =>
    current.child.once('close', (code, signal) => {
      if (!stopping.signal.aborted) void restart(signal ?? `exit code ${code}`);
    });

  const restart = async (reason: string): Promise<void> => {
    complain(`Postgres ended (${reason}); starting it again.`);
    while (!stopping.signal.aborted) {
      try {
        current = await startEmbeddedPostgres(options);
        return void watch();
      } catch (error) {
        complain(
          `Postgres does not start: ${error instanceof Error ? error.message : String(error)}`,
        );
        await sleep(PAUSE_MS);
      }
    }
  };
  watch();

  return {
    ...current,
    get child() {
      return current.child;
    },
    stop: async () => {
      stopping.abort();
      await current.stop();
    },
  };
}
