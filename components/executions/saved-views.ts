import { z } from 'zod';

const SavedView = z.object({
  name: z.string().min(1).max(40),
  query: z.string().startsWith('?').max(2_000),
});
export type SavedView = z.infer<typeof SavedView>;

const KEY = 'attune-run-views';
const CHANGED = 'attune-run-views-changed';
/** A row of tabs holds no more. */
const VIEWS_MAX = 20;

/**
 * Views of this browser. A view is a name for an address, and an address can be sent to anybody; what is only a name
 * needs no table.
 */
export function toViews(stored: string): SavedView[] {
  try {
    return z.array(SavedView).parse(JSON.parse(stored));
  } catch {
    // Somebody else's, or of another version: as if there were none.
    return [];
  }
}

export const readViews = (): string => localStorage.getItem(KEY) ?? '';

export function writeViews(views: readonly SavedView[]): void {
  localStorage.setItem(KEY, JSON.stringify(views.slice(-VIEWS_MAX)));
  window.dispatchEvent(new Event(CHANGED));
}

/** @returns how to stop */
export function onViewsChange(listener: () => void): () => void {
  window.addEventListener(CHANGED, listener);
  window.addEventListener('storage', listener);
  return () => {
    window.removeEventListener(CHANGED, listener);
    window.removeEventListener('storage', listener);
  };
}
