/** A name for an address: `query` begins with a question mark. */
export interface SavedView {
  readonly name: string;
  readonly query: string;
}

const KEY = 'attune-run-views';
const CHANGED = 'attune-run-views-changed';
/** A row of tabs holds no more. */
const VIEWS_MAX = 20;
const NAME_CHARS_MAX = 40;
const QUERY_CHARS_MAX = 2_000;

/**
 * Views of this browser. A view is a name for an address, and an address can be sent to anybody; what is only a name
 * needs no table.
 */
export function toViews(stored: string): SavedView[] {
  try {
    const found: unknown = JSON.parse(stored);
    if (Array.isArray(found) && found.every(isView)) return found;
  } catch {
    // What is no JSON is no view.
  }
  // Somebody else's, or of another version: as if there were none.
  return [];
}

function isView(found: unknown): found is SavedView {
  if (typeof found !== 'object' || found === null) return false;
  const { name, query } = found as Partial<Record<keyof SavedView, unknown>>;
  return (
    typeof name === 'string' &&
    name.length >= 1 &&
    name.length <= NAME_CHARS_MAX &&
    typeof query === 'string' &&
    query.startsWith('?') &&
    query.length <= QUERY_CHARS_MAX
  );
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
