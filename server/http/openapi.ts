import type { z } from 'zod';
import { ErrorBody } from '#lib/contracts/common.ts';
import type { Operation } from '#lib/contracts/operation.ts';
import { VERSION } from '#lib/version.ts';
import { refusalResponses, refusals } from './openapi-refusals.ts';
import { type Schema, toJsonSchema } from './openapi-schema.ts';

/** Every component that the document has, by name. */
type Components = Record<string, Schema>;

/** The document that clients are generated from: made of the definitions that requests are checked with. */
export function openApiDocument(operations: readonly Operation[]): Schema {
  const components: Components = {};
  const error = { $ref: `#/components/schemas/${addComponent(components, ErrorBody)}` };
  const responses = refusalResponses(error);
  const paths: Record<string, Record<string, Schema>> = {};
  for (const operation of operations) {
    const item = (paths[operation.path] ??= {});
    item[operation.method.toLowerCase()] = describe(operation, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Attune',
      version: VERSION,
      description: 'Event-driven automation: sensor, event, rule, enforcement, execution.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(components).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ),
      responses,
      securitySchemes: {
        identity: {
          type: 'http',
          scheme: 'bearer',
          description: 'Access token of `POST /auth/login`.',
        },
        execution: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'ATTUNE_API_TOKEN of a running action.',
        },
        sensor: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'ATTUNE_API_TOKEN of a running sensor.',
        },
      },
    },
  };
}

function describe(operation: Operation, components: Components): Schema {
  const { access } = operation;
  const permission = access === 'anyone' ? null : access.permission;
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(permission !== null && {
      description: `Needs the permission \`${permission}\`.`,
      'x-permission': permission,
    }),
    security: access === 'anyone' ? [] : access.tokens.map((kind) => ({ [kind]: [] })),
    ...parametersOf(operation),
    ...(operation.body && {
      requestBody: {
        required: !operation.body.safeParse(undefined).success,
        content: { 'application/json': { schema: convert(operation.body, 'input', components) } },
      },
    }),
    responses: {
      [operation.status]: success(operation, components),
      ...refusals(operation),
    },
  };
}

function parametersOf({ params, query }: Operation): Schema {
  const parameters = [...fieldsOf(params, 'path'), ...fieldsOf(query, 'query')];
  return parameters.length === 0 ? {} : { parameters };
}

function fieldsOf(schema: z.ZodType | undefined, place: 'path' | 'query'): Schema[] {
  if (schema === undefined) return [];
  // What arrives is text; the document says what it stands for, which is what comes out of parsing.
  const { properties = {}, required = [] } = toJsonSchema(schema, 'output') as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  const { required: asked = [] } = toJsonSchema(schema, 'input') as { required?: string[] };
  return Object.entries(properties).map(([name, field]) => {
    const { description, ...rest } = field;
    return {
      name,
      in: place,
      required: place === 'path' || (required.includes(name) && asked.includes(name)),
      ...(description !== undefined && { description }),
      schema: rest,
      // Lists are one parameter, `a,b`.
      ...(rest['type'] === 'array' && { style: 'form', explode: false }),
    };
  });
}

const success = (
  { result, produces, status, summary }: Operation,
  components: Components,
): Schema => ({
  description: status === 204 ? 'Done.' : summary,
  ...(status !== 204 && {
    content: {
      ...(result && { 'application/json': { schema: convert(result, 'output', components) } }),
      ...Object.fromEntries((produces ?? []).map((type) => [type, { schema: { type: 'string' } }])),
    },
  }),
});

/** A schema with its named parts moved to the components. */
function convert(schema: z.ZodType, io: 'input' | 'output', components: Components): Schema {
  const { $defs = {}, ...root } = toJsonSchema(schema, io) as Schema & { $defs?: Components };
  for (const [name, part] of Object.entries($defs)) components[name] ??= withoutMeta(part);
  const name = (schema.meta() as { id?: string } | undefined)?.id;
  if (name === undefined) return withoutMeta(root);
  components[name] ??= withoutMeta(root);
  return { $ref: `#/components/schemas/${name}` };
}

function addComponent(components: Components, schema: z.ZodType): string {
  convert(schema, 'output', components);
  return (schema.meta() as { id: string }).id;
}

/** References point into the components; what belongs to a document of its own is dropped. */
function withoutMeta(schema: Schema): Schema {
  const { $schema: _, id: __, $id: ___, ...rest } = schema;
  return JSON.parse(
    JSON.stringify(rest).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as Schema;
}
