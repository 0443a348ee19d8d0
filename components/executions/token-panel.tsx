import type { ReactNode } from 'react';
import { Countdown } from '#components/ui/countdown.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { Glyph } from '#components/ui/glyph.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import type { TokenCall, TokenStatus } from '#lib/contracts/tokens.ts';
import { formatCount, formatDuration } from '#lib/format.ts';
import { counted } from '#lib/sentences/part.ts';
import { TokenCalls } from './token-calls.tsx';

interface TokenPanelProps {
  readonly token: TokenStatus;
  readonly nowMs: number;
  /** What else the newest runs did with their tokens; null where that is not known. */
  readonly use?: ScopeUse | null;
  /** What can be done about it. */
  readonly end?: ReactNode;
}

/** How many runs were looked at, and the scopes that at least one of them used. */
interface ScopeUse {
  readonly runs: number;
  readonly used: readonly string[];
}

/** Whether a token lives, what it may, what was done with it. Never the token. */
export function TokenPanel({ token, nowMs, use = null, end }: TokenPanelProps) {
  const owner = token.kind === 'execution' ? 'run' : 'sensor process';
  const late = token.recent_calls.filter(({ after_end: afterEnd }) => afterEnd);
  const before = token.recent_calls.filter(({ after_end: afterEnd }) => !afterEnd);
  const calls = [...before.toSorted(byTime), ...late.toSorted(byTime)];
  return (
    <Panel
      end={end}
      note={`of this ${owner}; the token itself is never stored or shown`}
      title="Token"
    >
      {token.replayed > 0 && <LateAlarm late={late} owner={owner} token={token} />}
      <div className="flex flex-wrap items-baseline gap-x-2 px-3 pt-2.5 pb-1">
        <p className={`text-lg font-[560] ${token.state === 'active' ? 'text-running' : ''}`}>
          {STATES[token.state]}
        </p>
        <p>
          <StateWords nowMs={nowMs} owner={owner} token={token} />
        </p>
      </div>
      <div className="grid items-start gap-x-6 gap-y-1 px-3 pb-3 text-xs md:grid-cols-2">
        <Facts
          facts={{
            Id: <code className="font-mono">{token.id}</code>,
            Attempt: token.attempt ?? undefined,
            Key: <code className="font-mono">{token.key_id}</code>,
            Calls: `${formatCount(token.calls)} made, ${formatCount(token.refused)} refused`,
          }}
        />
        <Facts
          facts={{
            Issued: <Time at={token.issued_at} kind="exact" />,
            Expires: <Time at={token.expires_at} kind="exact" />,
            Ended: <Time at={token.ended_at} kind="exact" />,
            'Last used': <Time at={token.last_used_at} kind="exact" />,
          }}
        />
      </div>
      <h3 className="border-t border-line px-3 pt-1.5 pb-1 text-2xs font-medium text-ink-2">
        Scopes
      </h3>
      {token.scopes.length === 0 ? (
        <p className="px-3 pb-2 text-xs text-ink-2">It has none: it may do nothing.</p>
      ) : (
        <ul className="px-3 pb-2 text-xs">
          {token.scopes.map(({ scope, used }) => (
            <li
              key={scope}
              className={`flex justify-between gap-4 leading-5 ${used ? '' : 'text-ink-3'}`}
            >
              <code className="font-mono">{scope}</code>
              <span>{used ? 'used' : unusedWords(scope, use)}</span>
            </li>
          ))}
        </ul>
      )}
      <h3 className="border-t border-line px-3 pt-1.5 pb-1 text-2xs font-medium text-ink-2">
        Calls
      </h3>
      {calls.length === 0 ? (
        <p className="px-3 pb-3 text-xs text-ink-2">
          No call was made with it{token.state === 'active' ? ' so far' : ''}.
        </p>
      ) : (
        <TokenCalls calls={calls} token={token} />
      )}
    </Panel>
  );
}

const STATES = { active: 'Active', ended: 'Ended', expired: 'Expired' } as const;

function unusedWords(scope: string, use: ScopeUse | null): string {
  if (use === null || use.runs < 2) return 'not used';
  return use.used.includes(scope)
    ? `not used here, but in the last ${use.runs} runs`
    : `never, in ${use.runs} runs`;
}

const byTime = (a: TokenCall, b: TokenCall): number => Date.parse(a.at) - Date.parse(b.at);

function StateWords({
  token,
  owner,
  nowMs,
}: {
  readonly token: TokenStatus;
  readonly owner: string;
  readonly nowMs: number;
}) {
  switch (token.state) {
    case 'active':
      return (
        <>
          <span className="inline-block min-w-[6ch]">
            <Countdown fallbackMs={Date.parse(token.expires_at) - nowMs} until={token.expires_at} />
          </span>{' '}
          left, and never longer than the {owner}
        </>
      );
    case 'ended': {
      const after =
        token.ms_after_run === null
          ? ''
          : `, ${formatDuration(token.ms_after_run)} after the ${owner}`;
      return `${token.end_reason ?? `with the ${owner}`}${after}`;
    }
    case 'expired':
      return `at its time; the ${owner} had not ended before`;
  }
}

function LateAlarm({
  token,
  late,
  owner,
}: {
  readonly token: TokenStatus;
  readonly late: readonly TokenCall[];
  readonly owner: string;
}) {
  const last = late.toSorted(byTime).at(-1);
  const afterMs =
    last === undefined || token.ended_at === null
      ? null
      : Date.parse(last.at) - Date.parse(token.ended_at);
  return (
    <div
      className="grid gap-1 border-b border-line bg-failed-soft px-3 py-2.5 shadow-[inset_3px_0_var(--color-failed)]"
      role="alert"
    >
      <p className="flex items-center gap-1.5 font-semibold text-failed">
        <Glyph name="alarm" />
        Used after it ended
      </p>
      <p>
        {counted(token.replayed, 'call')} came after the {owner} had ended
        {afterMs === null ? '' : `, the last one ${formatDuration(afterMs)} later`}
        {last?.address == null ? '' : `, from ${last.address}`}.{' '}
        {token.replayed === 1 ? 'It was' : 'All were'} refused. Somebody may hold a copy of the
        token.
      </p>
    </div>
  );
}
