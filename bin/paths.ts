import { dirname, join } from 'node:path';

/** The project's folder. */
export const ROOT = dirname(import.meta.dirname);

export const inRoot = (...parts: string[]): string => join(ROOT, ...parts);
