'use client';

import type { JsonValue } from '#lib/domain/json.ts';
import { useId, useState } from 'react';
import { Problem } from '#components/forms/problem.tsx';
import {
  addNode,
  countTests,
  type GroupNode,
  removeNode,
  type TestNode,
  toConditions,
  updateNode,
} from './condition-model.ts';
import { ConditionGroup } from './condition-group.tsx';
import { conditionsDraft, type ConditionsDraft } from './editor-model.ts';
import type { Pass } from './funnel.ts';

interface ConditionBuilderProps {
  readonly draft: ConditionsDraft;
  /** Fields that the payload is known to have. */
  readonly payloadFields: readonly string[];
  /** By top line, from the preview; empty while there is none. */
  readonly passes: readonly (Pass | undefined)[];
  readonly problems: Readonly<Record<string, string | undefined>>;
  readonly onChange: (draft: ConditionsDraft) => void;
}

const LINK = 'min-h-6 text-ink-2 hover:text-ink hover:underline underline-offset-2';

/** The conditions of a rule: lines and groups, or the JSON that they are. */
export function ConditionBuilder({
  draft,
  payloadFields,
  passes,
  problems,
  onChange,
}: ConditionBuilderProps) {
  const listId = useId();
  return (
    <div className="p-3">
      {draft.mode === 'text' ? (
        <AsText problem={problems['conditions']} text={draft.text} onChange={onChange} />
      ) : (
        <AsForm
          listId={listId}
          passes={passes}
          problems={problems}
          root={draft.root}
          onChange={onChange}
        />
      )}
      <datalist id={listId}>
        {payloadFields.map((field) => (
          <option key={field} value={field} />
        ))}
      </datalist>
    </div>
  );
}

interface AsFormProps {
  readonly root: GroupNode;
  readonly listId: string;
  readonly passes: readonly (Pass | undefined)[];
  readonly problems: Readonly<Record<string, string | undefined>>;
  readonly onChange: (draft: ConditionsDraft) => void;
}

function AsForm({ root, listId, passes, problems, onChange }: AsFormProps) {
  // Lines that are added get numbers of their own; those of the saved rule are called after their place.
  const [nextId, setNextId] = useState(1);
  const change = (next: GroupNode) => onChange({ mode: 'form', root: next });
  const newTest = (): TestNode => {
    setNextId(nextId + 1);
    return { kind: 'test', id: `new-${nextId}`, field: '', operator: 'equals', valueText: '' };
  };
  const addTest = (groupId: string) => change(addNode(root, groupId, newTest()));
  const addGroup = (groupId: string) => {
    const test = newTest();
    change(
      addNode(root, groupId, {
        kind: 'group',
        id: `${test.id}-group`,
        mode: root.mode === 'any' ? 'all' : 'any',
        children: [test],
      }),
    );
  };
  return (
    <>
      {countTests(root) === 0 && (
        <p className="pb-2 text-ink-2">No condition: every event of the trigger makes a run.</p>
      )}
      <ConditionGroup
        group={root}
        isRoot
        listId={listId}
        passes={root.mode === 'all' ? passes : []}
        problems={problems}
        onAddGroup={addGroup}
        onAddTest={addTest}
        onChange={(id, update) => change(updateNode(root, id, update))}
        onRemove={(id) => change(removeNode(root, id))}
      />
      {problems['conditions'] !== undefined && <Problem>{problems['conditions']}</Problem>}
      <div className="mt-2 flex flex-wrap gap-4">
        <button className={LINK} type="button" onClick={() => addTest(root.id)}>
          Add condition
        </button>
        <button className={LINK} type="button" onClick={() => addGroup(root.id)}>
          Add group
        </button>
        <button
          className={`${LINK} ml-auto`}
          type="button"
          onClick={() =>
            onChange({ mode: 'text', text: JSON.stringify(toConditions(root), null, 2) })
          }
        >
          As text
        </button>
      </div>
    </>
  );
}

interface AsTextProps {
  readonly text: string;
  readonly problem: string | undefined;
  readonly onChange: (draft: ConditionsDraft) => void;
}

function AsText({ text, problem, onChange }: AsTextProps) {
  const id = useId();
  const form = formOf(text);
  return (
    <>
      <label className="text-ink-2" htmlFor={id}>
        JSON: a list in which all must hold,{' '}
        <code className="font-mono text-xs">{'{"any": […]}'}</code>,{' '}
        <code className="font-mono text-xs">{'{"not": …}'}</code> or{' '}
        <code className="font-mono text-xs">{'{"expression": "…"}'}</code>
      </label>
      <textarea
        aria-invalid={problem !== undefined || undefined}
        className={`mt-2 block w-full resize-y rounded-sm border bg-surface p-2 font-mono text-xs ${problem === undefined ? 'border-control' : 'border-failed'}`}
        id={id}
        rows={Math.min(Math.max(text.split('\n').length + 1, 6), 24)}
        spellCheck={false}
        value={text}
        onChange={(event) => onChange({ mode: 'text', text: event.target.value })}
      />
      {problem !== undefined && <Problem>{problem}</Problem>}
      <p className="mt-2">
        {form === null ? (
          <span className="text-ink-3">The builder has no form for this; it stays text.</span>
        ) : (
          <button className={LINK} type="button" onClick={() => onChange(form)}>
            As form
          </button>
        )}
      </p>
    </>
  );
}

function formOf(text: string): ConditionsDraft | null {
  try {
    const draft = conditionsDraft(text.trim() === '' ? [] : (JSON.parse(text) as JsonValue));
    return draft.mode === 'form' ? draft : null;
  } catch {
    return null;
  }
}
