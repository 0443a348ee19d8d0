import type pg from 'pg';

/** `end` says goodbye and waits for the answer, which a peer that vanished never gives. */
const GOODBYE_MS = 1_000;

/** Ends a connection of one's own, whatever state it is in; never throws and never waits for long. */
export async function dropClient(client: pg.Client): Promise<void> {
  client.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, GOODBYE_MS);
  });
  await Promise.race([client.end().catch(() => undefined), late]);
  clearTimeout(timer);
  socketOf(client)?.destroy();
}

/** Not in the library's types; without it a half-open connection stays for as long as the kernel is patient. */
function socketOf(client: pg.Client): { destroy(): void } | undefined {
  return (client as unknown as { connection?: { stream?: { destroy(): void } } }).connection
    ?.stream;
}
