'use client';

import { Problem } from '#components/forms/problem.tsx';
import { CONDITION_OPERATORS } from '#lib/domain/conditions/operators.ts';
import { takesValue, type TestNode } from './condition-model.ts';
import type { Pass } from './funnel.ts';

interface ConditionLineProps {
  readonly test: TestNode;
  readonly listId: string;
  readonly pass: Pass | undefined;
  readonly problem: string | undefined;
  readonly onChange: (test: TestNode) => void;
  readonly onRemove: () => void;
}

const CONTROL = 'h-7 w-full min-w-0 rounded-sm border bg-surface px-2 text-xs';

/** Field, operator, value, and how many of the last events get past it. */
export function ConditionLine({
  test,
  listId,
  pass,
  problem,
  onChange,
  onRemove,
}: ConditionLineProps) {
  const border = problem === undefined ? 'border-control' : 'border-failed';
  const name = test.field === '' ? 'this condition' : test.field;
  return (
    <>
      <div className="grid grid-cols-[1fr_1fr_24px] items-center gap-1.5 md:grid-cols-[minmax(104px,1fr)_116px_minmax(90px,1.25fr)_112px_24px]">
        <input
          aria-label="Field of the payload"
          aria-invalid={problem !== undefined || undefined}
          className={`${CONTROL} ${border} font-mono`}
          list={listId}
          placeholder="field"
          spellCheck={false}
          type="text"
          value={test.field}
          onChange={(event) => onChange({ ...test, field: event.target.value })}
        />
        <select
          aria-label={`Operator for ${name}`}
          className={`${CONTROL} border-control px-1`}
          value={test.operator}
          onChange={(event) => onChange({ ...test, operator: operatorOf(event.target.value) })}
        >
          {CONDITION_OPERATORS.map((operator) => (
            <option key={operator}>{operator}</option>
          ))}
        </select>
        {takesValue(test.operator) ? (
          <input
            aria-label={`Value for ${name}`}
            className={`${CONTROL} ${border} col-span-2 row-start-2 font-mono md:col-span-1 md:row-start-auto`}
            placeholder="JSON or text"
            spellCheck={false}
            type="text"
            value={test.valueText}
            onChange={(event) => onChange({ ...test, valueText: event.target.value })}
          />
        ) : (
          <span className="hidden md:block" />
        )}
        <span className="hidden items-center gap-2 md:flex">{pass && <PassBar {...pass} />}</span>
        <button
          aria-label={`Remove ${name}`}
          className="col-start-3 row-start-1 h-6 w-6 text-ink-2 hover:text-ink md:col-start-auto md:row-start-auto"
          type="button"
          onClick={onRemove}
        >
          ×
        </button>
      </div>
      {problem !== undefined && <Problem>{problem}</Problem>}
    </>
  );
}

function PassBar({ passed, of }: Pass) {
  const share = of === 0 ? 0 : passed / of;
  return (
    <>
      <span
        aria-label={`${passed} of ${of} events pass`}
        className="h-1.5 flex-1 bg-line"
        role="img"
      >
        <span className="block h-full bg-completed" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="min-w-[6ch] text-right text-xs whitespace-nowrap">
        {passed}
        <span className="text-ink-3"> of {of}</span>
      </span>
    </>
  );
}

const operatorOf = (text: string) =>
  CONDITION_OPERATORS.find((operator) => operator === text) ?? 'equals';
