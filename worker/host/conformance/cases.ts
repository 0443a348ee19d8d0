import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { processesWith, until, type Workspace } from './workspace.ts';

export interface Case {
  /** A sentence that states the guarantee. */
  readonly title: string;
  readonly check: (workspace: Workspace) => Promise<void>;
}

const MEGABYTE = 1024 * 1024;
/** What helpers of ours have; a parent may show no more. */
const HARMLESS = new Set([
  'PATH',
  'PWD',
  'HOME',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
]);

/** Holds under every kind of isolation and for every user; run by `conformance.int.test.ts`. */
export const CASES: readonly Case[] = [
  {
    title: 'a process gets exactly the given environment',
    async check(workspace) {
      const environment = { A: '1', ODD_name: 'ü = "x"\ny', EMPTY: '' };
      const trial = workspace.run({ command: ['/usr/bin/env', '-0'], environment });
      await trial.outcome;
      const seen = trial.stdout().split('\0').slice(0, -1);
      assert.deepEqual(
        seen.toSorted(),
        Object.entries(environment)
          .map((one) => one.join('='))
          .toSorted(),
      );
    },
  },
  {
    title: 'neither its parent nor the first process shows it another environment',
    async check(workspace) {
      const trial = workspace.bash(
        'for pid in $PPID 1; do cat /proc/$pid/environ 2>/dev/null; done; true',
      );
      await trial.outcome;
      const names = trial
        .stdout()
        .split('\0')
        .slice(0, -1)
        .map((one) => one.split('=')[0] ?? '');
      // Without a namespace of ours, pid 1 is the machine's and no business of this test.
      if (workspace.kind !== 'none')
        assert.deepEqual(
          names.filter((one) => !HARMLESS.has(one)),
          [],
        );
    },
  },
  {
    title: 'a process has its three standard streams open and nothing else',
    async check(workspace) {
      const trial = workspace.bash('ls /proc/$$/fd; true');
      await trial.outcome;
      assert.equal(trial.stdout(), '0\n1\n2\n');
    },
  },
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
    title:
      'a death by SIGKILL of somebody else is told from an exit, where bubblewrap is not between',
    async check(workspace) {
      const outcome = await workspace.bash('kill -KILL $$').outcome;
      if (workspace.kind === 'bwrap')
        assert.equal(outcome.kind === 'exited' && outcome.exitCode, 137);
      else assert.equal(outcome.kind === 'killed' && outcome.signal, 'SIGKILL');
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
    title: 'daemons are gone with their leader, whatever they did to hide',
    async check(workspace) {
      const token = `97531.${Math.floor(Math.random() * 1e9)}`;
      // Without a namespace or a user id of its own a daemon is only recognised by its marks.
      const isMarked = workspace.kind === 'none' || !workspace.host.isolation.ownUserId;
      const hidden = isMarked && workspace.kind !== 'bwrap' ? '' : '</dev/null >/dev/null 2>&1';
      const daemon = `env -i setsid sh -c 'trap "" TERM HUP; (sleep ${token}; sleep ${token}) & sleep ${token}' ${hidden} &`;
      const trial = workspace.bash(
        `${daemon} while ! grep -qs ${token} /proc/[0-9]*/cmdline; do sleep 0.01; done; sleep 0.1; exit 4`,
      );
      const outcome = await trial.outcome;
      assert.equal(outcome.kind === 'exited' && outcome.exitCode, 4);
      assert.deepEqual(processesWith(token), []);
      const isProven = workspace.kind !== 'none';
      assert.deepEqual(
        [outcome.end.left, outcome.end.killProven],
        isProven ? [0, true] : [null, false],
      );
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
      writeFileSync(`${workspace.makeRunDirectory(900)}/.bashrc`, 'echo sourced', { mode: 0o644 });
      const trial = workspace.run({
        command: ['/bin/bash', '-c', 'cat /dev/stdin'],
        stdin: Buffer.from('{"a":1}\n'),
        slot: 900,
        cwd: `${workspace.directory}/run-900`,
        writablePaths: [`${workspace.directory}/run-900`],
        environment: { PATH: '/usr/bin:/bin', HOME: `${workspace.directory}/run-900` },
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
  {
    title: 'a start that fails says in a sentence why',
    async check(workspace) {
      const script = `${workspace.makeRunDirectory(901)}/script`;
      writeFileSync(script, '#!/no/such/interpreter\n', { mode: 0o755 });
      const plain = `${workspace.directory}/run-901/plain`;
      writeFileSync(plain, 'text', { mode: 0o644 });
      const faults: [string, object, RegExp][] = [
        ['/no/such/command', {}, /'\/no\/such\/command' does not exist\./],
        [plain, {}, /run-901\/plain' is not executable; .*chmod/],
        ['/bin/true', { cwd: '/no/such/place' }, /'\/no\/such\/place' does not exist\./],
        [script, {}, /interpreter '\/no\/such\/interpreter' of .* does not exist\./],
      ];
      for (const [command, spec, sentence] of faults) {
        const outcome = await workspace.run({ command: [command], ...spec }).outcome;
        assert.ok(outcome.kind === 'not_started', `${command}: ${outcome.kind}`);
        assert.match(outcome.error, sentence);
      }
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
  {
    title: 'a sandbox shows the system, its own directories and itself, and gives no privilege',
    async check(workspace) {
      if (workspace.kind !== 'bwrap') return;
      const trial = workspace.bash(
        'ls -x -w 200 /; ls /proc | grep -c "^[0-9]"; touch /usr/x /root/x 2>/dev/null || echo closed; ' +
          'touch /tmp/own && ls /tmp/own; ls -d "$1" 2>/dev/null; grep -E "^(CapEff|CapBnd|NoNewPrivs|Groups)" /proc/self/status',
        {},
      );
      await trial.outcome;
      const [root = '', processes = '', ...rest] = trial.stdout().split('\n');
      const top = workspace.directory.split('/')[1] ?? '';
      const allowed = new Set([
        'bin',
        'dev',
        'etc',
        'lib',
        'lib32',
        'lib64',
        'libx32',
        'proc',
        'sbin',
        'tmp',
        'usr',
        top,
      ]);
      assert.deepEqual(
        root
          .trim()
          .split(/\s+/)
          .filter((one) => !allowed.has(one)),
        [],
      );
      assert.ok(Number(processes) <= 5);
      assert.equal(existsSync('/tmp/own'), false);
      assert.ok(rest.includes('closed'));
      assert.match(rest.join('\n'), /CapEff:\s+0{16}/);
      assert.match(rest.join('\n'), /NoNewPrivs:\s+1/);
      assert.match(rest.join('\n'), /Groups:\s+(\d+\s*)?$/m);
    },
  },
];
