import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TROUBLESHOOTING } from '#lib/errors.ts';

/** The page that every error of the API links to, as text and for everybody: it is the same in the repository. */
export async function GET(): Promise<Response> {
  const text = await readFile(join(process.cwd(), TROUBLESHOOTING));
  return new Response(text, {
    headers: {
      'content-type': 'text/markdown; charset=utf-8',
      'cache-control': 'max-age=300',
    },
  });
}
