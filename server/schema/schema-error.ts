/** A schema and a program that do not fit each other; the message names both versions and the command that mends it. */
export class SchemaError extends Error {
  readonly code: 'SCHEMA_OLDER' | 'SCHEMA_NEWER' | 'SCHEMA_BROKEN';
  readonly anchor: string;

  constructor(code: SchemaError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SchemaError';
    this.code = code;
    this.anchor = code.toLowerCase().replace('_', '-');
  }
}
