import type { ReactNode } from 'react';
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

/** Variables, one a line, by their groups. */
export function VariableTable({ variables, refused, changes }: VariablesShown) {
  return (
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
        {groupsOf(variables).map(({ group, members }) => (
          <tbody key={group}>
            <GroupHead>{group}</GroupHead>
            {members.map((variable) => {
              const change = changes.get(variable.name);
              return (
                <tr
                  key={variable.name}
                  className={`border-b border-line last:border-b-0 hover:bg-hover ${change === undefined ? '' : CHANGED_EDGE}`}
                >
                  <td className="h-[26px] px-2 pl-3 font-mono">{variable.name}</td>
                  <td className="w-2/5 min-w-40 px-2 font-mono wrap-anywhere">
                    <VariableValue value={variable.value} />
                  </td>
                  <td className={`px-2 ${isChosen(variable) ? 'font-medium' : 'text-ink-3'}`}>
                    {variable.origin}
                  </td>
                  <td className="min-w-32 px-2 text-ink-2">
                    <VariableState change={change} variable={variable} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        ))}
        {refused.length > 0 && (
          <tbody>
            <GroupHead>{REFUSED_TITLE}</GroupHead>
            {refused.map(({ name, origin, reason }) => (
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
    </div>
  );
}

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
