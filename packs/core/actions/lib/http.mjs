// One HTTP exchange and the chain of redirects around it. Used by http_request.mjs.

import http from 'node:http';
import https from 'node:https';
import zlib from 'node:zlib';

/** Longest body that is returned, after decompression. */
export const BODY_BYTES_MAX = 1024 * 1024;

/** A reason that the request could not be made or answered, fit to be read by people. */
export class RequestError extends Error {}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
// Whatever is called like a secret is treated as one: a header too few can be asked for again.
const SECRET_HEADER =
  /auth|cookie|token|secret|passw|api-?key|access-?key|private-?key|session|signature|credential/i;
const BODY_HEADER = /^(content-.*|transfer-encoding)$/i;

/** Follows redirects as asked and returns the last answer, with the address that gave it. */
export async function request(spec, signal) {
  let hop = { url: spec.url, method: spec.method, headers: spec.headers, body: spec.body };
  for (let redirects = 0; ; redirects += 1) {
    const answer = await exchange(hop, spec.verifySsl, signal);
    const location = answer.headers.location;
    if (!spec.followRedirects || !REDIRECTS.has(answer.statusCode) || location === undefined) {
      return { ...answer, url: hop.url };
    }
    if (redirects >= spec.maxRedirects) {
      throw new RequestError(
        `More than ${spec.maxRedirects} redirects: ${hop.url.href} wants to go on to '${location}'. Raise max_redirects or correct the address`,
      );
    }
    hop = redirected(hop, answer.statusCode, location);
  }
}

function redirected(from, statusCode, location) {
  if (!URL.canParse(location, from.url)) {
    throw new RequestError(`${from.url.href} redirects to '${location}', which is no address`);
  }
  const url = new URL(location, from.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new RequestError(
      `${from.url.href} redirects to '${location}', which is neither http nor https`,
    );
  }
  url.username = '';
  url.password = '';

  // What every client does: a 303 asks for a GET, and so do 301 and 302 after a POST.
  const becomesGet =
    (statusCode === 303 && from.method !== 'HEAD') ||
    ((statusCode === 301 || statusCode === 302) && from.method === 'POST');
  const isOtherOrigin = url.origin !== from.url.origin;
  const headers = Object.fromEntries(
    Object.entries(from.headers).filter(
      ([name]) =>
        !(becomesGet && BODY_HEADER.test(name)) &&
        !(isOtherOrigin && (SECRET_HEADER.test(name) || name.toLowerCase() === 'host')),
    ),
  );
  return {
    url,
    headers,
    method: becomesGet ? 'GET' : from.method,
    body: becomesGet ? undefined : from.body,
  };
}

function exchange({ url, method, headers, body }, verifySsl, signal) {
  const { protocol } = url;
  const { Agent, request: start } = protocol === 'https:' ? https : http;
  // `proxyEnv`: a proxy that the operator passes through (HTTPS_PROXY, NO_PROXY) is used.
  const agent = new Agent({
    keepAlive: false,
    proxyEnv: process.env,
    rejectUnauthorized: verifySsl,
  });
  return new Promise((resolve, reject) => {
    const outgoing = start(url, { method, headers, agent, signal }, (incoming) => {
      readBody(incoming, method).then((answer) => {
        resolve({
          statusCode: incoming.statusCode,
          statusMessage: incoming.statusMessage,
          headers: incoming.headers,
          ...answer,
        });
        outgoing.destroy(); // the rest of a truncated body is not wanted
      }, reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Reads at most BODY_BYTES_MAX, decompressed; what follows is neither read nor kept. */
async function readBody(incoming, method) {
  const decoder = method === 'HEAD' ? null : decoderOf(incoming.headers['content-encoding']);
  if (decoder !== null) incoming.on('error', (error) => decoder.destroy(error));
  const source = decoder === null ? incoming : incoming.pipe(decoder);
  const chunks = [];
  let length = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > BODY_BYTES_MAX) break;
  }
  const truncated = length > BODY_BYTES_MAX;
  const bytes = Buffer.concat(chunks).subarray(0, BODY_BYTES_MAX);
  return { body: decode(bytes, incoming.headers['content-type'] ?? '', truncated), truncated };
}

function decoderOf(encoding) {
  switch ((encoding ?? '').trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip();
    case 'deflate':
      return zlib.createInflate();
    case 'br':
      return zlib.createBrotliDecompress();
    default:
      return null;
  }
}

function decode(bytes, contentType, truncated) {
  const charset = /charset="?([^\s;"]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  // A body cut inside a character ends before it: `stream` holds the incomplete bytes back.
  const options = { stream: truncated };
  try {
    return new TextDecoder(charset).decode(bytes, options);
  } catch {
    return new TextDecoder().decode(bytes, options); // a charset nobody knows
  }
}
