import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

interface Found {
  readonly invariants: readonly {
    readonly invariant: string;
    readonly holds: boolean;
    readonly examples: readonly string[];
  }[];
}

/** Promises that the rows of a running product break, as an operator would look for them. @returns none, as a rule */
export async function brokenPromises(
  dataDir: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Found['invariants']> {
  const { invariants } = JSON.parse(await doctor(dataDir, more)) as Found;
  if (invariants.length === 0) throw new Error('The doctor looked at no promise');
  return invariants.filter(({ holds }) => !holds);
}

/** Its exit code says that a promise is broken, which the answer says as well. */
const doctor = (dataDir: string, more: Readonly<Record<string, string>>): Promise<string> =>
  new Promise((done, fail) => {
    const args = [resolve('bin/cli.ts'), 'doctor', '--invariants', '--json'];
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      NODE_ENV: 'production' as const,
      ATTUNE_DATA_DIR: dataDir,
      ...more,
    };
    execFile(process.execPath, args, { env }, (_, stdout, stderr) => {
      if (stdout.trimStart().startsWith('{')) done(stdout);
      else fail(new Error(`The doctor did not look: ${stdout}${stderr}`));
    });
  });
