import { CASES } from './cases.ts';
import type { Way } from './ways.ts';
import { openWorkspace } from './workspace.ts';

/** Runs every case in one way, as the user that it is started as; one JSON line for each. */
await using workspace = await openWorkspace(process.argv[2] as Way, process.argv[3]);
for (const { title, check } of CASES) {
  let error: string | null = null;
  try {
    await check(workspace);
  } catch (caught) {
    error = caught instanceof Error ? (caught.stack ?? caught.message) : String(caught);
  }
  process.stdout.write(`${JSON.stringify({ title, error })}\n`);
}
