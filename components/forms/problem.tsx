import { Glyph } from '#components/ui/glyph.tsx';

/** What does not fit, under the field that it is about. */
export function Problem({
  id,
  children,
}: {
  readonly id?: string;
  readonly children: React.ReactNode;
}) {
  return (
    <p className="mt-1 flex gap-1.5 text-xs text-failed" id={id}>
      <Glyph name="alarm" className="mt-[3px]" />
      <span>{children}</span>
    </p>
  );
}
