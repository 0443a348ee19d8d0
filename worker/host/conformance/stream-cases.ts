import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Case } from './case.ts';

const MEGABYTE = 1024 * 1024;

/** What goes into a process and comes out of it. */
export const STREAM_CASES: readonly Case[] = [
  {
    title: 'a document of 5 MB arrives on stdin, and one that nobody reads hangs nobody',
    async check(workspace) {
      const stdin = Buffer.alloc(5 * MEGABYTE, 'x');
      const read = workspace.run({ command: ['/usr/bin/wc', '-c'], stdin });
      const unread = workspace.bash('exit 0', { stdin });
      assert.equal((await read.outcome).kind, 'exited');
      assert.equal(read.stdout().trim(), String(stdin.length));
      assert.equal((await unread.outcome).kind, 'exited');
    },
  },
  {
    title: 'stdin can be opened by its name and starts no login shell',
    async check(workspace) {
      const directory = workspace.makeRunDirectory(900);
      writeFileSync(`${directory}/.bashrc`, 'echo sourced', { mode: 0o644 });
      const trial = workspace.run({
        command: ['/bin/bash', '-c', 'cat /dev/stdin'],
        stdin: Buffer.from('{"a":1}\n'),
        slot: 900,
        cwd: directory,
        writablePaths: [directory],
        environment: { PATH: '/usr/bin:/bin', HOME: directory },
      });
      await trial.outcome;
      assert.equal(trial.stdout() + trial.stderr(), '{"a":1}\n');
    },
  },
  {
    title: 'stdout and stderr can be opened by their names',
    async check(workspace) {
      const trial = workspace.bash(
        'echo one > /dev/stderr; echo two | tee /dev/stderr >/dev/null; echo three > /dev/stdout; echo four >> /dev/stdout',
      );
      await trial.outcome;
      assert.equal(trial.stderr(), 'one\ntwo\n');
      assert.equal(trial.stdout(), 'three\nfour\n');
    },
  },
  {
    title: 'a consumer that is busy stops the process, not the worker',
    async check(workspace) {
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const trial = workspace.bash('head -c 20000000 /dev/zero; echo done > done', {
        onOutput: () => released,
      });
      await workspace.bash('for i in 1 2 3 4 5; do sleep 0.05; done').outcome;
      assert.equal(existsSync(`${trial.directory}/done`), false);
      release();
      await trial.outcome;
      assert.equal(existsSync(`${trial.directory}/done`), true);
    },
  },
  {
    title: '200 MB of output arrive complete in bounded memory',
    async check(workspace) {
      const before = process.memoryUsage.rss();
      let bytes = 0;
      let peak = before;
      const onOutput = async (_: string, chunk: Buffer) => {
        bytes += chunk.length;
        peak = Math.max(peak, process.memoryUsage.rss());
        await nextTurn();
      };
      await workspace.bash(`head -c ${200 * MEGABYTE} /dev/zero`, { onOutput }).outcome;
      assert.equal(bytes, 200 * MEGABYTE);
      assert.ok(peak - before < 120 * MEGABYTE, `grew by ${peak - before} bytes`);
    },
  },
  {
    title: 'a consumer that fails does not hang the process',
    async check(workspace) {
      const onOutput = () => Promise.reject(new Error('disk full'));
      const outcome = await workspace.bash('head -c 1000000 /dev/zero', { onOutput }).outcome;
      assert.equal(outcome.kind, 'exited');
    },
  },
];
