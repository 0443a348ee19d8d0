import { outage } from './outage.ts';

/** A monitor, and whoever knows of trouble, does not wait for as long as a user. */
const PATIENCE_MS = 2_000;

/** @throws AppError `RETRYABLE_DATABASE_ERROR` with `details.since` when `answer` is not there in 2 s */
export async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(outage('away')), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
