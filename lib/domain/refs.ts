/** `core`: starts with a letter, no dots. */
export const PACK_REF = /^[a-z][a-z0-9_-]*$/;

/** `core.http_request`: exactly one dot. Actions, triggers, sensors, rules, permission sets. */
export const COMPONENT_REF = /^[a-z][a-z0-9_-]*\.[a-z0-9][a-z0-9_-]*$/;

/** The owner's own name of a key: `db-password`. */
export const LOCAL_KEY_REF = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** One action, `core.echo`, or all of a pack, `core.*`. */
export const ACTION_FILTER = /^[a-z][a-z0-9_-]*\.(?:\*|[a-z0-9][a-z0-9_-]*)$/;

export const isPackRef = (text: string): boolean => PACK_REF.test(text);

export const isComponentRef = (text: string): boolean => COMPONENT_REF.test(text);

/** The text before the first dot; a ref without one is its own pack. */
export function packRefOf(ref: string): string {
  const dot = ref.indexOf('.');
  return dot === -1 ? ref : ref.slice(0, dot);
}

/** `echo` in pack `core` is `core.echo`; a ref that names its pack stays as it is. */
export function qualify(ref: string, packRef: string): string {
  return ref.includes('.') ? ref : `${packRef}.${ref}`;
}
