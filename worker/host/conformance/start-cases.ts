import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import type { Case } from './case.ts';

/** What helpers of ours have; a parent may show no more. */
const HARMLESS = new Set([
  'PATH',
  'PWD',
  'HOME',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
]);

/** What a process finds when it starts, or why it does not. */
export const START_CASES: readonly Case[] = [
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
      if (workspace.ownNamespace)
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
    title: 'a process steps back behind whatever else wants the processor',
    async check(workspace) {
      // The kernel knows groups of sessions or does not, and lets root alone change one at any time.
      const group = process.getuid?.() === 0 ? '/proc/self/autogroup' : '/nothing';
      // It may be up before we have set it back.
      const trial = workspace.bash(
        `until [ "$(nice)" = 10 ]; do sleep 0.02; done
         until [ ! -e ${group} ] || grep -q ' nice 10$' ${group}; do sleep 0.02; done`,
      );
      const outcome = await trial.outcome;
      assert.ok(outcome.kind === 'exited', 'it never stepped back');
      assert.equal(outcome.exitCode, 0);
    },
  },
  {
    title: 'a start that fails says in a sentence why',
    async check(workspace) {
      const directory = workspace.makeRunDirectory(901);
      const script = `${directory}/script`;
      writeFileSync(script, '#!/no/such/interpreter\n', { mode: 0o755 });
      const plain = `${directory}/plain`;
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
