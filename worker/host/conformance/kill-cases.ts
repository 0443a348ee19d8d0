import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Case } from './case.ts';
import { processesWith, type Trial, until, type Workspace } from './workspace.ts';

const CHILDREN = 1_000;

/** A command line that nobody else has. */
const makeToken = (): string => `97531.${Math.floor(Math.random() * 1e9)}`;

const isOver = ({ outcome }: Trial): Promise<boolean> =>
  Promise.race([outcome.then(() => true), delay(100).then(() => false)]);

/** A sandbox, or a user id of its own that nobody else in the namespace has, finds what wears no mark. */
const findsUnmarked = ({ kind }: Workspace): boolean => kind !== 'none';

/** A kill means everything that a run has started, and its grace is real. */
export const KILL_CASES: readonly Case[] = [
  {
    title: 'daemons are gone with their leader, whatever they did to hide',
    async check(workspace) {
      const token = makeToken();
      const hidden = findsUnmarked(workspace) ? '</dev/null >/dev/null 2>&1' : '';
      const daemon = `env -i setsid sh -c 'trap "" TERM HUP; (sleep ${token}; sleep ${token}) & sleep ${token}' ${hidden} &`;
      const trial = workspace.bash(
        `${daemon} while ! grep -qs ${token} /proc/[0-9]*/cmdline; do sleep 0.01; done; sleep 0.1; exit 4`,
      );
      const outcome = await trial.outcome;
      assert.equal(outcome.kind === 'exited' && outcome.exitCode, 4);
      assert.deepEqual(processesWith(token), []);
      const isProven = workspace.ownNamespace;
      assert.deepEqual(
        [outcome.end.left, outcome.end.killProven],
        isProven ? [0, true] : [null, false],
      );
    },
  },
  {
    title:
      'a daemon that wears no mark at all is gone too, or the record does not claim that it is',
    async check(workspace) {
      const token = makeToken();
      const daemon = `env -i setsid sh -c '(trap "" TERM; sleep ${token}) &' </dev/null >/dev/null 2>&1`;
      const trial = workspace.bash(
        `cd /; ${daemon}; while ! grep -qs ${token} /proc/[0-9]*/cmdline; do sleep 0.01; done; echo up; sleep 60`,
      );
      await until(() => trial.stdout().includes('up'), 'the daemon is up');
      trial.running.stop('cancel');
      const { end } = await trial.outcome;
      const left = processesWith(token);
      for (const pid of left) process.kill(pid, 'SIGKILL'); // ours: nobody else has the token
      if (workspace.ownNamespace) assert.deepEqual([left, end.left, end.killProven], [[], 0, true]);
      else assert.deepEqual([end.left, end.killProven], [null, false]);
    },
  },
  {
    title:
      'a daemon that wears no mark beside another run is gone, or the record says that nobody knows, and the other run goes on',
    async check(workspace) {
      const token = makeToken();
      const neighbour = workspace.run({ command: ['/bin/sleep', '60'] });
      const daemon = `env -i setsid sh -c '(trap "" TERM; sleep ${token}) &' </dev/null >/dev/null 2>&1`;
      const trial = workspace.bash(
        `cd /; ${daemon}; while ! grep -qs ${token} /proc/[0-9]*/cmdline; do sleep 0.01; done; exit 0`,
      );
      const { end } = await trial.outcome;
      const left = processesWith(token);
      const isProven = findsUnmarked(workspace);
      assert.deepEqual(
        [end.left, end.killProven],
        isProven ? [0, true] : [null, false],
        `left: ${left.join()}`,
      );
      if (isProven) assert.deepEqual(left, []);
      assert.equal(await isOver(neighbour), false);
      neighbour.running.stop('cancel');
      await neighbour.outcome;
      // The last run of a namespace may take for its own whatever is still there.
      if (workspace.ownNamespace) assert.deepEqual(processesWith(token), []);
      for (const pid of processesWith(token)) process.kill(pid, 'SIGKILL');
    },
  },
  {
    title: 'a thousand children that ignore SIGTERM are killed',
    async check(workspace) {
      const token = makeToken();
      const script = `trap '' TERM; for ((i = 0; i < ${CHILDREN}; i++)); do sleep ${token} & done; echo up; wait`;
      const trial = workspace.bash(script, { killGraceMs: 300 });
      await until(() => trial.stdout().includes('up'), 'the children are up', 20_000);
      await until(() => processesWith(token).length >= CHILDREN, 'they are a thousand');
      trial.running.stop('cancel');
      const outcome = await trial.outcome;
      assert.ok(outcome.kind === 'stopped');
      assert.deepEqual([outcome.signal, outcome.end.cause], ['SIGKILL', 'our_signal']);
      assert.deepEqual(processesWith(token), []);
      assert.equal(outcome.end.left, workspace.ownNamespace ? 0 : null);
    },
  },
  {
    title: 'who needs two seconds to clean up after SIGTERM gets them',
    async check(workspace) {
      const trial = workspace.bash(
        "trap 'sleep 2; echo clean; exit 3' TERM; echo up; sleep 60 & wait",
        {
          killGraceMs: 15_000,
        },
      );
      await until(() => trial.stdout().includes('up'), 'the trap is set');
      trial.running.stop('timeout');
      const outcome = await trial.outcome;
      assert.match(trial.stdout(), /clean/);
      assert.equal(outcome.kind === 'stopped' && outcome.exitCode, 3);
      assert.ok(Number(outcome.end.graceUsedMs) >= 1_990, `${outcome.end.graceUsedMs} ms`);
      assert.ok(Number(outcome.end.graceUsedMs) < 10_000, `${outcome.end.graceUsedMs} ms`);
    },
  },
  {
    title: 'a child gets the grace to clean up although its parent dies of SIGTERM at once',
    async check(workspace) {
      const child = "trap 'sleep 0.7; echo clean; exit' TERM; echo up; sleep 60 & wait";
      const trial = workspace.bash(`bash -c "${child}"; echo never`, { killGraceMs: 15_000 });
      await until(() => trial.stdout().includes('up'), 'the child is up');
      trial.running.stop('cancel');
      const outcome = await trial.outcome;
      assert.equal(trial.stdout(), 'up\nclean\n');
      assert.ok(outcome.kind === 'stopped');
      assert.deepEqual([outcome.signal, outcome.end.signals.length], ['SIGTERM', 1]);
      assert.ok(Number(outcome.end.graceUsedMs) < 10_000, `${outcome.end.graceUsedMs} ms`);
    },
  },
  {
    title:
      'a child that ignores SIGTERM is killed at the end of the grace although its parent has died',
    async check(workspace) {
      const token = makeToken();
      const trial = workspace.bash(
        `(trap '' TERM; sleep ${token} & echo up; sleep ${token}) & sleep 60`,
        { killGraceMs: 500 },
      );
      await until(() => trial.stdout().includes('up'), 'the children are up');
      trial.running.stop('cancel');
      const { end } = await trial.outcome;
      assert.deepEqual(processesWith(token), []);
      assert.deepEqual(
        end.signals.map(({ signal }) => signal),
        ['SIGTERM', 'SIGKILL'],
      );
      assert.ok(Number(end.graceUsedMs) >= 495, `${end.graceUsedMs} ms`);
    },
  },
  {
    title: 'a lost lease kills at once, without SIGTERM',
    async check(workspace) {
      const trial = workspace.bash(
        "trap 'echo cleaning' TERM; echo up; while :; do sleep 0.05; done",
        {
          killGraceMs: 30_000,
        },
      );
      await until(() => trial.stdout().includes('up'), 'the trap is set');
      const askedAt = Date.now();
      trial.running.stop('lease_lost');
      const outcome = await trial.outcome;
      assert.ok(outcome.kind === 'stopped');
      assert.deepEqual([outcome.because, outcome.signal], ['lease_lost', 'SIGKILL']);
      assert.deepEqual(
        outcome.end.signals.map(({ signal }) => signal),
        ['SIGKILL'],
      );
      assert.equal(outcome.end.graceUsedMs, null);
      assert.ok(Number(outcome.end.endedAt) - askedAt < 5_000);
      assert.doesNotMatch(trial.stdout(), /cleaning/);
    },
  },
  {
    title: 'a second stop may cut the grace of the first short, and does not change its reason',
    async check(workspace) {
      const trial = workspace.bash(
        "trap 'echo got it' TERM; echo up; while :; do sleep 0.05; done",
        {
          killGraceMs: 30_000,
        },
      );
      await until(() => trial.stdout().includes('up'), 'the trap is set');
      trial.running.stop('cancel');
      await until(() => trial.stdout().includes('got it'), 'SIGTERM has come');
      trial.running.stop('drain', { graceMs: 100 });
      const outcome = await trial.outcome;
      assert.ok(outcome.kind === 'stopped');
      assert.deepEqual([outcome.because, outcome.signal], ['cancel', 'SIGKILL']);
      assert.ok(Number(outcome.end.graceUsedMs) < 10_000, `${outcome.end.graceUsedMs} ms`);
    },
  },
  {
    title: 'a lost lease that comes before the process has a pid leaves nothing behind',
    async check(workspace) {
      const token = makeToken();
      const trials = Array.from({ length: 12 }, () =>
        workspace.run({ command: ['/bin/sleep', token] }),
      );
      for (const [n, { running }] of trials.entries()) {
        setTimeout(() => running.stop('lease_lost'), n);
      }
      const outcomes = await Promise.all(trials.map(({ outcome }) => outcome));
      for (const { end } of outcomes) {
        if (workspace.kind === 'bwrap') assert.deepEqual([end.left, end.killProven], [0, true]);
      }
      assert.deepEqual(processesWith(token), []);
    },
  },
];
