/** `notify_on_alert`: what the name part of a ref could be, from a label; empty when nothing is left of it. */
export const slugOf = (label: string): string =>
  label
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036F]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 60)
    .replace(/_+$/, '');

interface Parts {
  readonly packRef: string;
  readonly label: string;
  readonly triggerRef: string;
  readonly actionRef: string;
}

/** A ref for a new rule: from its label, else from what it does; empty until there is something to go by. */
export function suggestRef({ packRef, label, triggerRef, actionRef }: Parts): string {
  const name = slugOf(label) || slugOf(nameFor(triggerRef, actionRef));
  return name === '' || packRef === '' ? '' : `${packRef}.${name}`;
}

/** `echo on intervaltimer`; empty until both are chosen. */
export function nameFor(triggerRef: string, actionRef: string): string {
  const [trigger, action] = [triggerRef, actionRef].map((ref) => ref.slice(ref.indexOf('.') + 1));
  return triggerRef === '' || actionRef === '' ? '' : `${action} on ${trigger}`;
}
