import { describe, expect, test } from 'vitest';
import { operations } from '#lib/contracts/index.ts';
import { openApiDocument } from './openapi.ts';

interface Document {
  readonly paths: Record<
    string,
    Record<
      string,
      { operationId: string; security: object[]; parameters?: { name: string; in: string }[] }
    >
  >;
  readonly components: { readonly schemas: Record<string, unknown> };
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
});
