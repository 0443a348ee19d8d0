import { Mask } from '#components/ui/masked-text.tsx';
import type { Attempt } from '#lib/contracts/executions.ts';
import { formatBytes } from '#lib/format.ts';
import { counted } from '#lib/sentences/part.ts';

/** Which secrets were masked, and whether the log is whole. */
export function OutputFooter({ attempts }: { readonly attempts: readonly Attempt[] }) {
  const masked = new Map<string, number>();
  for (const attempt of attempts) {
    for (const [name, count] of Object.entries(attempt.masked))
      masked.set(name, (masked.get(name) ?? 0) + count);
  }
  const truncatedBytes = attempts.reduce((sum, { truncated_bytes: bytes }) => sum + bytes, 0);
  return (
    <>
      {masked.size > 0 && (
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {counted(masked.size, 'secret')} masked:
          {[...masked].map(([name, count]) => (
            <span key={name} className="whitespace-nowrap">
              <Mask name={name} /> ×{count}
            </span>
          ))}
        </span>
      )}
      {truncatedBytes > 0 && (
        <span className="text-timeout">
          {formatBytes(truncatedBytes)} more were written than are kept.
        </span>
      )}
    </>
  );
}
