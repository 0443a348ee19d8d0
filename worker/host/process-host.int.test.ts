import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { isProjectOpen, NOBODY, placeNode } from './conformance/ordinary-user.ts';
import { openWorkspace } from './conformance/workspace.ts';
import { type Isolation, startProcessHost } from './process-host.ts';

const isRoot = process.getuid?.() === 0;
const directory = mkdtempSync(join(tmpdir(), 'attune-process-host-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const options = {
  directory: join(directory, 'host'),
  nodePath: process.execPath,
  userIdBase: 61_000,
  log: () => {},
};

describe('startProcessHost', () => {
  test('refuses isolation below the minimum in one sentence', async () => {
    const start = startProcessHost({ ...options, minimum: 'bwrap', kinds: ['none'] });

    await expect(start).rejects.toThrow(/only be isolated as 'none' here, but at least 'bwrap'/);
  });

  test('tells the trial of every kind that it tried', async () => {
    await using host = await startProcessHost({ ...options, minimum: 'none' });

    expect(host.probes.at(-1)).toMatchObject({ kind: host.isolation.kind, ok: true });
    expect(host.isolation.description).toContain('PID namespace');
  });

  test('keeps its directory closed and leaves nothing in it', async () => {
    const host = await startProcessHost({ ...options, minimum: 'none' });
    const [name = ''] = readdirSync(options.directory);

    expect(statSync(join(options.directory, name)).mode & 0o777).toBe(0o700);
    await host[Symbol.asyncDispose]();
    expect(readdirSync(options.directory)).toEqual([]);
  });
});

describe('a host that is disposed', () => {
  test('gives what still runs its grace, settles it, and starts nothing more', async () => {
    const workspace = await openWorkspace(isRoot ? 'pid-namespace' : 'none-in-namespace');
    const trial = workspace.bash("trap 'echo bye; exit 7' TERM; echo up; sleep 60 & wait");
    await expect.poll(() => trial.stdout()).toContain('up');

    await workspace[Symbol.asyncDispose]();

    expect(await trial.outcome).toMatchObject({
      kind: 'stopped',
      because: 'shutdown',
      exitCode: 7,
    });
    expect(trial.stdout()).toContain('bye');
    const late = workspace.host.run({
      command: ['/bin/true'],
      cwd: '/',
      environment: {},
      stdin: null,
      readOnlyPaths: [],
      writablePaths: [],
      slot: 0,
      timeoutMs: null,
      killGraceMs: 0,
      limits: {},
      onOutput: () => {},
    });
    expect(await late.outcome).toMatchObject({ kind: 'not_started' });
  });
});

describe('under a closed directory', () => {
  const closed = join(directory, 'closed');
  mkdirSync(join(closed, 'pack'), { recursive: true });
  writeFileSync(
    join(closed, 'pack', 'action.sh'),
    'echo from the pack; echo x > "$HOME/made"; touch "$0" 2>/dev/null || echo read-only\n',
  );
  chmodSync(join(closed, 'pack'), 0o755);
  chmodSync(closed, 0o700);

  test.runIf(isRoot)('bubblewrap runs a pack and our own Node as a user of its own', async () => {
    await using workspace = await openWorkspace('bwrap', closed);
    const pack = join(closed, 'pack');

    const shell = workspace.run({
      command: ['/bin/bash', '--noprofile', '--norc', join(pack, 'action.sh')],
      readOnlyPaths: [pack],
    });
    const outcome = await shell.outcome;
    expect(shell.stdout()).toBe('from the pack\nread-only\n');
    expect(existsSync(join(shell.directory, 'made'))).toBe(true);
    expect(outcome.end.isolation).toMatchObject({ kind: 'bwrap', ownUserId: true });

    const script = 'console.log(process.getuid(), process.version)';
    const node = workspace.run({
      command: [process.execPath, '-e', script],
      readOnlyPaths: [process.execPath],
    });
    await node.outcome;
    expect(node.stdout()).toBe(`${workspace.host.userIdFor(2)} ${process.version}\n`);
  });

  test.runIf(isRoot)(
    'a pack that only root may read is run by root without its powers, and says so',
    async () => {
      await using workspace = await openWorkspace('bwrap', closed);
      const pack = join(closed, 'private-pack');
      mkdirSync(pack, { mode: 0o700 });
      writeFileSync(join(pack, 'action.sh'), 'id -u; grep CapEff /proc/self/status', {
        mode: 0o600,
      });

      const trial = workspace.run({
        command: ['/bin/sh', join(pack, 'action.sh')],
        readOnlyPaths: [pack],
      });
      const { end } = await trial.outcome;

      expect(trial.stdout()).toBe('0\nCapEff:\t0000000000000002\n');
      expect(end.isolation.description).toMatch(/may not read '.*private-pack'/);
    },
  );

  test.runIf(isRoot)(
    'without bubblewrap it runs as ourselves, which is no isolation, and says so from its start on',
    async () => {
      await using workspace = await openWorkspace('pid-namespace', closed, 'none');
      const begun: Isolation[] = [];

      const { end } = await workspace.bash('true', {
        onStarted: ({ isolation }) => void begun.push(isolation),
      }).outcome;

      expect(workspace.host.isolation.kind).toBe('pid-namespace');
      expect(end.isolation).toMatchObject({ kind: 'none', ownUserId: false, ownNamespace: true });
      expect(end.isolation.description).toMatch(/no isolation.* because user \d+ may not read/);
      expect(begun).toEqual([end.isolation]);
    },
  );

  test.runIf(isRoot)(
    'where more than none is required it is not run, and told what to do',
    async () => {
      await using workspace = await openWorkspace('pid-namespace', closed);

      const trial = workspace.bash('echo ran');

      expect(await trial.outcome).toMatchObject({
        kind: 'not_started',
        error: expect.stringMatching(
          /^It could only be isolated as 'none', because user \d+ may not read '.*closed', but at least 'pid-namespace' is required .*chmod o\+rX/,
        ) as string,
      });
      expect(trial.stdout()).toBe('');
    },
  );
});

describe('an ordinary user without a sandbox', () => {
  test.runIf(!isRoot || isProjectOpen())(
    'has no isolation, is told why, and keeps the namespace for the ends of what he starts',
    async () => {
      const parent = join(directory, 'user');
      mkdirSync(parent);
      if (isRoot) chownSync(parent, NOBODY, NOBODY);
      chmodSync(directory, 0o711);
      const id = String(NOBODY);
      const become = isRoot ? ['setpriv', '--reuid', id, '--regid', id, '--clear-groups'] : [];
      const script = fileURLToPath(new URL('./conformance/without-sandbox.ts', import.meta.url));
      const [file, ...args] = [...become, placeNode(parent), script, parent] as const;
      const child = spawn(file, args, {
        env: { PATH: '/usr/bin:/bin', NODE_ENV: 'test' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });

      const said = JSON.parse(await text(child.stdout)) as unknown;

      const why = /The worker is an ordinary user, whose runs .* could read each other's/;
      expect(said).toEqual({
        isolation: expect.objectContaining({
          kind: 'none',
          ownUserId: false,
          ownNamespace: true,
          description: expect.stringMatching(
            /^no isolation, .* PID namespace that the kernel ends when the process host dies/,
          ),
        }),
        probes: [
          { kind: 'pid-namespace', ok: false, detail: expect.stringMatching(why) },
          { kind: 'none', ok: true, detail: 'Always possible.' },
        ],
        refusal: expect.stringMatching(why),
      });
    },
  );
});

describe('where Perl is missing', () => {
  test.runIf(isRoot)('the record says that an exit code may have been a signal', async () => {
    const script = fileURLToPath(new URL('./conformance/without-perl.ts', import.meta.url));
    const hide = 'mount --bind /dev/null "$(command -v perl)" && exec "$@"';
    const child = spawn(
      'unshare',
      ['--mount', 'sh', '-c', hide, 'sh', process.execPath, script, directory],
      {
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', NODE_ENV: 'test' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );

    const said = JSON.parse(await text(child.stdout)) as { detail: string; outcomes: unknown };

    expect(said.detail).toMatch(/without Perl/);
    expect(said.outcomes).toEqual([
      ['exited', 137, null, 'exit_or_signal'],
      ['exited', 137, null, 'exit_or_signal'],
      ['exited', 3, null, 'exit'],
      ['stopped', null, 'SIGTERM', 'exit_or_signal'],
    ]);
  });
});
