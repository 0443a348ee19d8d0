import { type JsonValue, typeWord } from '../json.ts';
import { ExpressionError } from './syntax.ts';

/** Numbers and texts have an order, each among their own. */
export function compare(a: JsonValue, b: JsonValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  throw new ExpressionError(`${typeWord(a)} and ${typeWord(b)} have no order.`);
}

/** A number that JSON can hold. */
export function finite(value: number): number {
  if (!Number.isFinite(value)) throw new ExpressionError('The result is no finite number.');
  return value;
}
