'use client';

import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { TextInput } from '#components/ui/field.tsx';
import type { EnvironmentVariable, RefusedVariable } from '#lib/contracts/executions.ts';
import type { Difference } from './compare.ts';
import { toDotenv } from './environment-groups.ts';
import { VariableList } from './variable-list.tsx';
import { VariableTable } from './variable-table.tsx';

type Show = 'all' | 'overridden' | 'masked' | 'asked';

const SHOWS: Readonly<
  Record<
    Show,
    { readonly label: string; readonly takes: (variable: EnvironmentVariable) => boolean }
  >
> = {
  all: { label: 'All', takes: () => true },
  overridden: { label: 'Overridden', takes: ({ overrides }) => overrides.length > 0 },
  masked: { label: 'Masked', takes: ({ state }) => state === 'masked' },
  asked: { label: 'Asked for', takes: ({ origin }) => origin === 'request' || origin === 'action' },
};

/** Under which of them a refused name stands: it was asked for, and is no variable of the process. */
const SHOWS_REFUSED: ReadonlySet<Show | 'refused'> = new Set(['all', 'asked', 'refused']);

/** What is not as it was in the run in which the action last succeeded. */
export interface SinceSuccess {
  readonly id: number;
  readonly changes: readonly Difference[];
}

/** What the process really got, grouped; the loser of an override is struck through. */
export function EnvironmentTable({
  variables,
  refused = [],
  since = null,
}: {
  readonly variables: readonly EnvironmentVariable[];
  readonly refused?: readonly RefusedVariable[];
  readonly since?: SinceSuccess | null;
}) {
  const [isChangedOnly, setChangedOnly] = useState(false);
  const changes = new Map(since?.changes.map((change) => [change.name, change]));
  const gone = since?.changes.filter(({ is }) => is === null) ?? [];
  const [show, setShow] = useState<Show | 'refused'>('all');
  const [words, setWords] = useState('');
  const [isCopied, setCopied] = useState(false);
  const shown = variables.filter(
    (variable) =>
      show !== 'refused' &&
      SHOWS[show].takes(variable) &&
      (!isChangedOnly || changes.has(variable.name)) &&
      `${variable.name} ${variable.value}`.toLowerCase().includes(words.toLowerCase()),
  );
  const shownRefused = refused.filter(
    ({ name, reason }) =>
      SHOWS_REFUSED.has(show) &&
      !isChangedOnly &&
      `${name} ${reason}`.toLowerCase().includes(words.toLowerCase()),
  );
  const copy = async () => {
    await navigator.clipboard.writeText(toDotenv(variables));
    setCopied(true);
  };
  return (
    <>
      <div className="flex flex-wrap items-center gap-1 border-b border-line px-2 py-1.5 text-xs">
        {(Object.keys(SHOWS) as Show[]).map((name) => (
          <FilterButton
            key={name}
            count={variables.filter(SHOWS[name].takes).length}
            isOn={show === name}
            label={SHOWS[name].label}
            onClick={() => setShow(name)}
          />
        ))}
        <FilterButton
          count={refused.length}
          isOn={show === 'refused'}
          label="Refused"
          onClick={() => setShow('refused')}
        />
        {since !== null && (
          <FilterButton
            count={changes.size}
            isOn={isChangedOnly}
            isTelling={changes.size > 0}
            label={`Changed since run ${since.id}`}
            onClick={() => setChangedOnly(!isChangedOnly)}
          />
        )}
        <span className="ml-auto flex items-center gap-2">
          <Button onBlur={() => setCopied(false)} onClick={() => void copy()} variant="plain">
            {isCopied ? 'Copied' : 'Copy as .env'}
          </Button>
          <TextInput
            aria-label="Filter names and values"
            className="h-6 w-44"
            onChange={(event) => setWords(event.target.value)}
            placeholder="Filter names and values"
            value={words}
          />
        </span>
      </div>
      <div className="max-md:hidden">
        <VariableTable changes={changes} refused={shownRefused} variables={shown} />
      </div>
      <div className="md:hidden">
        <VariableList changes={changes} refused={shownRefused} variables={shown} />
      </div>
      {gone.length > 0 && (
        <p className="border-t border-line px-3 py-1.5 text-xs text-ink-2">
          Not there any more since run {since?.id}:{' '}
          <s className="font-mono">{gone.map(({ name }) => name).join(', ')}</s>
        </p>
      )}
      {shown.length + shownRefused.length === 0 && (
        <p className="px-3 py-2 text-ink-2">No variable fits.</p>
      )}
    </>
  );
}

interface FilterButtonProps {
  readonly label: string;
  readonly count: number;
  readonly isOn: boolean;
  readonly isTelling?: boolean;
  readonly onClick: () => void;
}

function FilterButton({ label, count, isOn, isTelling = false, onClick }: FilterButtonProps) {
  return (
    <button
      aria-pressed={isOn}
      className="dense h-6 rounded-sm px-2 whitespace-nowrap text-ink-2 aria-pressed:bg-selected aria-pressed:font-[560] aria-pressed:text-ink"
      onClick={onClick}
      type="button"
    >
      {label}{' '}
      <span className={`font-medium ${isTelling ? 'text-timeout' : 'text-ink-3'}`}>{count}</span>
    </button>
  );
}
