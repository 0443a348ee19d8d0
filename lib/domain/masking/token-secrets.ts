import type { NamedSecret } from './masker.ts';

/** Shorter excerpts say nothing that could be used. */
const PIECE_CHARS = 48;

/**
 * A token and its pieces, all under one name: no part of it may be shown (contract §3), and its payload and signature
 * together are the token again.
 */
export function tokenSecrets(name: string, token: string): NamedSecret[] {
  const pieces = token.match(new RegExp(`.{${PIECE_CHARS}}`, 'g')) ?? [];
  const parts = token.split('.').slice(1);
  return [
    { name, value: token },
    ...[...parts, ...pieces].map((value) => ({ name, value, isPiece: true })),
  ];
}
