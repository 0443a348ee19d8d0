import assert from 'node:assert/strict';
import type { Case } from './case.ts';
import { until } from './workspace.ts';

/** What the record says about how a process ended. */
export const CAUSE_CASES: readonly Case[] = [
  {
    title: 'an exit code above 128 is told from a death by that signal',
    async check(workspace) {
      for (const [name, number] of [
        ['KILL', 137],
        ['TERM', 143],
        ['SEGV', 139],
        ['USR1', 138],
      ] as const) {
        const [died, exited] = await Promise.all([
          workspace.bash(`kill -${name} $$`).outcome,
          workspace.bash(`exit ${number}`).outcome,
        ]);
        assert.ok(died.kind === 'killed', `${name}: ${died.kind}`);
        assert.deepEqual([died.signal, died.end.cause], [`SIG${name}`, 'other_signal']);
        assert.ok(exited.kind === 'exited', `${number}: ${exited.kind}`);
        assert.deepEqual([exited.exitCode, exited.end.cause], [number, 'exit']);
      }
    },
  },
  {
    title: 'a stop says whether the signal or the process itself was the end',
    async check(workspace) {
      const scripts = {
        died: 'echo up; sleep 60',
        exited: "trap 'exit 143' TERM; echo up; sleep 60 & wait",
      };
      const trials = { died: workspace.bash(scripts.died), exited: workspace.bash(scripts.exited) };
      for (const trial of Object.values(trials)) {
        await until(() => trial.stdout().includes('up'), 'it is up');
        trial.running.stop('cancel');
      }
      const [died, exited] = [await trials.died.outcome, await trials.exited.outcome];
      assert.ok(died.kind === 'stopped' && exited.kind === 'stopped');
      assert.deepEqual(
        [died.exitCode, died.signal, died.end.cause],
        [null, 'SIGTERM', 'our_signal'],
      );
      assert.deepEqual([exited.exitCode, exited.signal, exited.end.cause], [143, null, 'exit']);
    },
  },
  {
    title: 'a process that kills its whole group is told from an exit',
    async check(workspace) {
      const outcome = await workspace.bash('kill -KILL 0; exit 5').outcome;
      assert.ok(outcome.kind === 'killed', outcome.kind);
      assert.deepEqual([outcome.signal, outcome.end.cause], ['SIGKILL', 'other_signal']);
    },
  },
  {
    title: 'a group that signals itself goes on when it handles the signal',
    async check(workspace) {
      const script =
        'for s in HUP INT QUIT TERM USR1 USR2 ALRM; do trap : $s; kill -$s 0; done; exit 6';
      const outcome = await workspace.bash(script).outcome;
      assert.equal(outcome.kind === 'exited' && outcome.exitCode, 6);
    },
  },
  {
    title: 'a process starts with every signal at its default and none blocked',
    async check(workspace) {
      const trial = workspace.run({
        command: ['/bin/grep', '-E', '^Sig(Blk|Ign)', '/proc/self/status'],
      });
      await trial.outcome;
      const masks = trial.stdout().match(/\b[0-9a-f]{16}\b/g) ?? [];
      assert.equal(masks.length, 2);
      // What the C library reserves for its threads aside.
      for (const mask of masks) assert.equal(BigInt(`0x${mask}`) & 0x7fff_ffffn, 0n);
    },
  },
  {
    title: 'the environment of a process has no say in how it is started',
    async check(workspace) {
      const environment = {
        PERL5OPT: '-Mno_such_module',
        LD_PRELOAD: '/no/such/library.so',
        LC_ALL: 'xx_YY.UTF-8',
        'odd name.x-y': 'kept',
      };
      const trial = workspace.run({ command: ['/usr/bin/env', '-0'], environment });
      const outcome = await trial.outcome;
      assert.equal(outcome.kind === 'exited' && outcome.exitCode, 0);
      assert.equal(trial.stdout().split('\0').length - 1, Object.keys(environment).length);
      // The loader complains once, of the process itself.
      assert.ok((trial.stderr().match(/no\/such\/library/g) ?? []).length <= 1);
      assert.doesNotMatch(trial.stderr(), /perl/i);
    },
  },
  {
    title: 'an environment larger than the system allows is a start that fails',
    async check(workspace) {
      const environment = { LARGE: 'x'.repeat(3 * 1024 * 1024) };
      const outcome = await workspace.run({ command: ['/bin/true'], environment }).outcome;
      assert.ok(outcome.kind === 'not_started', outcome.kind);
      assert.match(outcome.error, /environment of 1 variables is larger than the system allows/);
      assert.equal(outcome.end.cause, null);
    },
  },
];
