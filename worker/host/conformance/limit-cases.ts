import assert from 'node:assert/strict';
import type { LimitName, ResourceLimits } from '#lib/domain/resource-limits.ts';
import type { Case } from './case.ts';
import { processesWith, type Workspace } from './workspace.ts';

/** What a neighbour may take, beside a machine that is busy with somebody else's mischief. */
const NEIGHBOUR_MS_MAX = 10_000;

interface Mischief {
  readonly title: string;
  readonly limits: ResourceLimits;
  readonly script: string;
  readonly hits: LimitName;
}

const MISCHIEFS: readonly Mischief[] = [
  {
    title: 'a fork bomb is ended at its limit of processes',
    limits: { processes: 100 },
    // Of eight thousand at most: where no limit holds it, the test fails and the machine does not.
    script:
      'bomb() { if [ "$1" -gt 0 ]; then bomb $(($1 - 1)) | bomb $(($1 - 1)) & else sleep 20; fi; }; bomb 12; wait; sleep 30',
    hits: 'processes',
  },
  {
    title: 'a run that takes too much memory is ended at its limit',
    limits: { memory_mb: 64 },
    script: `perl -e '$x="a" x 200_000_000; sleep 30'`,
    hits: 'memory_mb',
  },
  {
    title: 'memory is that of the whole run, not of one process',
    limits: { memory_mb: 96 },
    script: `for i in 1 2 3 4; do perl -e '$x="a" x 20_000_000; sleep 30' & done; wait`,
    hits: 'memory_mb',
  },
  {
    title: 'a run that fills the disk is ended at its limit',
    limits: { disk_mb: 20 },
    script:
      'mkdir -p "$HOME/deep/er"; for i in 1 2 3 4; do head -c 10M /dev/zero > "$HOME/deep/er/$i"; done; sleep 30',
    hits: 'disk_mb',
  },
  {
    title: 'a run that fills the disk with a file that it has removed is ended at its limit',
    limits: { disk_mb: 20 },
    script: 'exec 3> "$HOME/gone"; rm "$HOME/gone"; head -c 40M /dev/zero >&3; sleep 30',
    hits: 'disk_mb',
  },
  {
    title: 'a run that leaks open files is ended at its limit',
    limits: { open_files: 60 },
    script: `perl -e 'while (open(my $f, "<", "/dev/null")) { push @all, $f } sleep 30'`,
    hits: 'open_files',
  },
  {
    title: 'a run that burns processor time is ended at its limit',
    limits: { cpu_seconds: 1 },
    script: 'for i in 1 2; do (while :; do :; done) & done; wait',
    hits: 'cpu_seconds',
  },
];

/** What a run takes from others ends at its limits; under every kind of isolation and for every user. */
export const LIMIT_CASES: readonly Case[] = [
  ...MISCHIEFS.map(({ title, limits, script, hits }) => ({
    title: `${title}, and its neighbour notices nothing`,
    async check(workspace: Workspace) {
      const marker = `70${Math.floor(Math.random() * 1e9)}`;
      const neighbour = workspace.bash('for i in 1 2 3 4 5; do sleep 0.2; done; echo well');
      const trial = workspace.bash(`: ${marker}; ${script}`, { limits });
      const outcome = await trial.outcome;

      assert.ok(outcome.kind === 'stopped', `${outcome.kind}: ${trial.stderr().slice(-400)}`);
      assert.deepEqual([outcome.because, outcome.end.limit], ['limit', hits]);
      assert.deepEqual(processesWith(marker), []);
      const after = Number(outcome.end.endedAt) - Number(outcome.end.startedAt);
      assert.ok(after < NEIGHBOUR_MS_MAX, `it ended after ${after} ms`);

      const unharmed = await neighbour.outcome;
      assert.ok(unharmed.kind === 'exited' && unharmed.exitCode === 0, unharmed.kind);
      assert.equal(neighbour.stdout(), 'well\n');
      const took = Number(unharmed.end.endedAt) - Number(unharmed.end.startedAt);
      assert.ok(took < NEIGHBOUR_MS_MAX, `the neighbour took ${took} ms`);
      // The host goes on.
      const next = await workspace.bash('echo on').outcome;
      assert.ok(next.kind === 'exited' && next.exitCode === 0);
    },
  })),
  {
    title: 'a file larger than its limit is refused by the kernel, and by the name of the limit',
    async check(workspace) {
      const script = 'head -c 3M /dev/zero > "$HOME/large"';
      const trial = workspace.bash(`exec bash -c '${script}; exit $?'`, {
        limits: { file_size_mb: 2 },
      });
      const outcome = await trial.outcome;
      // Bash reports the SIGXFSZ of its child.
      assert.equal(outcome.kind === 'exited' && outcome.exitCode, 153, trial.stderr());
      const fits = await workspace.bash('head -c 1M /dev/zero > "$HOME/fits"', {
        limits: { file_size_mb: 2 },
      }).outcome;
      assert.equal(fits.kind === 'exited' && fits.exitCode, 0);
    },
  },
  {
    title: 'a run that stays below its limits is not touched by them',
    async check(workspace) {
      const limits = {
        cpu_seconds: 5,
        memory_mb: 256,
        processes: 20,
        open_files: 64,
        file_size_mb: 5,
        disk_mb: 50,
      };
      const script =
        'for i in 1 2 3 4 5 6 7 8; do sleep 0.4 & done; head -c 2M /dev/zero > "$HOME/x"; wait; exit 7';
      const outcome = await workspace.bash(script, { limits }).outcome;
      assert.ok(outcome.kind === 'exited', outcome.kind);
      assert.deepEqual([outcome.exitCode, outcome.end.limit], [7, null]);
    },
  },
  {
    title: 'the record names by what each limit is held',
    async check(workspace) {
      const { limits } = workspace.host.isolation;
      for (const name of [
        'cpu_seconds',
        'memory_mb',
        'processes',
        'open_files',
        'disk_mb',
      ] as const) {
        assert.ok((limits?.[name]?.length ?? 0) > 0, name);
      }
      if (workspace.kind === 'bwrap') assert.ok(limits?.disk_mb?.includes('tmpfs'));
    },
  },
];
