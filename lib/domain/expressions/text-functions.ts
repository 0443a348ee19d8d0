import type { JsonValue } from '../json.ts';
import { PATTERN_WORK_MAX, readPattern } from '../pattern.ts';
import { listArg, textArg } from './arguments.ts';
import type { ExpressionFunction, FunctionCall } from './function-call.ts';
import { STEPS_MAX } from './limits.ts';
import { ExpressionError } from './syntax.ts';

/** States times characters that one step stands for: all of a budget's steps are 50 ms at worst. */
const WORK_PER_STEP = PATTERN_WORK_MAX / STEPS_MAX;
/** Reading a pattern costs more than a step. */
const READ_STEPS = 20;

const takes = (
  argsMin: number,
  argsMax: number,
  call: (call: FunctionCall) => JsonValue,
): ExpressionFunction => ({ argsMin, argsMax, call });

export const textFunctions: Readonly<Record<string, ExpressionFunction>> = {
  lower: takes(1, 1, (call) => call.budget.text(textArg(call, 0).toLowerCase())),
  upper: takes(1, 1, (call) => call.budget.text(textArg(call, 0).toUpperCase())),
  trim: takes(1, 1, (call) => textArg(call, 0).trim()),
  split: takes(1, 2, split),
  join: takes(1, 2, join),
  replace: takes(3, 3, replace),
  starts_with: takes(2, 2, (call) => textArg(call, 0).startsWith(textArg(call, 1))),
  ends_with: takes(2, 2, (call) => textArg(call, 0).endsWith(textArg(call, 1))),
  match: takes(2, 2, match),
};

/** Without a separator: at white space. */
function split(call: FunctionCall): string[] {
  const text = textArg(call, 0);
  if (call.args.length === 1) return text.split(/\s+/).filter((part) => part !== '');
  const parts = text.split(textArg(call, 1));
  call.budget.items(parts.length);
  return parts;
}

function join(call: FunctionCall): string {
  const separator = call.args.length > 1 ? textArg(call, 1) : '';
  const parts: string[] = [];
  let chars = 0;
  for (const item of listArg(call, 0)) {
    const part = call.budget.stringify(item);
    chars += part.length + separator.length;
    call.budget.chars(chars - separator.length);
    parts.push(part);
  }
  return parts.join(separator);
}

function replace(call: FunctionCall): string {
  const [text, from, to] = [textArg(call, 0), textArg(call, 1), textArg(call, 2)];
  if (from === '') return text;
  // Counted first: the result may be many times as long as what it is made of.
  let length = text.length;
  for (let at = text.indexOf(from); at !== -1; at = text.indexOf(from, at + from.length)) {
    length += to.length - from.length;
  }
  call.budget.chars(length);
  return text.replaceAll(from, () => to);
}

/** Whether the pattern is found in the text: RE2, in linear time, anchored only by `^` and `$`. */
function match(call: FunctionCall): boolean {
  const [text, source] = [textArg(call, 0), textArg(call, 1)];
  call.budget.spend(READ_STEPS);
  const read = readPattern(source);
  if (!read.ok) throw new ExpressionError(read.message);
  const { size, test } = read.pattern;
  call.budget.spend(Math.ceil((size * text.length) / WORK_PER_STEP));
  return test(text);
}
