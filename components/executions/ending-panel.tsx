import { Facts } from '#components/ui/facts.tsx';
import { Glyph } from '#components/ui/glyph.tsx';
import { IsolationWords } from '#components/ui/isolation-words.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import { endsWithNamespace } from '#lib/domain/isolation.ts';
import { formatDuration, msBetween } from '#lib/format.ts';
import { attemptBegan, attemptWords, exitWords } from '#lib/sentences/attempt.ts';
import { counted } from '#lib/sentences/part.ts';

interface EndingPanelProps {
  readonly run: Execution;
  readonly attempt: Attempt;
}

/** How one try ended: what was sent to its processes, and whether any of them is left. */
export function EndingPanel({ run, attempt }: EndingPanelProps) {
  const isOver = attempt.ended_at !== null;
  const words = attemptWords(attempt, run);
  return (
    <Panel
      note={run.attempt_count > 1 ? `attempt ${attempt.number}` : undefined}
      padded
      title={isOver ? 'How it ended' : 'How it runs'}
    >
      <Facts
        facts={{
          [isOver ? 'End' : 'State']: `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`,
          Exit: isOver ? exitOf(attempt) : undefined,
          Signals: isOver ? <Signals attempt={attempt} /> : undefined,
          Grace:
            attempt.grace_used_ms === null
              ? undefined
              : `${formatDuration(attempt.grace_used_ms)} used`,
          Processes:
            isOver && attempt.end_reason !== 'not_started' ? (
              <Processes attempt={attempt} />
            ) : undefined,
          Isolation:
            attempt.isolation !== null ? (
              <IsolationWords isolation={attempt.isolation} />
            ) : isOver ? (
              'not recorded'
            ) : undefined,
          Worker: attempt.worker_name ?? `worker ${attempt.worker}`,
        }}
      />
    </Panel>
  );
}

function exitOf({ exit_code: code, signal }: Attempt): string {
  if (signal !== null) return `${signal}, no exit code`;
  return code === null ? 'not known' : exitWords(code);
}

function Signals({ attempt }: { readonly attempt: Attempt }) {
  if (attempt.signals.length === 0) return <>none was sent</>;
  return (
    <ul>
      {attempt.signals.map(({ signal, at }) => (
        <li key={`${signal} ${at}`}>
          {signal} at {formatDuration(msBetween(attemptBegan(attempt), at))}{' '}
          <span className="text-ink-2">
            (<Time at={at} kind="clock" />)
          </span>
        </li>
      ))}
    </ul>
  );
}

function Processes({ attempt }: { readonly attempt: Attempt }) {
  const {
    processes_left: left,
    processes_ended: ended,
    kill_unproven: unproven,
    isolation,
  } = attempt;
  if (unproven)
    return (
      <span className="flex items-start gap-1.5 font-medium text-failed">
        <Glyph className="mt-1" name="alarm" /> Not proven to be gone
      </span>
    );
  if (left === null) return <>none was started</>;
  const stragglers =
    ended !== null
      ? ended === 0
        ? 'it left none behind'
        : `${counted(ended, 'process', 'processes')} that it left behind ${ended === 1 ? 'was' : 'were'} ended`
      : isolation === null || !endsWithNamespace(isolation)
        ? null
        : 'its PID namespace ended as a whole';
  return (
    <span>
      <span className={left > 0 ? 'font-medium text-failed' : ''}>{left} left</span>
      {stragglers !== null && <span className="text-ink-2">; {stragglers}</span>}
    </span>
  );
}
