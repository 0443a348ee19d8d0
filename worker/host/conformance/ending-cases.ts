import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Case } from './case.ts';
import { until } from './workspace.ts';

/** How a process ends, and what is left of it. */
export const ENDING_CASES: readonly Case[] = [
  {
    title: 'every exit code arrives as it is, 137 included',
    async check(workspace) {
      for (const exitCode of [0, 3, 137, 255]) {
        const outcome = await workspace.bash(`exit ${exitCode}`).outcome;
        assert.equal(outcome.kind, 'exited');
        assert.equal(outcome.kind === 'exited' && outcome.exitCode, exitCode);
      }
    },
  },
  {
    title: 'a trap for SIGTERM runs within the grace',
    async check(workspace) {
      const trial = workspace.bash("trap 'echo bye; exit 9' TERM; echo up; sleep 60 & wait");
      await until(() => trial.stdout().includes('up'), 'the trap is set');
      trial.running.stop('cancel');
      const outcome = await trial.outcome;
      assert.match(trial.stdout(), /bye/);
      assert.ok(outcome.kind === 'stopped');
      assert.deepEqual([outcome.because, outcome.exitCode], ['cancel', 9]);
      assert.deepEqual(
        outcome.end.signals.map(({ signal }) => signal),
        ['SIGTERM'],
      );
    },
  },
  {
    title: 'SIGTERM ends a process without a trap, and the outcome names it',
    async check(workspace) {
      const trial = workspace.run({ command: ['/bin/sleep', '60'], timeoutMs: 200 });
      const outcome = await trial.outcome;
      assert.ok(outcome.kind === 'stopped');
      assert.deepEqual([outcome.because, outcome.signal], ['timeout', 'SIGTERM']);
    },
  },
  {
    title: 'a process that ignores SIGTERM is killed once the grace is over',
    async check(workspace) {
      const script = "trap '' TERM; while :; do sleep 0.05; done";
      const outcome = await workspace.bash(script, { timeoutMs: 300, killGraceMs: 400 }).outcome;
      assert.ok(outcome.kind === 'stopped');
      assert.equal(outcome.signal, 'SIGKILL');
      const [term, kill] = outcome.end.signals;
      assert.deepEqual([term?.signal, kill?.signal], ['SIGTERM', 'SIGKILL']);
      assert.ok(Number(kill?.at) - Number(term?.at) >= 395);
    },
  },
  {
    title: 'children that left the process group get the SIGTERM too',
    async check(workspace) {
      const child = "trap 'echo child-bye; exit' TERM; echo child-up; sleep 60 & wait";
      const trial = workspace.bash(`setsid bash -c "${child}" & trap 'wait; exit 0' TERM; wait`);
      await until(() => trial.stdout().includes('child-up'), 'the child is up');
      trial.running.stop('cancel');
      await trial.outcome;
      assert.match(trial.stdout(), /child-bye/);
    },
  },
  {
    title: 'a stop that comes before the process has a pid is not lost',
    async check(workspace) {
      const trials = Array.from({ length: 4 }, () => workspace.bash('sleep 60'));
      for (const { running } of trials) running.stop('drain');
      const outcomes = await Promise.all(trials.map(({ outcome }) => outcome));
      for (const outcome of outcomes)
        assert.equal(outcome.kind === 'stopped' && outcome.because, 'drain');
    },
  },
  {
    title: 'a daemon that holds the output does not delay the end',
    async check(workspace) {
      const startedAt = performance.now();
      const outcome = await workspace.bash('setsid sleep 60 & echo out; exit 0').outcome;
      assert.equal(outcome.kind, 'exited');
      assert.ok(performance.now() - startedAt < 3_000);
    },
  },
  {
    title: 'a busy worker does not stretch a time-out',
    async check(workspace) {
      const trial = workspace.run({ command: ['/bin/sleep', '60'], timeoutMs: 300 });
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          clearInterval(timer);
          for (const end = Date.now() + 1_000; Date.now() < end;);
          resolve();
        }, 100);
      });
      const { end } = await trial.outcome;
      const afterMs = Number(end.signals[0]?.at) - Number(end.startedAt);
      assert.ok(afterMs >= 295 && afterMs < 700, `SIGTERM came after ${afterMs} ms`);
    },
  },
  {
    title: 'many at once keep their outputs and exit codes apart',
    async check(workspace) {
      const runOne = async (n: number) => {
        const word = randomUUID();
        const trial = workspace.bash(`echo ${word}; exit ${n}`);
        const outcome = await trial.outcome;
        assert.equal(trial.stdout(), `${word}\n`);
        assert.equal(outcome.kind === 'exited' && outcome.exitCode, n);
      };
      await Promise.all(Array.from({ length: 40 }, (_, n) => runOne(n)));
    },
  },
];
