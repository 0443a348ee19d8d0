import { isJsonObject, type JsonObject, type JsonValue, typeWord } from '../json.ts';
import type { FunctionCall } from './function-call.ts';
import { ExpressionError } from './syntax.ts';

const ORDINALS = ['first', 'second', 'third'];

function refuse({ name, args }: FunctionCall, index: number, wanted: string): never {
  const given = typeWord(args[index]);
  throw new ExpressionError(
    `The ${ORDINALS[index] ?? 'next'} argument of \`${name}\` is ${given}; it takes ${wanted}.`,
  );
}

export function textArg(call: FunctionCall, index: number): string {
  const value = call.args[index];
  return typeof value === 'string' ? value : refuse(call, index, 'text');
}

export function numberArg(call: FunctionCall, index: number): number {
  const value = call.args[index];
  return typeof value === 'number' ? value : refuse(call, index, 'a number');
}

export function wholeArg(call: FunctionCall, index: number): number {
  const value = call.args[index];
  return Number.isInteger(value) ? (value as number) : refuse(call, index, 'a whole number');
}

export function listArg(call: FunctionCall, index: number): JsonValue[] {
  const value = call.args[index];
  return Array.isArray(value) ? value : refuse(call, index, 'a list');
}

export function objectArg(call: FunctionCall, index: number): JsonObject {
  const value = call.args[index];
  return isJsonObject(value) ? value : refuse(call, index, 'an object');
}

/** An index that counts from the end when it is negative, kept inside 0 … length. */
export const clampIndex = (index: number, length: number): number =>
  Math.min(length, Math.max(0, index < 0 ? length + index : index));
