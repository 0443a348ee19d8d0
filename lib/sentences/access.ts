interface AccessRequest {
  readonly login: string;
  /** `executions:read`. */
  readonly permission: string;
  /** The least that holds it; null: none does. */
  readonly set: string | null;
  /** What it is for: "see this run". */
  readonly purpose: string;
  /** Where it was missed. */
  readonly url: string;
}

/** What one sends to an administrator: who, what for, and the least that would do. */
export function accessRequest({ login, permission, set, purpose, url }: AccessRequest): string {
  return [
    `“${login}” needs the permission ${permission} to ${purpose}: ${url}`,
    ...(set === null ? [] : [`The smallest permission set that holds it is ${set}.`]),
    'Under Identities, whoever holds permissions:manage can give it.',
  ].join('\n');
}
