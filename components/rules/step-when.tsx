'use client';

import { useState } from 'react';
import Link from 'next/link';
import { call } from '#lib/api-client.ts';
import { AppError } from '#lib/errors.ts';
import { paths } from '#lib/paths.ts';
import { getEvent, listEvents, getTrigger } from '#lib/endpoints.ts';
import { Problem } from '#components/forms/problem.tsx';
import { schemaFields } from '#components/forms/schema-fields.ts';
import { SchemaForm } from '#components/forms/schema-form.tsx';
import { Combobox } from '#components/ui/combobox.tsx';
import type { Option } from '#components/ui/combobox-options.ts';
import { type DraftChange, EMPTY_SCHEMA_DRAFT, type RuleDraft } from './editor-model.ts';
import { fieldProblems } from './field-problems.ts';
import { Step } from './step.tsx';

interface StepWhenProps {
  readonly draft: RuleDraft;
  readonly options: readonly Option[];
  readonly payloadFields: readonly string[];
  readonly problems: Readonly<Record<string, string | undefined>>;
  readonly onChange: (change: DraftChange) => void;
  readonly onSeen: (fields: readonly string[]) => void;
}

/** When: the trigger, what it asks of a rule, and what its events carry. */
export function StepWhen({
  draft,
  options,
  payloadFields,
  problems,
  onChange,
  onSeen,
}: StepWhenProps) {
  const [failure, setFailure] = useState<string | null>(null);
  const own = fieldProblems(problems, 'trigger_params.');

  const choose = async (ref: string) => {
    setFailure(null);
    try {
      const [{ data: trigger }, seen] = await Promise.all([
        call(getTrigger, { params: { ref } }),
        fieldsOfNewestEvent(ref),
      ]);
      onSeen(seen);
      onChange((now) => ({ ...now, triggerRef: ref, trigger, triggerParams: EMPTY_SCHEMA_DRAFT }));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      setFailure(error.message);
    }
  };

  const { trigger } = draft;
  const problem = failure ?? problems['trigger_ref'];
  return (
    <Step
      about="this trigger fires"
      hasProblem={problem !== undefined || Object.keys(own).length > 0}
      title="When"
    >
      <div className="p-3">
        <Combobox
          invalid={problem !== undefined}
          label="Trigger"
          nothing="No trigger is called so. Packs bring triggers; webhooks can be opened under Triggers."
          options={options}
          placeholder="Search a trigger"
          value={draft.triggerRef}
          onChange={(ref) => void choose(ref)}
        />
        {problem !== undefined && <Problem>{problem}</Problem>}
        {trigger !== null && (
          <>
            <p className="mt-2 text-ink-2">
              {trigger.description ?? trigger.label}{' '}
              {trigger.sensor_ref !== null && (
                <>
                  Sent by{' '}
                  <Link
                    className="font-mono text-xs underline underline-offset-2"
                    href={paths.sensor(trigger.sensor_ref)}
                  >
                    {trigger.sensor_ref}
                  </Link>
                  .
                </>
              )}
            </p>
            <PayloadFields fields={payloadFields} schema={trigger.out_schema} />
            <div className="mt-3 border-t border-line pt-3">
              <SchemaForm
                draft={draft.triggerParams}
                fields={schemaFields(trigger.param_schema)}
                nothing="The trigger takes no parameters."
                problems={own}
                onChange={(triggerParams) => onChange({ ...draft, triggerParams })}
              />
            </div>
          </>
        )}
      </div>
    </Step>
  );
}

interface PayloadFieldsProps {
  readonly fields: readonly string[];
  readonly schema: Readonly<Record<string, unknown>> | null;
}

function PayloadFields({ fields, schema }: PayloadFieldsProps) {
  if (fields.length === 0)
    return (
      <p className="mt-2 text-xs text-ink-3">
        Its payload is not described, and no event of it is here yet.
      </p>
    );
  const types = new Map(schemaFields(schema).map(({ name, type }) => [name, type]));
  return (
    <ul aria-label="Fields of the payload" className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs">
      {fields.map((field) => (
        <li key={field}>
          <code className="font-mono">{field}</code>{' '}
          <span className="text-ink-3">{types.get(field) ?? ''}</span>
        </li>
      ))}
    </ul>
  );
}

/** What the payload really holds; nothing for those who may not read events. */
async function fieldsOfNewestEvent(triggerRef: string): Promise<string[]> {
  try {
    const { items } = await call(listEvents, { query: { trigger_ref: triggerRef, limit: 1 } });
    const [newest] = items;
    if (newest === undefined) return [];
    const { data } = await call(getEvent, { params: { id: newest.id } });
    return Object.keys(data.payload);
  } catch (error) {
    if (error instanceof AppError && error.code === 'FORBIDDEN') return [];
    throw error;
  }
}
