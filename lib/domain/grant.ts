import type { JsonValue } from './json.ts';

/** Some actions on one kind of thing. Grants only add up; nothing takes one away. */
export interface Grant {
  readonly resource: string;
  readonly actions: readonly string[];
  /** All that are listed must hold; an unknown one never does. */
  readonly constraints?: GrantConstraints;
}

/** Words as packs write them. */
export interface GrantConstraints {
  readonly pack_refs?: readonly string[];
  readonly refs?: readonly string[];
  readonly ids?: readonly number[];
  readonly owner?: 'self';
  readonly owner_types?: readonly string[];
  readonly owner_refs?: readonly string[];
  readonly visibility?: readonly string[];
  readonly execution_scope?: 'self' | 'descendants';
  readonly encrypted?: boolean;
  readonly attributes?: Readonly<Record<string, JsonValue>>;
}
