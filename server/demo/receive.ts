import { readText } from '#server/http/body.ts';

const BYTES_MAX = 64 * 1024;

/** Takes what the demo posts and keeps nothing of it. @throws AppError `PAYLOAD_TOO_LARGE` */
export async function receiveDemo(request: Request): Promise<{ received: true }> {
  await readText(request, BYTES_MAX);
  return { received: true };
}
