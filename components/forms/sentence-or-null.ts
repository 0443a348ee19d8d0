import { AppError } from '#lib/errors.ts';

/** Does it; answers the server's sentence when it refused, for a dialog that stays open. */
export async function sentenceOrNull(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
