import { ConditionBuilder } from './condition-builder.tsx';
import type { RuleDraft } from './editor-model.ts';
import type { Pass } from './funnel.ts';
import { Step } from './step.tsx';

interface StepIfProps {
  readonly draft: RuleDraft;
  readonly payloadFields: readonly string[];
  readonly passes: readonly (Pass | undefined)[];
  readonly problems: Readonly<Record<string, string | undefined>>;
  readonly onChange: (draft: RuleDraft) => void;
}

/** If: the conditions, with how many of the last events get past each. */
export function StepIf({ draft, payloadFields, passes, problems, onChange }: StepIfProps) {
  const { conditions } = draft;
  const about =
    conditions.mode === 'text'
      ? 'this holds'
      : conditions.root.mode === 'any'
        ? 'one of these holds'
        : 'all of these hold';
  return (
    <Step
      about={about}
      hasProblem={Object.keys(problems).some((name) => name.startsWith('conditions'))}
      title="If"
    >
      <ConditionBuilder
        draft={conditions}
        passes={passes}
        payloadFields={payloadFields}
        problems={problems}
        onChange={(next) => onChange({ ...draft, conditions: next })}
      />
    </Step>
  );
}
