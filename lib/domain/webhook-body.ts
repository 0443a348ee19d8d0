import { isJsonObject, type JsonValue, setOwn } from './json.ts';

export type WebhookBody =
  | { readonly ok: true; readonly payload: JsonValue; readonly wrapped: boolean }
  | { readonly ok: false; readonly message: string };

/**
 * What a webhook's body says. An object with a `payload` key is the wrapped form and its `payload`
 * counts; anything else is the payload itself. Forms become objects, an empty body null.
 */
export function parseWebhookBody(rawText: string, contentType: string | null): WebhookBody {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-www-form-urlencoded') return unwrap(parseForm(rawText), true);
  if (rawText.trim() === '') return { ok: true, payload: null, wrapped: false };
  const json = tryJson(rawText);
  if (json.ok) return unwrap(json.value, false);
  if (type.startsWith('text/')) return { ok: true, payload: rawText, wrapped: false };
  return {
    ok: false,
    message: `The body is not JSON: ${json.message}. Send JSON, a form, or text with a text/* content type.`,
  };
}

function unwrap(body: JsonValue, isForm: boolean): WebhookBody {
  if (!isJsonObject(body) || !Object.hasOwn(body, 'payload')) {
    return { ok: true, payload: body, wrapped: false };
  }
  const payload = body['payload'] ?? null;
  // Providers that post forms put their JSON into one field of that name.
  const inner = isForm && typeof payload === 'string' ? tryJson(payload) : null;
  return { ok: true, payload: inner?.ok ? inner.value : payload, wrapped: true };
}

/** Fields of a form; one that comes more than once is a list. */
function parseForm(text: string): JsonValue {
  const form: Record<string, JsonValue> = {};
  const params = new URLSearchParams(text);
  for (const key of new Set(params.keys())) {
    const values = params.getAll(key);
    setOwn(form, key, values.length === 1 ? (values[0] ?? '') : values);
  }
  return form;
}

function tryJson(text: string): { ok: true; value: JsonValue } | { ok: false; message: string } {
  try {
    return { ok: true, value: JSON.parse(text) as JsonValue };
  } catch (error) {
    // The parser's sentence may quote the body; only its kind is told.
    const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    return {
      ok: false,
      message: position ? `it cannot be read from character ${position} on` : 'it ends too early',
    };
  }
}
