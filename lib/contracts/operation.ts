import type { z } from 'zod';

/** What a caller can show: a person's session, access or API token; the token of a run; the token of a sensor. */
export type TokenKind = 'identity' | 'execution' | 'sensor';

/** `resource:action` of a permission grant. */
export type Permission = `${string}:${string}`;

/**
 * Who may call. `permission` is asked of identities; what a run or a sensor may do is bounded by its own
 * scope in the service. `null` = whoever is known. An operation without this line does not compile.
 */
export type Access =
  | 'anyone'
  | { readonly tokens: readonly TokenKind[]; readonly permission: Permission | null };

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One endpoint as data: the server validates with it, the document is made from it, clients call by it. */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Success status. */
  readonly status: 200 | 201 | 204;
  /** Absent for answers that are no JSON (text, event streams). */
  readonly result?: z.ZodType;
  /** Content types other than JSON, for the document. */
  readonly produces?: readonly string[];
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type Given<S> = S extends z.ZodType ? z.input<S> : undefined;

/** What a handler gets: parsed. */
export interface OperationInput<O extends Operation> {
  readonly params: Parsed<O['params']>;
  readonly query: Parsed<O['query']>;
  readonly body: Parsed<O['body']>;
}

/** What a client gives for the schemas of an operation: defaults may be left out. */
export interface OperationCall<Params, Query, Body> {
  readonly params?: Given<Params>;
  readonly query?: Given<Query>;
  readonly body?: Given<Body>;
}

/** What a handler returns and a client gets. */
export type OperationResult<O extends Operation> = O['result'] extends z.ZodType
  ? z.input<O['result']>
  : Response;
