import { MaskedText } from '#components/ui/masked-text.tsx';
import type { EnvironmentVariable, RefusedVariable } from '#lib/contracts/executions.ts';
import { splitMasks } from '#lib/masks.ts';
import type { Difference } from './compare.ts';
import { groupOf, GROUPS } from './environment-groups.ts';

/** What is shown of an environment, as a table or as a list. */
export interface VariablesShown {
  readonly variables: readonly EnvironmentVariable[];
  readonly refused: readonly RefusedVariable[];
  /** What is not as it was in the last success, by name. */
  readonly changes: ReadonlyMap<string, Difference>;
}

export const REFUSED_TITLE = 'Refused: set by somebody, and not there for the process';

/** The groups that have members, in their order. */
export const groupsOf = (variables: readonly EnvironmentVariable[]) =>
  GROUPS.map((group) => ({
    group,
    members: variables.filter((variable) => groupOf(variable) === group),
  })).filter(({ members }) => members.length > 0);

/** Set by somebody for this, and not by the platform for every run. */
export const isChosen = ({ origin }: EnvironmentVariable): boolean =>
  origin === 'request' || origin === 'action' || origin === 'runtime' || origin === 'operator';

export const CHANGED_EDGE = 'shadow-[inset_2px_0_0_var(--color-timeout)]';

export const VariableValue = ({ value }: { readonly value: string }) =>
  value === '' ? <span className="font-sans text-ink-3">empty</span> : <MaskedText text={value} />;

interface VariableStateProps {
  readonly variable: EnvironmentVariable;
  readonly change: Difference | undefined;
}

/** What is to be said about it: changed, overridden, masked. */
export function VariableState({
  variable: { value, state, masked_by: maskedBy, overrides },
  change,
}: VariableStateProps) {
  return (
    <>
      {change !== undefined && (
        <span className="block wrap-anywhere text-timeout">
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
        <span key={loser.origin} className="block wrap-anywhere">
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
    </>
  );
}

/** The secrets whose values stand in a value. */
const secretsIn = (value: string, maskedBy: string | null): readonly string[] => {
  const names = splitMasks(value).flatMap((piece) => (piece.kind === 'mask' ? piece.name : []));
  return names.length > 0 ? [...new Set(names)] : [maskedBy ?? 'a secret'];
};

/** What the sentence says after the name, which stands beside it. */
export const ruleOf = (reason: string): string =>
  (/cannot be set: (.*?)\.?$/.exec(reason)?.[1] ?? reason).replaceAll('`', '');
