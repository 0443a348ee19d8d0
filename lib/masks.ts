export type MaskPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'mask'; readonly name: string };

/** As the masker writes them; a name holds no bracket. */
const MASK = /\[masked: ([^\]\n]{1,200})\]/g;

/** Cuts text at the places where a secret was masked. */
export function splitMasks(text: string): MaskPiece[] {
  const pieces: MaskPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(MASK)) {
    if (match.index > from) pieces.push({ kind: 'text', text: text.slice(from, match.index) });
    pieces.push({ kind: 'mask', name: match[1] ?? '' });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
}

/** Whether a text is nothing but the mask of a secret: what somebody copied from an answer, and no value. */
export const isMask = (text: string): boolean => /^\s*\[masked: [^\]\n]{1,200}\]\s*$/.test(text);
