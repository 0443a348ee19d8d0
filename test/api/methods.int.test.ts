import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { operations } from '#lib/contracts/index.ts';
import { ROUTE_METHODS } from '#server/http/other-methods.ts';

type Handlers = Readonly<Record<string, (request: Request) => Response | Promise<Response>>>;

const fileOf = (path: string) =>
  resolve(`app${path.replaceAll('{', '[').replaceAll('}', ']')}/route.ts`);

const paths = [...new Set(operations.map(({ path }) => path))];

const methodsOf = (path: string): string[] => {
  const served: string[] = operations
    .filter((one) => one.path === path)
    .map(({ method }) => method);
  return served.includes('GET') ? [...served, 'HEAD'] : served;
};

describe.each(paths)('%s', (path) => {
  const served = methodsOf(path);

  test('refuses every method that it has no operation for, and names the others', async () => {
    const handlers = (await import(/* @vite-ignore */ fileOf(path))) as Handlers;
    for (const method of ROUTE_METHODS) {
      if (served.includes(method)) continue;
      const response = await handlers[method]?.(
        new Request(`http://localhost${path}`, {
          method,
          headers: { 'x-request-id': 'sweep-0001' },
        }),
      );
      const allow = response?.headers.get('allow')?.split(', ').toSorted();
      expect([method, allow]).toEqual([method, [...served, 'OPTIONS'].toSorted()]);
      expect([method, response?.status]).toEqual([method, method === 'OPTIONS' ? 204 : 405]);
      if (method === 'OPTIONS') continue;
      expect(await response?.json()).toEqual({
        error: expect.stringContaining(method),
        code: 'METHOD_NOT_ALLOWED',
        request_id: 'sweep-0001',
      });
      expect(response?.headers.get('link')).toBe(
        '</docs/troubleshooting.md#method-not-allowed>; rel="help"',
      );
    }
  });

  test('answers exactly the methods of its operations otherwise', async () => {
    const handlers = (await import(/* @vite-ignore */ fileOf(path))) as Handlers;
    // HEAD is Next's own wherever there is a GET.
    expect(Object.keys(handlers).toSorted()).toEqual(
      ROUTE_METHODS.filter((one) => one !== 'HEAD' || !served.includes('GET')).toSorted(),
    );
  });
});
