'use client';

import Link from 'next/link';
import { paths } from '#lib/paths.ts';
import { Glyph } from '#components/ui/glyph.tsx';
import { JsonTree } from '#components/ui/json-tree.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import type { RuleDraft } from './editor-model.ts';
import type { Preview } from './use-preview.ts';

interface VerdictPanelProps {
  readonly draft: RuleDraft;
  readonly preview: Preview;
}

const ROWS_SHOWN_MAX = 12;

/** What the draft would have made of the last events, and what the action would get from one of them. */
export function VerdictPanel({ draft, preview }: VerdictPanelProps) {
  return (
    <aside aria-label="Verdict" className="grid min-w-0 gap-3 lg:sticky lg:top-[58px]">
      <Events draft={draft} preview={preview} />
      <Rendered draft={draft} preview={preview} />
    </aside>
  );
}

function Events({ draft, preview }: VerdictPanelProps) {
  const { verdicts, problem } = preview;
  const matches = verdicts.filter(({ matched }) => matched).length;
  const chosen = preview.eventId ?? preview.rendered?.event ?? null;
  const title =
    verdicts.length === 0 ? 'Would match' : `Would match ${matches} of the last ${verdicts.length}`;
  return (
    <Panel title={title}>
      {problem !== null && (
        <p className="px-3 py-2 text-failed" role="status">
          {problem}
        </p>
      )}
      {verdicts.length === 0 ? (
        <p className="px-3 py-2 text-ink-2">
          {draft.triggerRef === ''
            ? 'Choose a trigger: its last 50 events show what the rule would do.'
            : `No event of ${draft.triggerRef} is here yet.`}
        </p>
      ) : (
        <>
          <div
            aria-label={`Last ${verdicts.length} events, oldest first; ${matches} match`}
            className="flex gap-0.5 px-3 pt-3 pb-2"
            role="img"
          >
            {verdicts.toReversed().map(({ event, matched }) => (
              <span
                key={event}
                className={`flex h-5 flex-1 items-end ${event === chosen ? 'outline-2 outline-offset-1 outline-accent' : ''}`}
              >
                <span
                  className={`block w-full ${matched ? 'h-5 bg-completed' : 'h-[5px] bg-line-strong'}`}
                />
              </span>
            ))}
          </div>
          <ul className="border-t border-line text-xs">
            {verdicts.slice(0, ROWS_SHOWN_MAX).map((verdict) => (
              <li key={verdict.event} className="border-b border-line last:border-b-0">
                <button
                  aria-pressed={verdict.event === chosen}
                  className={`grid min-h-[26px] w-full grid-cols-[70px_auto_auto_minmax(0,1fr)] items-center gap-3 px-3 text-left hover:bg-hover ${verdict.event === chosen ? 'bg-selected' : ''}`}
                  type="button"
                  onClick={() => preview.choose(verdict.event, draft)}
                >
                  <span className="flex items-center gap-1.5 font-medium text-ink-2">
                    <Glyph
                      className={verdict.matched ? 'text-completed' : ''}
                      name={verdict.matched ? 'completed' : 'no-match'}
                    />
                    {verdict.matched ? 'match' : 'no'}
                  </span>
                  <span>{verdict.event}</span>
                  <span className="text-ink-3">
                    <Time at={verdict.created} />
                  </span>
                  <span className={`py-0.5 wrap-anywhere ${verdict.matched ? 'text-ink-2' : ''}`}>
                    {verdict.matched
                      ? 'all hold'
                      : (verdict.failed?.message.replaceAll('`', '') ?? 'does not match')}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {verdicts.length > ROWS_SHOWN_MAX && (
            <p className="border-t border-line px-3 py-1.5 text-xs">
              <Link
                className="underline underline-offset-2"
                href={paths.events({ trigger_ref: draft.triggerRef })}
              >
                All events of {draft.triggerRef}
              </Link>
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

function Rendered({ draft, preview: { rendered } }: VerdictPanelProps) {
  if (rendered === null) {
    return (
      <Panel title="What the action would get">
        <p className="px-3 py-2 text-ink-2">
          {draft.actionRef === '' ? 'Choose an action.' : 'Nothing yet.'}
        </p>
      </Panel>
    );
  }
  return (
    <Panel
      end={
        rendered.event === null ? (
          'no event matches'
        ) : (
          <>
            from event{' '}
            <Link
              className="text-ink underline underline-offset-2"
              href={paths.event(rendered.event)}
            >
              {rendered.event}
            </Link>
          </>
        )
      }
      title="What the action would get"
    >
      <div className="px-3 py-2">
        <JsonTree value={rendered.parameters} />
      </div>
      {rendered.problems.length === 0 ? (
        <p className="flex items-center gap-1.5 border-t border-line px-3 py-1.5 text-xs">
          <Glyph className="text-completed" name="completed" /> fits the schema of {draft.actionRef}
        </p>
      ) : (
        <ul className="border-t border-line px-3 py-1.5 text-xs text-failed">
          {rendered.problems.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code className="font-mono">{path}</code>: {message}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
