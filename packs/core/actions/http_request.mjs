#!/usr/bin/env node
// core.http_request: one HTTP request. Parameters as JSON on stdin, the answer as JSON on stdout.

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { text } from 'node:stream/consumers';
import { request, RequestError } from './lib/http.mjs';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

const startedAt = performance.now();
const elapsedMs = () => Math.round(performance.now() - startedAt);
let address = null; // without user name and password

async function main() {
  try {
    const { timeoutSeconds, ...spec } = readSpec(parse(await text(process.stdin)));
    address = spec.url.href;
    const answer = await within(timeoutSeconds, (signal) => request(spec, signal));
    const success = answer.statusCode >= 200 && answer.statusCode < 300;
    print({
      status_code: answer.statusCode,
      headers: answer.headers,
      body: answer.body,
      truncated: answer.truncated,
      json: toJson(answer),
      elapsed_ms: elapsedMs(),
      url: answer.url.href,
      success,
      error: success
        ? null
        : `${answer.url.href} answered ${answer.statusCode} ${answer.statusMessage}`.trim(),
    });
  } catch (error) {
    const sentence = describe(error);
    print({
      status_code: null,
      headers: {},
      body: null,
      truncated: false,
      json: null,
      elapsed_ms: elapsedMs(),
      url: address,
      success: false,
      error: sentence,
    });
    process.stderr.write(`${sentence}\n`);
    process.exitCode = 1;
  }
}

function print(result) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function parse(input) {
  let parameters;
  try {
    parameters = JSON.parse(input);
  } catch (cause) {
    throw new RequestError('The parameters on stdin are not JSON', { cause });
  }
  if (isObject(parameters)) return parameters;
  throw new RequestError('The parameters on stdin are not a JSON object');
}

function readSpec(parameters) {
  const url = readUrl(parameters);
  const headers = readHeaders(parameters);
  const authorization = readAuthorization(parameters, url);
  if (authorization !== null) setDefault(headers, 'Authorization', authorization);
  url.username = '';
  url.password = '';
  const body = readBody(parameters, headers);
  setDefault(headers, 'User-Agent', 'attune-core-http-request');
  setDefault(headers, 'Accept', '*/*');
  setDefault(headers, 'Accept-Encoding', 'gzip, deflate, br');
  return {
    url,
    headers,
    body,
    method: choice(parameters, 'method', METHODS, 'GET'),
    timeoutSeconds: number(parameters, 'timeout', 30, 1, 300),
    verifySsl: boolean(parameters, 'verify_ssl', true),
    followRedirects: boolean(parameters, 'follow_redirects', true),
    maxRedirects: number(parameters, 'max_redirects', 10, 0, 50),
  };
}

function readUrl(parameters) {
  const value = parameters.url;
  if (typeof value !== 'string' || !URL.canParse(value)) {
    throw wrong('url', 'an address such as https://example.org/path', value);
  }
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw wrong('url', 'an address with http:// or https://', value);
  }
  for (const [name, values] of Object.entries(object(parameters, 'query_params'))) {
    for (const item of Array.isArray(values) ? values : [values]) {
      if (item !== null && item !== undefined) {
        url.searchParams.append(
          name,
          typeof item === 'object' ? JSON.stringify(item) : String(item),
        );
      }
    }
  }
  url.hash = '';
  return url;
}

function readHeaders(parameters) {
  const headers = {};
  for (const [name, value] of Object.entries(object(parameters, 'headers'))) {
    if (value === null) continue;
    const values = Array.isArray(value) ? value.map(String) : String(value);
    try {
      validateHeaderName(name);
      for (const one of [values].flat()) validateHeaderValue(name, one);
      if (isObject(value)) throw new TypeError('is an object');
    } catch {
      throw new RequestError(
        `The parameter 'headers' holds '${name}', whose name or value is not allowed in a header`,
      );
    }
    headers[name] = values;
  }
  return headers;
}

