import { AsyncLocalStorage } from 'node:async_hooks';
import { pino } from 'pino';
import { redactLine } from './log-redaction.ts';

const context = new AsyncLocalStorage<Record<string, unknown>>();

/** Only what says what happened: drivers hang whole clients, with their secrets, on their errors. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code: unknown = Reflect.get(error, 'code');
  return {
    type: name,
    message,
    stack,
    ...(typeof code === 'string' && { code }),
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}

/** JSON lines on stdout: constant messages, facts in fields, context from `withLogContext`. */
export const log = pino({
  level: process.env['LOG_LEVEL'] ?? 'info',
  base: { pid: process.pid },
  mixin: () => context.getStore() ?? {},
  serializers: { err: describeError },
  hooks: { streamWrite: redactLine },
});

/** Adds facts to every line that is logged inside `run`, asynchronous parts included. */
export const withLogContext = <T>(facts: Record<string, unknown>, run: () => T): T =>
  context.run({ ...context.getStore(), ...facts }, run);
