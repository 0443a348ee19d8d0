import { z } from 'zod';

/** In an address: a word or a few; what is too long is dropped. */
export const Words = z.string().trim().min(1).max(200).optional().catch(undefined);

/** In an address: the `next_cursor` of a list. */
export const Cursor = z
  .string()
  .regex(/^\d{1,15}$/)
  .optional()
  .catch(undefined);

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Without what is not given, as the API wants it. */
export const given = <T extends object>(search: T): Given<T> =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as Given<T>;
