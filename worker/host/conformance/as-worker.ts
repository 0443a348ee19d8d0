import type { Way } from './ways.ts';
import { openWorkspace } from './workspace.ts';

/** A worker to be killed: runs what hides best, says when all of it is up, and what became of it. */
const [way, parent, token] = process.argv.slice(2) as [Way, string, string];
const workspace = await openWorkspace(way, parent);
const say = (fact: object) => process.stdout.write(`${JSON.stringify(fact)}\n`);

// Only a namespace ends what wears no mark at all.
const wipe = workspace.ownNamespace ? 'env -i' : '';
const script =
  `trap '' TERM HUP; ${wipe} setsid sh -c 'trap "" TERM HUP; (sleep ${token}) & sleep ${token}' & ` +
  `sleep ${token} & echo up; while :; do sleep 0.2; done`;
const trials = Array.from({ length: 3 }, () => workspace.bash(script, { timeoutMs: null }));
while (trials.some((trial) => !trial.stdout().includes('up'))) {
  await new Promise((resolve) => setTimeout(resolve, 5));
}
say({ up: true, host: workspace.host.pid, data: workspace.directory });
void workspace.host.died.then(({ message }) => say({ died: message }));
const outcomes = await Promise.all(trials.map(({ outcome }) => outcome));
say({ outcomes: outcomes.map(({ kind: ending, end }) => [ending, end.killProven]) });
