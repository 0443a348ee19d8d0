import { splitMasks } from '#lib/masks.ts';

/** Text in which a secret was masked: a hatched box with its name, never its length. */
export function MaskedText({ text }: { readonly text: string }) {
  return splitMasks(text).map((piece, index) =>
    piece.kind === 'mask' ? <Mask key={index} name={piece.name} /> : piece.text,
  );
}

export function Mask({ name }: { readonly name: string }) {
  return (
    <span
      className="secret-mask rounded-xs pr-1 pl-[13px] font-mono text-[.6875rem] wrap-anywhere text-ink-2"
      title={`Masked: the value of ${name}`}
    >
      <span className="sr-only">masked, </span>
      {name}
    </span>
  );
}
