import { isOn, listOf } from '#server/http/address-list.ts';
import { PEER_HEADER } from '#server/http/peer.ts';
import type { StoredWebhookConfig } from './webhook-config.ts';

/** Whether an address is on a list of addresses and networks. One that nobody knows is not. */
export const isListed = (address: string | null, ips: readonly string[]): boolean =>
  address !== null && isOn(listOf(ips), address);

interface Window {
  startedMs: number;
  count: number;
}

const windows = new Map<number, Window>();
const WINDOWS_MAX = 10_000;

/**
 * Counts one call of a webhook, in this process.
 *
 * @returns 0 when it is within the limit, else the seconds to wait
 */
export function takeTurn(
  triggerId: number,
  { requests, window_seconds }: StoredWebhookConfig['rate_limit'],
  nowMs: number,
): number {
  const lengthMs = window_seconds * 1_000;
  const known = windows.get(triggerId);
  if (known === undefined || nowMs - known.startedMs >= lengthMs) {
    if (windows.size >= WINDOWS_MAX) windows.clear();
    windows.set(triggerId, { startedMs: nowMs, count: 1 });
    return 0;
  }
  known.count += 1;
  return known.count <= requests ? 0 : Math.ceil((known.startedMs + lengthMs - nowMs) / 1_000);
}

const SECRET_HEADER = /auth|cookie|token|secret|signature|password|api-?key/i;
const HEADERS_MAX = 100;
const VALUE_CHARS_MAX = 1_000;

/** Headers as they are stored with an event: what proves an identity is masked. */
export const redactHeaders = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    [...headers]
      .filter(([name]) => name !== PEER_HEADER)
      .slice(0, HEADERS_MAX)
      .map(([name, value]) => [
        name,
        SECRET_HEADER.test(name)
          ? '[masked]'
          : value.slice(0, VALUE_CHARS_MAX).replaceAll('\0', ''),
      ]),
  );
