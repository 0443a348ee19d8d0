import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownWorkerDirectory } from '../owner.ts';
import type { Case } from './case.ts';
import { KEYCTL } from '../inside/keyrings.ts';
import { PROBE } from './secrecy-probe.ts';
import { canary, type Trial, until, type Workspace } from './workspace.ts';

const PERL = '/usr/bin/perl';
const PROJECT_FILE = fileURLToPath(import.meta.url);

/**
 * Whether no run may read another one or the worker: under every kind but `none`, and even there where each run has a
 * user id of its own.
 */
const isApart = ({ kind, host }: Workspace): boolean => kind !== 'none' || host.isolation.ownUserId;

/** A run with a token in its environment and in a file of its home, that lives until it is stopped. */
async function aSibling(workspace: Workspace): Promise<Trial> {
  const token = canary(workspace, 'sibling');
  const sibling = workspace.bash(
    'umask 077; echo "$TOKEN" > "$HOME/token"; exec 3< "$HOME/token"; echo up; sleep 60; :',
    { environment: { PATH: '/usr/bin:/bin', TOKEN: token, HOME: workspace.nextDirectory } },
  );
  await until(() => sibling.stdout().includes('up'), 'the sibling is up');
  return sibling;
}

/** What a run finds in /proc: `<name> <way>` of each canary of this workspace. */
async function probe(workspace: Workspace, directory: string): Promise<string[]> {
  const held = canary(workspace, 'own');
  const trial = workspace.bash(
    // A child of its own to be found by, in each way that there is.
    `echo "$OWN" > "$HOME/own"; exec 4< "$HOME/own"; ${PERL} -e '$x = $ENV{OWN} x 2; sleep 60' "$OWN" & sleep 0.3
     ${PERL} -e "$PROBE"; kill $!`,
    {
      environment: { PATH: '/usr/bin:/bin', HOME: directory, OWN: held, PROBE },
      cwd: directory,
      timeoutMs: 60_000,
    },
  );
  const outcome = await trial.outcome;
  assert.equal(outcome.kind, 'exited', trial.stderr());
  return trial
    .stdout()
    .trim()
    .split('\n')
    .filter((line) => line.startsWith(workspace.id))
    .map((line) => line.slice(workspace.id.length + 1));
}

/** What an action can learn of the worker, of the host and of other runs; see docs/security-model.md. */
export const SECRECY_CASES: readonly Case[] = [
  {
    title: 'what a run left in the keyrings of the kernel is gone for the next run of its slot',
    async check(workspace) {
      const hasOwnUser = workspace.host.userIdFor(1) !== null;
      if (workspace.kind !== 'bwrap' || !hasOwnUser || KEYCTL === undefined) return;
      // Of the session (-3) and of the user (-4).
      const inEach = (call: string) =>
        `${PERL} -e '($type, $name, $value) = qw(user left behind); for (-3, -4) { print syscall(${call}) > 0 ? "yes " : "no " }'`;
      const add = inEach(`${KEYCTL - 2}, $type, $name, $value, 6, $_`); // add_key(2)
      const find = inEach(`${KEYCTL}, 10, $_, $type, $name, 0`);
      const first = workspace.bash(`${add}; ${find}`);
      const slot = workspace.lastSlot;
      await first.outcome;
      assert.equal(first.stdout(), 'yes yes yes yes ', first.stderr());
      const second = workspace.bash(find, { slot, cwd: '/', writablePaths: [] });
      await second.outcome;
      assert.equal(second.stdout(), 'no no ', second.stderr());
    },
  },
  {
    title: 'nothing that a run can open in /proc shows a secret of the worker or of another run',
    async check(workspace) {
      const secret = Buffer.from(canary(workspace, 'worker'));
      const path = join(ownWorkerDirectory(workspace.directory), 'secret');
      writeFileSync(path, canary(workspace, 'descriptor'), { mode: 0o600 });
      const descriptor = openSync(path, 'r');
      const sibling = await aSibling(workspace);
      const directory = workspace.nextDirectory;
      const seen = await probe(workspace, directory);
      sibling.running.stop('cancel', { graceMs: 0 });
      await sibling.outcome;
      closeSync(descriptor);
      assert.ok(secret.byteLength > 0); // held until here

      const own = seen.filter((one) => one.startsWith('own ')).toSorted();
      assert.deepEqual(own, ['own cmdline', 'own environ', 'own fd', 'own mem']);
      const others = seen.filter((one) => !one.startsWith('own '));
      assert.deepEqual(
        others.filter((one) => !isKnown(workspace, one)),
        [],
      );
    },
  },
  {
    title: 'a run reads no file of the worker, of another run or of another person',
    async check(workspace) {
      if (!isApart(workspace)) return;
      const sibling = await aSibling(workspace);
      const hidden = [
        ownWorkerDirectory(workspace.directory),
        `${workspace.plant('secrets', 0o700)}/canary`,
        `${sibling.directory}/token`,
      ];
      const outside = [
        `${workspace.plant('runtime-envs', 0o755)}/canary`,
        workspace.directory + '/secrets',
        PROJECT_FILE,
        homedir(),
        '/root',
        '/home',
      ];
      const trial = workspace.bash(
        `for path in ${hidden.join(' ')}; do cat $path $path/* 2>/dev/null; ls $path/ 2>/dev/null; done
         for path in ${outside.join(' ')}; do [ ! -e $path ] || echo "exists $path"; done`,
      );
      await trial.outcome;
      sibling.running.stop('cancel', { graceMs: 0 });
      await sibling.outcome;
      const lines = trial.stdout().split('\n').slice(0, -1);
      const wanted =
        workspace.kind === 'bwrap' ? lines : lines.filter((one) => !one.startsWith('exists '));
      assert.deepEqual(wanted, []);
    },
  },
  {
    title: 'a run has the user of its slot alone, no capability, and can gain none',
    async check(workspace) {
      const trial = workspace.bash(
        'grep -E "^(Uid|Gid|Groups|Cap(Inh|Prm|Eff|Amb)|NoNewPrivs):" /proc/self/status',
      );
      await trial.outcome;
      const status = new Map(
        trial
          .stdout()
          .trim()
          .split('\n')
          .map((line) => line.split(/:\s*/) as [string, string]),
      );
      const userId = workspace.host.userIdFor(workspace.lastSlot) ?? process.getuid?.();
      for (const name of ['Uid', 'Gid']) {
        assert.deepEqual(new Set(status.get(name)?.split('\t')), new Set([String(userId)]), name);
      }
      assert.match(status.get('Groups') ?? '', /^(?:\d+ ?)?$/);
      for (const name of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) {
        assert.equal(status.get(name), '0'.repeat(16), name);
      }
      assert.equal(status.get('NoNewPrivs'), '1');
    },
  },
];

/**
 * The exceptions that the security model names, all of them under `none`: runs that have the worker's own user can read
 * each other, and where the host has no namespace also what the worker has in its memory and has open. Never in an
 * environment or in arguments, which whoever looks at a list of processes may see.
 */
function isKnown(workspace: Workspace, seen: string): boolean {
  if (isApart(workspace)) return false;
  if (seen.startsWith('sibling ')) return seen !== 'sibling cmdline';
  return !workspace.ownNamespace && /^(?:worker|inherited|descriptor) (?:mem|fd)$/.test(seen);
}
