import type { JsonValue } from '../json.ts';
import type { Budget } from './limits.ts';

/** A function of the language. Its name is for its messages. */
export interface ExpressionFunction {
  readonly argsMin: number;
  readonly argsMax: number;
  readonly call: (call: FunctionCall) => JsonValue;
}

export interface FunctionCall {
  readonly name: string;
  readonly args: readonly JsonValue[];
  /** `map(attribute="x")` */
  readonly named: ReadonlyMap<string, JsonValue>;
  readonly budget: Budget;
}
