import type { JsonValue } from '../json.ts';
import type { ExpressionFunction, FunctionCall } from './function-call.ts';
import { ExpressionError } from './syntax.ts';
import { listFunctions } from './list-functions.ts';
import { scalarFunctions } from './scalar-functions.ts';
import { textFunctions } from './text-functions.ts';

const FUNCTIONS = new Map<string, ExpressionFunction>(
  Object.entries({ ...scalarFunctions, ...textFunctions, ...listFunctions }),
);

/** Every function that needs nothing from its surroundings. */
export const FUNCTION_NAMES: readonly string[] = [...FUNCTIONS.keys()];

export function callFunction(call: FunctionCall): JsonValue {
  const found = FUNCTIONS.get(call.name);
  if (found === undefined) throw new ExpressionError(`There is no function \`${call.name}\`.`);
  const { argsMin, argsMax } = found;
  const count = call.args.length;
  if (count < argsMin || count > argsMax) {
    const takes = argsMin === argsMax ? `${argsMin}` : `${argsMin} to ${argsMax}`;
    throw new ExpressionError(`\`${call.name}\` was given ${count} arguments; it takes ${takes}.`);
  }
  call.budget.spend(call.args.reduce<number>((sum, arg) => sum + costOf(arg), 0));
  return found.call(call);
}

/** Work grows with what a function is given: ten calls may sort a long list, a thousand may not. */
function costOf(value: JsonValue): number {
  if (typeof value === 'string') return Math.ceil(value.length / 1_000);
  return Array.isArray(value) ? Math.ceil(value.length / 100) : 1;
}
