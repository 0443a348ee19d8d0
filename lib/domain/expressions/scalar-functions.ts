import { isJsonObject, type JsonValue, typeWord } from '../json.ts';
import { listArg, numberArg } from './arguments.ts';
import type { ExpressionFunction, FunctionCall } from './function-call.ts';
import { compare, finite } from './order.ts';
import { ExpressionError } from './syntax.ts';
import { isTruthy } from './truth.ts';

const one = (call: (call: FunctionCall) => JsonValue): ExpressionFunction => ({
  argsMin: 1,
  argsMax: 1,
  call,
});

/** Conversions and arithmetic. */
export const scalarFunctions: Readonly<Record<string, ExpressionFunction>> = {
  string: one(({ args, budget }) => budget.stringify(args[0] ?? null)),
  number: one((call) => toNumber(call)),
  int: one((call) => Math.trunc(toNumber(call))),
  bool: one(({ args }) => isTruthy(args[0] ?? null)),
  type_of: one(({ args }) => typeName(args[0] ?? null)),
  abs: one((call) => Math.abs(numberArg(call, 0))),
  floor: one((call) => Math.floor(numberArg(call, 0))),
  ceil: one((call) => Math.ceil(numberArg(call, 0))),
  round: { argsMin: 1, argsMax: 2, call: round },
  min: { argsMin: 1, argsMax: 100, call: (call) => extreme(call, -1) },
  max: { argsMin: 1, argsMax: 100, call: (call) => extreme(call, 1) },
  sum: one((call) =>
    finite(
      listArg(call, 0).reduce<number>((sum, item) => {
        if (typeof item === 'number') return sum + item;
        throw new ExpressionError(`\`sum\` adds numbers; the list holds ${typeWord(item)}.`);
      }, 0),
    ),
  ),
  default: {
    argsMin: 2,
    argsMax: 2,
    call: ({ args }) => args[0] ?? args[1] ?? null,
  },
};

function toNumber({ name, args }: FunctionCall): number {
  const value = args[0] ?? null;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (
    typeof value === 'string' &&
    /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(value)
  ) {
    return finite(Number(value));
  }
  const given = typeof value === 'string' ? 'this text' : typeWord(value);
  throw new ExpressionError(`\`${name}\` cannot make a number of ${given}.`);
}

function round(call: FunctionCall): number {
  const digits = call.args.length > 1 ? numberArg(call, 1) : 0;
  if (!Number.isInteger(digits) || Math.abs(digits) > 15) {
    throw new ExpressionError('`round` takes -15 to 15 digits.');
  }
  const factor = 10 ** digits;
  const rounded = Math.round(numberArg(call, 0) * factor) / factor;
  return Number.isFinite(rounded) ? rounded : numberArg(call, 0);
}

/** Of one list, or of the arguments. Of an empty list it is null. */
function extreme(call: FunctionCall, sign: 1 | -1): JsonValue {
  const items = call.args.length === 1 ? listArg(call, 0) : call.args;
  return items.reduce<JsonValue>(
    (best, item, i) => (i === 0 || sign * compare(item, best) > 0 ? item : best),
    null,
  );
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return isJsonObject(value) ? 'object' : typeof value;
}
