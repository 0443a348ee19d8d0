import { describe, expect, test } from 'vitest';
import { operations } from '#lib/contracts/index.ts';
import { openApiDocument } from './openapi.ts';

interface Document {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        security: object[];
        parameters?: { name: string; in: string }[];
        responses: Record<string, { $ref?: string }>;
      }
    >
  >;
  readonly components: {
    readonly schemas: Record<string, unknown>;
    readonly responses: Record<string, { headers: object }>;
  };
}

const document = openApiDocument(operations) as unknown as Document;

describe('the document', () => {
  test('describes every operation once', () => {
    const described = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(described.toSorted()).toEqual(operations.map(({ id }) => id).toSorted());
  });

  test('refers to nothing that it does not hold', () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => document.components.schemas[name] === undefined)).toEqual([]);
    expect(text).not.toContain('#/$defs/');
  });

  test('names the token kinds of each operation', () => {
    expect(document.paths['/api/v1/rules']?.['get']?.security).toEqual([
      { identity: [] },
      { execution: [] },
      { sensor: [] },
    ]);
    expect(document.paths['/api/v1/webhooks/{key}']?.['post']?.security).toEqual([]);
  });

  test('declares every parameter of a path', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [] } of Object.values(item)) {
        expect(
          parameters.filter(({ in: place }) => place === 'path').map(({ name }) => name),
        ).toEqual(named);
      }
    }
  });

  test('shows what a body may hold as it is sent, not as it is parsed', () => {
    const update = document.components.schemas['RuleUpdate'] as {
      properties: Record<string, { anyOf?: object[] }>;
    };
    expect(JSON.stringify(update.properties['description'])).toContain('"clear"');
  });

  test('tells every refusal by an answer that all operations share', () => {
    const errors = Object.values(document.paths).flatMap((item) =>
      Object.values(item).flatMap(({ responses }) =>
        Object.entries(responses).filter(([status]) => Number(status) >= 400),
      ),
    );
    const named = errors.map(([, { $ref }]) => $ref?.split('#/components/responses/')[1] ?? '');
    expect(named.filter((name) => document.components.responses[name] === undefined)).toEqual([]);
    expect(new Set(named).size).toBe(Object.keys(document.components.responses).length);
  });

  test('has 405, 429 and 503 everywhere, each with the header that goes with it', () => {
    for (const item of Object.values(document.paths)) {
      for (const { responses } of Object.values(item)) {
        expect(Object.keys(responses)).toEqual(expect.arrayContaining(['405', '429', '503']));
      }
    }
    const { MethodNotAllowed, TooManyRequests } = document.components.responses;
    expect(Object.keys(MethodNotAllowed?.headers ?? {})).toEqual(['Link', 'Allow']);
    expect(Object.keys(TooManyRequests?.headers ?? {})).toEqual(['Link', 'Retry-After']);
  });

  test('has 404 wherever the path or the body names something', () => {
    const statusesOf = (path: string, method: string) =>
      Object.keys(document.paths[path]?.[method]?.responses ?? {});
    expect(statusesOf('/api/v1/executions', 'post')).toContain('404');
    expect(statusesOf('/api/v1/executions/execute', 'post')).toContain('404');
    expect(statusesOf('/api/v1/rules/{ref}', 'get')).toContain('404');
    expect(statusesOf('/api/v1/rules', 'get')).not.toContain('404');
    expect(statusesOf('/auth/login', 'post')).not.toContain('404');
  });
});