function readAuthorization(parameters, url) {
  const kind = choice(parameters, 'auth_type', ['none', 'basic', 'bearer'], 'none');
  if (kind === 'bearer') return `Bearer ${string(parameters, 'auth_token', true)}`;
  if (kind === 'basic') {
    const user = string(parameters, 'auth_username', true);
    return basic(user, string(parameters, 'auth_password') ?? '');
  }
  if (url.username === '' && url.password === '') return null;
  return basic(decodeURIComponent(url.username), decodeURIComponent(url.password));
}

const basic = (user, password) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function readBody(parameters, headers) {
  const body = string(parameters, 'body');
  const json = parameters.json_body ?? undefined;
  if (body !== undefined && json !== undefined) {
    throw new RequestError("Give the parameter 'body' or 'json_body', not both");
  }
  if (json !== undefined) setDefault(headers, 'Content-Type', 'application/json');
  const bytes = json === undefined ? body : JSON.stringify(json);
  if (bytes === undefined) return undefined;
  for (const name of Object.keys(headers)) {
    if (/^(content-length|transfer-encoding)$/i.test(name)) delete headers[name];
  }
  headers['Content-Length'] = Buffer.byteLength(bytes);
  return bytes;
}

function setDefault(headers, name, value) {
  const isGiven = Object.keys(headers).some((given) => given.toLowerCase() === name.toLowerCase());
  if (!isGiven) headers[name] = value;
}

function string(parameters, name, required = false) {
  const value = parameters[name] ?? undefined;
  if (typeof value === 'string' && !(required && value === '')) return value;
  if (value === undefined && !required) return undefined;
  // Never the value itself: it may be a secret.
  throw new RequestError(
    `The parameter '${name}' must be a text${required ? ' and is needed here' : ''}`,
  );
}

function choice(parameters, name, allowed, fallback) {
  const value = parameters[name] ?? fallback;
  if (allowed.includes(value)) return value;
  throw wrong(name, `one of ${allowed.join(', ')}`, value);
}

function boolean(parameters, name, fallback) {
  const value = parameters[name] ?? fallback;
  if (typeof value === 'boolean') return value;
  throw wrong(name, 'true or false', value);
}

function number(parameters, name, fallback, least, most) {
  const value = parameters[name] ?? fallback;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw wrong(name, `a number from ${least} to ${most}`, value);
}

function object(parameters, name) {
  const value = parameters[name] ?? {};
  if (isObject(value)) return value;
  throw wrong(name, 'an object', value);
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const wrong = (name, expected, value) =>
  new RequestError(
    `The parameter '${name}' must be ${expected}, not ${JSON.stringify(value) ?? 'left out'}`,
  );

async function within(seconds, work) {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new RequestError(`No complete answer from ${address} within ${seconds} s`));
  }, seconds * 1000);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

function toJson({ body, truncated, headers }) {
  const looksLikeJson = /json/i.test(headers['content-type'] ?? '') || /^\s*[[{]/.test(body);
  if (truncated || !looksLikeJson) return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function describe(error) {
  if (error instanceof RequestError) return error.message;
  const host = address === null ? 'the server' : new URL(address).host;
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host name of ${address} cannot be resolved (${error.code})`;
    case 'ECONNREFUSED':
      return `${host} refuses the connection: nothing listens there`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `${host} closed the connection before it had answered`;
    default:
      break;
  }
  if (isCertificateError(error)) {
    return `The certificate of ${host} is not trusted: ${error.message}. Set verify_ssl to false to accept it`;
  }
  // Connecting to several addresses of one name gives an error without a message of its own.
  const reason = error.errors?.map((one) => one.message).join('; ') || error.message || error.code;
  return `The request to ${address ?? 'the server'} failed: ${reason}`;
}

function isCertificateError({ code = '' }) {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS_CERT/.test(code);
}

await main();
