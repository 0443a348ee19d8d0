import { openWorkspace, until } from './workspace.ts';

/** Where Perl has been hidden: what the record says of ends that look alike. One JSON line. */
await using workspace = await openWorkspace('bwrap', process.argv[2]);
const stopped = workspace.bash('echo up; sleep 60');
await until(() => stopped.stdout().includes('up'), 'it is up');
stopped.running.stop('cancel');
const outcomes = await Promise.all([
  workspace.bash('exit 137').outcome,
  workspace.bash('kill -KILL $$').outcome,
  workspace.bash('exit 3').outcome,
  stopped.outcome,
]);
process.stdout.write(
  JSON.stringify({
    detail: workspace.host.probes[0]?.detail,
    outcomes: outcomes.map((outcome) => [
      outcome.kind,
      'exitCode' in outcome ? outcome.exitCode : null,
      'signal' in outcome ? outcome.signal : null,
      outcome.end.cause,
    ]),
  }),
);
