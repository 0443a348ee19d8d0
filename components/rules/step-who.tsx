'use client';

import { useId } from 'react';
import type { RuleCreate } from '#lib/contracts/rules.ts';
import { Problem } from '#components/forms/problem.tsx';
import { TemplateInput } from '#components/forms/template-input.tsx';
import type { Option } from '#components/ui/combobox-options.ts';
import type { RuleDraft } from './editor-model.ts';
import { Step } from './step.tsx';

interface StepWhoProps {
  readonly draft: RuleDraft;
  /** As it would be sent: shows what stands in for fields that are left empty. */
  readonly body: RuleCreate;
  readonly isNew: boolean;
  readonly packs: readonly Option[];
  readonly templates: readonly string[];
  readonly problems: Readonly<Record<string, string | undefined>>;
  readonly onChange: (draft: RuleDraft) => void;
}

const INPUT = 'block h-7 w-full rounded-sm border bg-surface px-2';

/** What the rule is called, where it belongs, and the tag of its runs. */
export function StepWho({
  draft,
  body,
  isNew,
  packs,
  templates,
  problems,
  onChange,
}: StepWhoProps) {
  const id = useId();
  const border = (name: string) =>
    problems[name] === undefined ? 'border-control' : 'border-failed';
  return (
    <Step
      isLast
      about="it is called"
      hasProblem={['label', 'ref', 'pack_ref', 'trace_tag_template'].some(
        (name) => problems[name] !== undefined,
      )}
      title="Name"
    >
      <div className="grid gap-2 p-3">
        <Row about="for people" htmlFor={`${id}-label`} label="label" problem={problems['label']}>
          <input
            className={`${INPUT} ${border('label')}`}
            id={`${id}-label`}
            placeholder={body.label}
            type="text"
            value={draft.label}
            aria-invalid={problems['label'] !== undefined || undefined}
            onChange={(event) => onChange({ ...draft, label: event.target.value })}
          />
        </Row>
        {isNew ? (
          <>
            <Row
              about="the rule belongs to it"
              htmlFor={`${id}-pack`}
              label="pack"
              problem={problems['pack_ref']}
            >
              <select
                className={`${INPUT} px-1 ${border('pack_ref')}`}
                id={`${id}-pack`}
                value={draft.packRef}
                aria-invalid={problems['pack_ref'] !== undefined || undefined}
                onChange={(event) => onChange({ ...draft, packRef: event.target.value })}
              >
                <option value="">Choose a pack</option>
                {packs.map(({ value, hint }) => (
                  <option key={value} value={value}>
                    {hint ? `${value} · ${hint}` : value}
                  </option>
                ))}
              </select>
            </Row>
            <Row
              about="cannot be changed later"
              htmlFor={`${id}-ref`}
              label="ref"
              problem={problems['ref']}
            >
              <input
                className={`${INPUT} font-mono text-xs ${border('ref')}`}
                id={`${id}-ref`}
                placeholder={body.ref}
                spellCheck={false}
                type="text"
                value={draft.ref}
                aria-invalid={problems['ref'] !== undefined || undefined}
                onChange={(event) => onChange({ ...draft, ref: event.target.value })}
              />
            </Row>
          </>
        ) : null}
        <Row
          about="why it is there"
          htmlFor={`${id}-description`}
          label="description"
          problem={problems['description']}
        >
          <input
            className={`${INPUT} ${border('description')}`}
            id={`${id}-description`}
            type="text"
            value={draft.description}
            onChange={(event) => onChange({ ...draft, description: event.target.value })}
          />
        </Row>
        <Row
          about="of the whole chain"
          htmlFor={`${id}-trace`}
          label="trace tag"
          problem={problems['trace_tag_template']}
        >
          <TemplateInput
            id={`${id}-trace`}
            invalid={problems['trace_tag_template'] !== undefined}
            paths={templates}
            value={draft.traceTag}
            onChange={(traceTag) => onChange({ ...draft, traceTag })}
          />
        </Row>
        <label className="flex min-h-6 items-center gap-2">
          <input
            checked={draft.enabled}
            className="accent-accent"
            type="checkbox"
            onChange={(event) => onChange({ ...draft, enabled: event.target.checked })}
          />
          Switched on from the moment it is saved
        </label>
      </div>
    </Step>
  );
}

interface RowProps {
  readonly label: string;
  readonly about: string;
  readonly htmlFor: string;
  readonly problem: string | undefined;
  readonly children: React.ReactNode;
}

const Row = ({ label, about, htmlFor, problem, children }: RowProps) => (
  <div className="grid gap-x-4 gap-y-1 md:grid-cols-[150px_minmax(0,1fr)]">
    <label className="font-medium leading-4" htmlFor={htmlFor}>
      {label}
      <span className="block text-2xs font-normal text-ink-3">{about}</span>
    </label>
    <div className="min-w-0">
      {children}
      {problem !== undefined && <Problem>{problem}</Problem>}
    </div>
  </div>
);
