import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startProcessHost, type IsolationKind } from '../process-host.ts';

/** What an ordinary user gets whom no sandbox works for, and what he is told who asks for more. One JSON line. */
const directory = mkdtempSync(join(process.argv[2] ?? '', 'attune-offer-'));
const start = (minimum: IsolationKind) =>
  startProcessHost({
    directory: join(directory, minimum),
    nodePath: process.execPath,
    userIdBase: 61_000,
    kinds: ['pid-namespace', 'none'],
    minimum,
    log: () => {},
  });
try {
  await using host = await start('none');
  const { isolation, probes } = host;
  const refusal = await start('pid-namespace').catch((error: Error) => error.message);
  process.stdout.write(JSON.stringify({ isolation, probes, refusal }));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
