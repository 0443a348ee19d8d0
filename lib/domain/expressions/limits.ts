import type { JsonValue } from '../json.ts';
import { ExpressionError } from './syntax.ts';

export const STEPS_MAX = 10_000;
export const TEXT_CHARS_MAX = 1024 * 1024;
export const LIST_ITEMS_MAX = 100_000;

/** What one evaluation may still spend, so that no author of a rule can hang or fill the server. */
export class Budget {
  #steps = STEPS_MAX;

  spend(steps = 1): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new ExpressionError(`It took more than ${STEPS_MAX} steps.`);
  }

  text(text: string): string {
    this.chars(text.length);
    return text;
  }

  /** Asked before a text of this length is made. */
  chars(length: number): void {
    if (length > TEXT_CHARS_MAX) {
      throw new ExpressionError(`It made a text of more than ${TEXT_CHARS_MAX} characters.`);
    }
  }

  items(count: number): void {
    if (count > LIST_ITEMS_MAX) {
      throw new ExpressionError(`It made a list of more than ${LIST_ITEMS_MAX} items.`);
    }
  }

  /** A value as text: text as it is, the rest as compact JSON. Measured before it is made. */
  stringify(value: JsonValue): string {
    if (typeof value === 'string') return value;
    let chars = 0;
    const measure = (item: JsonValue): void => {
      chars += typeof item === 'string' ? item.length + 2 : 4;
      this.chars(chars);
      if (typeof item !== 'object' || item === null) return;
      if (Array.isArray(item)) {
        for (const each of item) measure(each);
        return;
      }
      for (const [key, each] of Object.entries(item)) {
        chars += key.length + 3;
        measure(each);
      }
    };
    measure(value);
    return this.text(JSON.stringify(value));
  }
}
