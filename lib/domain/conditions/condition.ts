import type { Expression } from '../expressions/index.ts';
import type { JsonValue } from '../json.ts';
import type { ConditionOperator } from './operators.ts';

/** One comparison of a field of the payload. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly path: string;
  readonly field: string;
  readonly steps: readonly string[];
  readonly operator: ConditionOperator;
  readonly expected: JsonValue;
  /** For `matches`: the pattern, compiled once; a text instead of an answer says why there is none. */
  readonly matches: ((text: string) => boolean | string) | null;
}

/** A rule's conditions, checked and ready to be evaluated many times. `path` is the place in the input. */
export type Condition =
  | { readonly kind: 'always' }
  | {
      readonly kind: 'expression';
      readonly path: string;
      readonly source: string;
      readonly ast: Expression;
    }
  | Comparison
  | {
      readonly kind: 'all';
      readonly path: string;
      readonly conditions: readonly Condition[];
      /** A plain list with no operator but the first three: there a null payload matches. */
      readonly matchesNullPayload: boolean;
    }
  | { readonly kind: 'any'; readonly path: string; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly path: string; readonly condition: Condition };
