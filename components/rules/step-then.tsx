'use client';

import { useState } from 'react';
import { call } from '#lib/api-client.ts';
import { AppError } from '#lib/errors.ts';
import { getAction } from '#lib/endpoints.ts';
import { Problem } from '#components/forms/problem.tsx';
import { schemaFields } from '#components/forms/schema-fields.ts';
import { SchemaForm } from '#components/forms/schema-form.tsx';
import { Combobox } from '#components/ui/combobox.tsx';
import type { Option } from '#components/ui/combobox-options.ts';
import { type DraftChange, EMPTY_SCHEMA_DRAFT, type RuleDraft } from './editor-model.ts';
import { fieldProblems } from './field-problems.ts';
import { Step } from './step.tsx';

interface StepThenProps {
  readonly draft: RuleDraft;
  readonly options: readonly Option[];
  readonly templates: readonly string[];
  readonly problems: Readonly<Record<string, string | undefined>>;
  readonly onChange: (change: DraftChange) => void;
}

/** Then: the action and what it gets, as literals or templates. */
export function StepThen({ draft, options, templates, problems, onChange }: StepThenProps) {
  const [failure, setFailure] = useState<string | null>(null);
  const own = fieldProblems(problems, 'action_params.');

  const choose = async (ref: string) => {
    setFailure(null);
    try {
      const { data: action } = await call(getAction, { params: { ref } });
      onChange((now) => ({ ...now, actionRef: ref, action, actionParams: EMPTY_SCHEMA_DRAFT }));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      setFailure(error.message);
    }
  };

  const { action } = draft;
  const problem = failure ?? problems['action_ref'];
  return (
    <Step
      about="run this action"
      hasProblem={problem !== undefined || Object.keys(own).length > 0}
      title="Then"
    >
      <div className="p-3">
        <Combobox
          invalid={problem !== undefined}
          label="Action"
          nothing="No action is called so. Packs bring actions."
          options={options}
          placeholder="Search an action"
          value={draft.actionRef}
          onChange={(ref) => void choose(ref)}
        />
        {problem !== undefined && <Problem>{problem}</Problem>}
        {problems['action_params'] !== undefined && <Problem>{problems['action_params']}</Problem>}
        {action !== null && (
          <>
            <p className="mt-2 text-ink-2">{action.description ?? action.label}</p>
            <div className="mt-3 border-t border-line pt-3">
              <SchemaForm
                draft={draft.actionParams}
                fields={schemaFields(action.param_schema)}
                nothing="The action takes no parameters."
                problems={own}
                templates={templates}
                onChange={(actionParams) => onChange({ ...draft, actionParams })}
              />
            </div>
          </>
        )}
      </div>
    </Step>
  );
}
