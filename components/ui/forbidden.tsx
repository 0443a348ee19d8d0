interface ForbiddenProps {
  /** `executions:read`. */
  readonly permission: string;
  /** What one would see: "the executions". */
  readonly what: string;
}

/** Which permission is missing, and who can grant it. */
export function Forbidden({ permission, what }: ForbiddenProps) {
  return (
    <section className="grid gap-2 rounded-md border border-line bg-surface p-4">
      <h1 className="text-lg font-[560]">
        You need <code className="font-mono text-md">{permission}</code> to see {what}.
      </h1>
      <p className="text-ink-2">
        Whoever holds the permission set <code className="font-mono text-xs">core.admin</code> can
        grant it.
      </p>
    </section>
  );
}
