import { CopyButton } from '#components/ui/copy-button.tsx';
import { Glyph } from '#components/ui/glyph.tsx';
import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import { endsWithNamespace } from '#lib/domain/isolation.ts';
import { TROUBLESHOOTING } from '#lib/errors.ts';
import { listed } from '#lib/sentences/part.ts';

interface KillUnprovenProps {
  readonly run: Execution;
  readonly attempts: readonly Attempt[];
}

/** What nobody can vouch for, said so that it cannot be missed, with what to do about it. */
export function KillUnproven({ run, attempts }: KillUnprovenProps) {
  const unproven = attempts.filter(({ kill_unproven: is }) => is);
  if (unproven.length === 0) return null;
  const workers = [
    ...new Set(unproven.map(({ worker, worker_name: name }) => name ?? `worker ${worker}`)),
  ];
  const which =
    run.attempt_count > 1
      ? ` of ${unproven.length === 1 ? 'attempt' : 'attempts'} ${listed(unproven.map(({ number }) => String(number)))}`
      : '';
  const isNamespaced = unproven.every(
    ({ isolation }) => isolation !== null && endsWithNamespace(isolation),
  );
  // NUL-separated, so that the number of another run that begins alike does not match.
  const command = `sudo grep -lzx 'ATTUNE_EXEC_ID=${run.id}' /proc/[0-9]*/environ`;
  return (
    <div
      className="mt-3 flex gap-3 rounded-md border border-failed bg-failed-soft px-3 py-2.5"
      role="alert"
    >
      <Glyph className="mt-[3px] text-failed" name="alarm" size={14} />
      <div className="grid min-w-0 gap-1">
        <p className="font-semibold text-failed">
          Kill unproven: a process{which} may still be running.
        </p>
        <p className="max-w-[88ch]">
          {listed(workers)} went away, or could not look, before all processes were counted as gone.{' '}
          {isNamespaced
            ? 'They were in a PID namespace, which the kernel ends as a whole; but nobody was there to see it.'
            : 'Without a PID namespace, a process may have lived on.'}{' '}
          Before you run this again, look on that host for what still carries this run's id:
        </p>
        <p className="flex flex-wrap items-center gap-x-2">
          <code className="font-mono text-xs wrap-anywhere">{command}</code>
          <CopyButton text={command} what="the command" />
        </p>
        <p>
          No file named: nothing that kept its environment is left. A file named: end that process.{' '}
          <a className="underline underline-offset-2" href={`/${TROUBLESHOOTING}#kill-unproven`}>
            What it means and what to do
          </a>
        </p>
      </div>
    </div>
  );
}
