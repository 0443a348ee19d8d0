'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { TextInput } from '#components/ui/field.tsx';
import { MaskedText } from '#components/ui/masked-text.tsx';
import type { EnvironmentVariable, RefusedVariable } from '#lib/contracts/executions.ts';
import { splitMasks } from '#lib/masks.ts';
import type { Difference } from './compare.ts';
import { groupOf, GROUPS, toDotenv } from './environment-groups.ts';

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
      <div className="overflow-x-auto">
        <table className="w-full border-collapse text-xs">
          <caption className="sr-only">Environment of the process</caption>
          <thead>
            <tr className="text-left text-2xs text-ink-3">
              {['Name', 'Value', 'Origin', 'State'].map((head) => (
                <th
                  key={head}
                  className="h-7 border-b border-line px-2 font-medium first:pl-3"
                  scope="col"
                >
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          {GROUPS.map((group) => {
            const members = shown.filter((variable) => groupOf(variable) === group);
            return (
              members.length > 0 && (
                <tbody key={group}>
                  <GroupHead>{group}</GroupHead>
                  {members.map((variable) => (
                    <Row
                      key={variable.name}
                      change={changes.get(variable.name)}
                      variable={variable}
                    />
                  ))}
                </tbody>
              )
            );
          })}
          {shownRefused.length > 0 && (
            <tbody>
              <GroupHead>Refused: set by somebody, and not there for the process</GroupHead>
              {shownRefused.map(({ name, origin, reason }) => (
                <tr
                  key={`${origin} ${name}`}
                  className="border-b border-line last:border-b-0 hover:bg-hover"
                >
                  <td className="h-[26px] px-2 pl-3 font-mono">
                    <s>{name}</s>
                  </td>
                  <td className="px-2 text-ink-3">–</td>
                  <td className="px-2 font-medium">{origin}</td>
                  <td className="px-2 text-timeout">refused: {ruleOf(reason)}</td>
                </tr>
              ))}
            </tbody>
          )}
        </table>
        {gone.length > 0 && (
          <p className="border-t border-line px-3 py-1.5 text-xs text-ink-2">
            Not there any more since run {since?.id}:{' '}
            <s className="font-mono">{gone.map(({ name }) => name).join(', ')}</s>
          </p>
        )}
        {shown.length + shownRefused.length === 0 && (
          <p className="px-3 py-2 text-ink-2">No variable fits.</p>
        )}
      </div>
    </>
  );
}

/** The secrets whose values stand in a value. */
const secretsIn = (value: string, maskedBy: string | null): readonly string[] => {
  const names = splitMasks(value).flatMap((piece) => (piece.kind === 'mask' ? piece.name : []));
  return names.length > 0 ? [...new Set(names)] : [maskedBy ?? 'a secret'];
};

/** What the sentence says after the name, which stands beside it. */
const ruleOf = (reason: string): string =>
  (/cannot be set: (.*?)\.?$/.exec(reason)?.[1] ?? reason).replaceAll('`', '');

function GroupHead({ children }: { readonly children: ReactNode }) {
  return (
    <tr>
      <th
        className="border-b border-line bg-canvas px-3 py-1 text-left text-2xs font-medium text-ink-2"
        colSpan={4}
        scope="rowgroup"
      >
        {children}
      </th>
    </tr>
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

function Row({
  variable: { name, value, origin, state, masked_by: maskedBy, overrides },
  change,
}: {
  readonly change: Difference | undefined;
  readonly variable: EnvironmentVariable;
}) {
  const isChosen =
    origin === 'request' || origin === 'action' || origin === 'runtime' || origin === 'operator';
  return (
    <tr
      className={`border-b border-line last:border-b-0 hover:bg-hover ${change === undefined ? '' : 'shadow-[inset_2px_0_0_var(--color-timeout)]'}`}
    >
      <td className="h-[26px] px-2 pl-3 font-mono">{name}</td>
      <td className="w-2/5 min-w-40 px-2 font-mono wrap-anywhere">
        {value === '' ? (
          <span className="font-sans text-ink-3">empty</span>
        ) : (
          <MaskedText text={value} />
        )}
      </td>
      <td className={`px-2 ${isChosen ? 'font-medium' : 'text-ink-3'}`}>{origin}</td>
      <td className="min-w-32 px-2 text-ink-2">
        {change !== undefined && (
          <span className="block text-timeout">
            {change.was === null ? (
              'new since the last success'
            ) : (
              <>
                changed since the last success, was{' '}
                <s className="font-mono">
                  <MaskedText text={change.was === '' ? 'empty' : change.was} />
                </s>
              </>
            )}
          </span>
        )}
        {overrides.map((loser) => (
          <span key={loser.origin} className="block">
            overrides{' '}
            <s className="font-mono text-ink-3">
              <MaskedText text={loser.value === '' ? 'empty' : loser.value} />
            </s>{' '}
            of {loser.origin}
          </span>
        ))}
        {state === 'masked' && (
          <span className="block wrap-anywhere">
            masked by {secretsIn(value, maskedBy).join(' and ')}
          </span>
        )}
      </td>
    </tr>
  );
}
