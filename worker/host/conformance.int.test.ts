import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CASES } from './conformance/cases.ts';
import { isProjectOpen, NOBODY, placeNode } from './conformance/ordinary-user.ts';
import { raceEnds } from './conformance/race-cases.ts';
import { kindOf, ownWays, type Way, WAYS } from './conformance/ways.ts';
import { openWorkspace, type Workspace } from './conformance/workspace.ts';

const isDeep = process.env['ATTUNE_TEST_DEEP'] === '1';
const isRoot = process.getuid?.() === 0;
const SCRIPT = fileURLToPath(new URL('./conformance/as-user.ts', import.meta.url));

describe.each(ownWays())(`${isRoot ? 'root' : 'an ordinary user'}, %s`, (way) => {
  let workspace: Workspace;
  beforeAll(async () => void (workspace = await openWorkspace(way)));
  afterAll(async () => workspace[Symbol.asyncDispose]());

  test.each(CASES)('$title', async ({ check }) => {
    await check(workspace);
    expect(workspace.host.isolation).toMatchObject({
      kind: kindOf(way),
      ownNamespace: way !== 'none',
    });
  });

  test.runIf(isDeep)(
    'a stop and a real end, raced 3,000 times: one comes first, and the record says which',
    { timeout: 600_000 },
    () => expect(raceEnds(workspace, 3_000)).resolves.toBeUndefined(),
  );
});

// Root may become anybody; an ordinary user is tested above already.
describe.runIf(isRoot && isProjectOpen())('an ordinary user', () => {
  let directory: string;
  let results: Promise<Map<Way, Map<string, string | null>>>;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'attune-user-'));
    chownSync(directory, NOBODY, NOBODY);
    chmodSync(directory, 0o700);
    const node = placeNode(directory);
    const runs = WAYS.user.map(
      async (way) => [way, await runAsUser(node, way, directory)] as const,
    );
    results = Promise.all(runs).then((entries) => new Map(entries));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  describe.each(WAYS.user)('%s', (way) => {
    test.each(CASES)('$title', { timeout: 180_000 }, async ({ title }) => {
      expect((await results).get(way)?.get(title)).toBeNull();
    });
  });
});

async function runAsUser(
  node: string,
  way: Way,
  directory: string,
): Promise<Map<string, string | null>> {
  const id = String(NOBODY);
  const child = spawn(
    'setpriv',
    ['--reuid', id, '--regid', id, '--clear-groups', node, SCRIPT, way, directory],
    {
      env: { PATH: '/usr/bin:/bin', TMPDIR: directory, NODE_ENV: 'test' },
      // A stray descriptor far above Node's own, as a careless service manager hands on.
      stdio: [
        'ignore',
        'pipe',
        'inherit',
        ...Array.from({ length: 37 }, () => 'ignore' as const),
        'pipe',
      ],
    },
  );
  if (child.stdout === null) throw new Error('no stdout');
  const lines = (await text(child.stdout)).trim().split('\n');
  return new Map(
    lines.map((line) => {
      const { title, error } = JSON.parse(line) as { title: string; error: string | null };
      return [title, error];
    }),
  );
}
