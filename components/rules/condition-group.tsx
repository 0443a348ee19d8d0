'use client';

import { ConditionLine } from './condition-line.tsx';
import type { ConditionNode, GroupMode, GroupNode } from './condition-model.ts';
import type { Pass } from './funnel.ts';

interface ConditionGroupProps {
  readonly group: GroupNode;
  readonly isRoot?: boolean;
  readonly listId: string;
  readonly passes: readonly (Pass | undefined)[];
  readonly problems: Readonly<Record<string, string | undefined>>;
  readonly onChange: (id: string, update: (node: ConditionNode) => ConditionNode) => void;
  readonly onRemove: (id: string) => void;
  readonly onAddTest: (groupId: string) => void;
  readonly onAddGroup: (groupId: string) => void;
}

const SAID: Readonly<Record<GroupMode, string>> = {
  all: 'all of these hold',
  any: 'one of these holds',
  not: 'not all of these hold',
};

/** A group of conditions and the lines in it; groups may stand in groups. */
export function ConditionGroup(props: ConditionGroupProps) {
  const { group, isRoot = false, passes, onChange, onRemove, onAddTest } = props;
  const setMode = (mode: GroupMode) =>
    onChange(group.id, (node) => (node.kind === 'group' ? { ...node, mode } : node));
  return (
    <fieldset className={`min-w-0 ${isRoot ? '' : 'border-l border-line-strong pl-2'}`}>
      <legend className="sr-only">{SAID[group.mode]}</legend>
      {(group.children.length > 1 || !isRoot) && (
        <div className="flex items-center gap-2 pb-2">
          <Modes
            mode={group.mode}
            modes={isRoot ? ['all', 'any'] : ['all', 'any', 'not']}
            onChange={setMode}
          />
          <span className="text-ink-3">{SAID[group.mode]}</span>
          {!isRoot && (
            <button
              className="ml-auto min-h-6 text-xs text-ink-2 hover:underline"
              type="button"
              onClick={() => onAddTest(group.id)}
            >
              Add condition here
            </button>
          )}
        </div>
      )}
      <ul className="grid gap-1.5">
        {group.children.map((child, index) => (
          <li key={child.id}>
            {child.kind === 'group' ? (
              <ConditionGroup {...props} group={child} isRoot={false} passes={[]} />
            ) : (
              <ConditionLine
                listId={props.listId}
                pass={passes[index]}
                problem={props.problems[`conditions#${child.id}`]}
                test={child}
                onChange={(test) => onChange(child.id, () => test)}
                onRemove={() => onRemove(child.id)}
              />
            )}
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

interface ModesProps {
  readonly mode: GroupMode;
  readonly modes: readonly GroupMode[];
  readonly onChange: (mode: GroupMode) => void;
}

function Modes({ mode, modes, onChange }: ModesProps) {
  return (
    <span className="inline-flex overflow-hidden rounded-sm border border-line-strong bg-surface">
      {modes.map((each) => (
        <button
          key={each}
          aria-pressed={each === mode}
          className={`border-l border-line px-2 leading-6 first:border-l-0 ${each === mode ? 'bg-selected font-[560] text-ink' : 'text-ink-2'}`}
          type="button"
          onClick={() => onChange(each)}
        >
          {each}
        </button>
      ))}
    </span>
  );
}
