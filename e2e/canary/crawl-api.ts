import { setTimeout as delay } from 'node:timers/promises';
import { operations } from '#lib/contracts/index.ts';
import type { Operation } from '#lib/contracts/operation.ts';
import { EXECUTION_STATUSES } from '#lib/domain/execution-status.ts';
import type { Api } from '../api.ts';
import type { Sighting } from './needles.ts';

const PER_OPERATION_MAX = 120;
const AT_ONCE = 8;
const STREAM_MS_MAX = 1_500;

type Row = Record<string, unknown>;

export interface Crawl {
  readonly seen: readonly Sighting[];
  /** Ids of GET operations that nothing was got from. */
  readonly unanswered: readonly string[];
}

/**
 * Asks each GET operation about everything there is.
 *
 * @param reader reads keys, since they are told to whoever may decrypt
 */
export async function crawlApi(api: Api, reader: Api): Promise<Crawl> {
  const seen: Sighting[] = [];
  const answered = new Set<string>();
  const gets = operations.filter(({ method }) => method === 'GET');
  const lists = new Map<string, Promise<Row[]>>();
  const list = (path: string) => {
    const known = lists.get(path) ?? listAll(api, path);
    lists.set(path, known);
    return known;
  };
  const calls: { operation: Operation; path: string; accept: string }[] = [];
  for (const operation of gets) {
    for (const path of await pathsOf(operation, list))
      for (const accept of kindsOf(operation)) calls.push({ operation, path, accept });
  }
  await inTurns(calls, async ({ operation, path, accept }) => {
    const caller = path.startsWith('/api/v1/keys/') ? reader : api;
    const answer =
      accept === 'text/event-stream'
        ? await readStream(caller, path)
        : await caller.ask('GET', path, undefined, { accept });
    if (answer.status === 200) answered.add(operation.id);
    const headers = JSON.stringify([...answer.headers]);
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    seen.push({ place: `GET ${path} (${accept})`, text: `${headers}\n${body}` });
  });
  const unanswered = gets.map(({ id }) => id).filter((id) => !answered.has(id));
  return { seen, unanswered };
}

/** A stream that is nothing else never ends, whatever one would rather have. */
const kindsOf = ({ produces = [] }: Operation): readonly string[] =>
  produces.join() === 'text/event-stream' ? produces : ['application/json', ...produces];

/** What a path has to be asked with. */
const NEEDED: Readonly<Record<string, string>> = {
  '/api/v1/changes': '?topics=executions,events,enforcements,sensors,keys',
};

async function readStream(api: Api, path: string) {
  const read = api.follow(path);
  await Promise.race([read.ended, delay(STREAM_MS_MAX)]);
  const text = await read.stop();
  return { status: read.status() ?? 0, headers: new Headers(), body: text };
}

async function listAll(api: Api, path: string): Promise<Row[]> {
  const answer = (await api.get(`${path}?page_size=1000`)) as Row[] | { items: Row[] };
  return Array.isArray(answer) ? answer : answer.items;
}

/** Every path of an operation that is about something that is there, with its lists as long as they get. */
async function pathsOf(
  { path, query }: Operation,
  list: (path: string) => Promise<Row[]>,
): Promise<string[]> {
  const [param] = /\{\w+\}/.exec(path) ?? [];
  if (param === undefined) {
    const asked = query?.safeParse({ page_size: '1000', q: 'probe' });
    return [
      asked?.success === true ? `${path}?page_size=1000&q=probe` : `${path}${NEEDED[path] ?? ''}`,
    ];
  }
  const values = await valuesFor(path, param, list);
  return values
    .slice(0, PER_OPERATION_MAX)
    .map((value) => path.replace(param, encodeURIComponent(String(value))));
}

async function valuesFor(
  path: string,
  param: string,
  list: (path: string) => Promise<Row[]>,
): Promise<unknown[]> {
  if (param === '{status}') return [...EXECUTION_STATUSES];
  if (path === '/api/v1/executions/enforcement/{id}')
    return (await list('/api/v1/enforcements')).map(({ id }) => id);
  const collection = path.slice(0, path.indexOf('/{')).replace('/by-request', '');
  const name = param.slice(1, -1);
  const rows = await list(collection);
  return [...new Set(rows.map((row) => row[name]))].filter(
    (value) => value !== null && value !== undefined,
  );
}

export async function inTurns<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const one = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}
