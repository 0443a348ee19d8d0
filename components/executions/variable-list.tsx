import { type ReactNode, useId } from 'react';
import {
  CHANGED_EDGE,
  groupsOf,
  isChosen,
  REFUSED_TITLE,
  ruleOf,
  type VariablesShown,
  VariableState,
  VariableValue,
} from './variable-parts.tsx';

/** The same for a small screen: the name and where it is from, the value below them, what is to be said below that. */
export function VariableList({ variables, refused, changes }: VariablesShown) {
  return (
    <div className="text-xs">
      {groupsOf(variables).map(({ group, members }) => (
        <Group key={group} title={group}>
          {members.map((variable) => {
            const change = changes.get(variable.name);
            return (
              <li
                key={variable.name}
                className={`border-b border-line px-3 py-1.5 last:border-b-0 ${change === undefined ? '' : CHANGED_EDGE}`}
              >
                <div className="flex items-baseline gap-2">
                  <span className="min-w-0 flex-1 font-mono font-medium wrap-anywhere">
                    {variable.name}
                  </span>
                  <span className={isChosen(variable) ? 'font-medium' : 'text-ink-3'}>
                    {variable.origin}
                  </span>
                </div>
                <div className="font-mono wrap-anywhere text-ink-2">
                  <VariableValue value={variable.value} />
                </div>
                <div className="text-ink-2">
                  <VariableState change={change} variable={variable} />
                </div>
              </li>
            );
          })}
        </Group>
      ))}
      {refused.length > 0 && (
        <Group title={REFUSED_TITLE}>
          {refused.map(({ name, origin, reason }) => (
            <li
              key={`${origin} ${name}`}
              className="border-b border-line px-3 py-1.5 last:border-b-0"
            >
              <div className="flex items-baseline gap-2">
                <s className="min-w-0 flex-1 font-mono wrap-anywhere">{name}</s>
                <span className="font-medium">{origin}</span>
              </div>
              <div className="text-timeout">refused: {ruleOf(reason)}</div>
            </li>
          ))}
        </Group>
      )}
    </div>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3
        className="border-b border-line bg-canvas px-3 py-1 text-2xs font-medium text-ink-2"
        id={id}
      >
        {title}
      </h3>
      <ul className="border-b border-line last:border-b-0">{children}</ul>
    </section>
  );
}
