export { createMasker, maskText, type Masker, type NamedSecret } from './masker.ts';
export { ENCODED_CHARS_MIN, RAW_CHARS_MIN } from './forms.ts';
export type { MaskStream } from './stream.ts';
export { secretsFromValue } from './structured.ts';
