import { parse as parseYaml } from 'yaml';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { sanitizeJson } from './json-safety.ts';

export const OUTPUT_FORMATS = ['text', 'json', 'yaml', 'jsonl'] as const;

export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export interface ResultInput {
  /** How the attempt ended: by itself, by us, by somebody else, or never begun. */
  readonly kind: 'exited' | 'timeout' | 'cancelled' | 'killed' | 'not_started' | 'abandoned';
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly durationMs: number;
  /** All of it, up to the cap. */
  readonly stdoutTail: string;
  /** The same where it is read as JSON or YAML: as it came, so that what is secret in it is still a value of its own. */
  readonly stdoutToParse: string;
  readonly stderrTail: string;
  readonly stdoutTruncatedBytes: number;
  readonly stderrTruncatedBytes: number;
  readonly outputFormat: OutputFormat;
  readonly timeoutSeconds: number;
  /** For what only the caller knows: why it could not start, why it was abandoned. */
  readonly error?: string;
}

export interface BuiltResult {
  readonly status: 'completed' | 'failed' | 'timeout' | 'cancelled' | 'abandoned';
  readonly result: JsonObject;
}

/**
 * The result envelope of an attempt: always an object, and always one that can be stored. What was parsed is not masked
 * yet.
 */
export function buildResult(input: ResultInput): BuiltResult {
  const status = statusOf(input);
  const result: JsonObject = {
    succeeded: status === 'completed',
    exit_code: status === 'timeout' ? -1 : (input.exitCode ?? -1),
    duration_ms: Math.round(input.durationMs),
  };
  if (input.signal !== null) result['signal'] = input.signal;
  if (status === 'timeout') result['timed_out'] = true;
  if (status === 'cancelled') result['cancelled'] = true;
  if (status === 'completed') addOutput(result, input);
  else addFailure(result, input, status);
  addStreams(result, input);
  return { status, result: storable(result) };
}

function statusOf({ kind, exitCode }: ResultInput): BuiltResult['status'] {
  switch (kind) {
    case 'exited':
      return exitCode === 0 ? 'completed' : 'failed';
    case 'killed':
    case 'not_started':
      return 'failed';
    case 'timeout':
    case 'cancelled':
    case 'abandoned':
      return kind;
  }
}

function addOutput(result: JsonObject, { stdoutToParse, outputFormat }: ResultInput): void {
  if (stdoutToParse.trim() === '' || outputFormat === 'text') return;
  const parsed = parseOutput(stdoutToParse, outputFormat);
  if (!parsed.ok) {
    result['parse_error'] = parsed.message;
    return;
  }
  result['data'] = parsed.value;
  if (isJsonObject(parsed.value) && parsed.value['queue_ack'] !== undefined) {
    result['queue_ack'] = parsed.value['queue_ack'];
  }
}

function addFailure(result: JsonObject, input: ResultInput, status: BuiltResult['status']): void {
  // SDKs write `{"success": false, "error": …}` to stdout before they leave: it knows best.
  const said = status === 'failed' ? parseJson(input.stdoutToParse) : null;
  const own = said?.ok && isJsonObject(said.value) ? said.value : null;
  if (own !== null) result['data'] = own;
  const reason = own === null ? undefined : own['error'];
  if (reason !== undefined && reason !== null && reason !== '') {
    // In bounds first: what is nested without end cannot be written as text either.
    result['error'] =
      typeof reason === 'string' ? reason : JSON.stringify(sanitizeJson(reason).value);
  } else {
    result['error'] = errorOf(input, status);
  }
}

const STDERR_LINES_MAX = 5;

function errorOf(input: ResultInput, status: BuiltResult['status']): string {
  if (input.error !== undefined) return input.error;
  if (status === 'timeout') return `Execution timed out after ${input.timeoutSeconds} seconds`;
  if (status === 'cancelled') return 'Execution was cancelled';
  if (status === 'abandoned') return 'The worker was lost; nobody knows how far the action came';
  if (input.kind === 'not_started') return 'The process could not be started';
  const lines = input.stderrTail.trim().split('\n');
  if (lines[0] !== undefined && lines[0] !== '') {
    return lines.length > STDERR_LINES_MAX ? (lines.at(-1) ?? '').trim() : lines.join('\n');
  }
  if (input.signal !== null) return `Command was killed by ${input.signal}`;
  return `Command exited with code ${input.exitCode ?? 'unknown'}`;
}

function addStreams(result: JsonObject, input: ResultInput): void {
  if (result['data'] === undefined && input.stdoutTail !== '') result['stdout'] = input.stdoutTail;
  if (input.stderrTail !== '') result['stderr_log'] = input.stderrTail;
  if (input.stdoutTruncatedBytes > 0) {
    result['stdout_truncated'] = true;
    result['stdout_bytes_truncated'] = input.stdoutTruncatedBytes;
  }
  if (input.stderrTruncatedBytes > 0) {
    result['stderr_truncated'] = true;
    result['stderr_bytes_truncated'] = input.stderrTruncatedBytes;
  }
}

type Parsed =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly message: string };

function parseOutput(text: string, format: Exclude<OutputFormat, 'text'>): Parsed {
  switch (format) {
    case 'json':
      return parseJson(text);
    case 'yaml':
      return parseYamlText(text);
    case 'jsonl': {
      const values = text.split('\n').flatMap((line) => {
        const parsed = line.trim() === '' ? null : tryJson(line);
        return parsed?.ok ? [parsed.value] : [];
      });
      return values.length > 0
        ? { ok: true, value: values }
        : { ok: false, message: 'No line of stdout is JSON' };
    }
  }
}

/** All of it, or its last line that is not empty: programs print before they print their result. */
function parseJson(text: string): Parsed {
  const whole = tryJson(text);
  if (whole.ok) return whole;
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  const line = tryJson(last);
  return line.ok ? line : { ok: false, message: 'Neither stdout nor its last line is JSON' };
}

function tryJson(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) as JsonValue };
  } catch {
    return { ok: false, message: 'It is not JSON' };
  }
}

function parseYamlText(text: string): Parsed {
  try {
    // Through JSON once: YAML knows dates, infinities and keys that JSON does not.
    const value = JSON.stringify(parseYaml(text, { logLevel: 'error' }));
    return { ok: true, value: JSON.parse(value) as JsonValue };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    return { ok: false, message: `stdout is not YAML: ${reason}` };
  }
}

function storable(result: JsonObject): JsonObject {
  const { value, replaced } = sanitizeJson(result);
  if (replaced === 0 || !isJsonObject(value)) return result;
  return { ...value, replaced_characters: replaced };
}
