import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const DURATION = /^(\d{1,9}(?:\.\d{1,3})?) ?(ms|s|m|h|d)$/;
const RELATIVE = /^-\d{1,6}[smhd]$/;

const msOf = (text: string): number | null => {
  const [, figure, unit] = DURATION.exec(text) ?? [];
  return figure === undefined
    ? null
    : Math.round(Number(figure) * UNIT_MS[unit as keyof typeof UNIT_MS]);
};

/** A duration as one types it, `30s` or `1.5 m`, in ms; null when it is none. */
export const toMs = (text: string | undefined): number | null =>
  text === undefined ? null : msOf(text.trim());

/** An instant as an address says it, `-1h` (before now) or RFC 3339; null when it is none. */
export function toInstant(text: string | undefined, nowMs: number): string | null {
  if (text === undefined) return null;
  if (RELATIVE.test(text)) return new Date(nowMs - (msOf(text.slice(1)) ?? 0)).toISOString();
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** In an address: what is no duration is dropped. */
export const Duration = z
  .string()
  .trim()
  .refine((text) => msOf(text) !== null)
  .optional()
  .catch(undefined);

/** In an address: what is no instant is dropped. */
export const Instant = z
  .string()
  .trim()
  .max(40)
  .refine((text) => toInstant(text, 0) !== null)
  .optional()
  .catch(undefined);
