import { operations } from '#lib/contracts/index.ts';
import { openApiDocument } from '#server/http/openapi.ts';

let text: string | undefined;

/** The same for everybody, and public: generators of clients read it without a token. */
export function GET(): Response {
  text ??= JSON.stringify(openApiDocument(operations));
  return new Response(text, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'public, max-age=300',
    },
  });
}
