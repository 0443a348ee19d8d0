/** What of a component decides who may build on it. */
export interface Referencable {
  readonly packRef: string | null;
  readonly referenceVisibility: string;
  readonly referenceAllowedPackRefs: readonly string[];
}

/** Whether rules of a pack may name a component: its own pack always may. */
export const mayReference = (packRef: string, component: Referencable): boolean =>
  component.packRef === packRef ||
  component.referenceVisibility === 'public' ||
  (component.referenceVisibility === 'restricted' &&
    component.referenceAllowedPackRefs.includes(packRef));

/** The same as a condition of a list. */
export const referencableBy = (packRef: string) => ({
  OR: [
    { packRef },
    { referenceVisibility: 'public' },
    { referenceVisibility: 'restricted', referenceAllowedPackRefs: { has: packRef } },
  ],
});
