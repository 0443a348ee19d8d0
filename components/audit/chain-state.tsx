import { Glyph } from '#components/ui/glyph.tsx';
import type { AuditChain } from '#lib/contracts/audit.ts';
import { chainSentence } from '#lib/sentences/audit.ts';

/** How far the hash chain has come. Whether it holds takes reading every row, which a page does not do. */
export function ChainState({
  chain,
  nowMs,
}: {
  readonly chain: AuditChain;
  readonly nowMs: number;
}) {
  const { text, isLate } = chainSentence(chain, nowMs);
  return (
    <p className={`mt-1 flex max-w-[88ch] gap-1.5 ${isLate ? 'text-timeout' : 'text-ink-2'}`}>
      {isLate && <Glyph className="mt-1" name="warning" />}
      <span>
        {text} <code className="font-mono text-xs">attune audit verify</code> reads every row and
        names the first that was changed.
      </span>
    </p>
  );
}
