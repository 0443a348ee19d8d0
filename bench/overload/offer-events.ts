import type { Api } from '../../e2e/api.ts';

export interface Offered {
  /** The ids of the events that were answered with 2xx. */
  readonly accepted: number[];
  /** Answers by status. */
  readonly answers: Record<string, number>;
  /** Refusals that are neither 429 nor 503, or do not say when to come again. */
  readonly wrongRefusals: string[];
  readonly ms: number[];
}

interface Offering {
  readonly trigger: string;
  readonly seconds: number;
  readonly clients: number;
  /** Of each payload. */
  readonly bytes: number;
}

/** As fast as the clients can: each says the next one when the one before is answered. */
export async function offerEvents(
  api: Api,
  { trigger, seconds, clients, bytes }: Offering,
): Promise<Offered> {
  const offered: Offered = { accepted: [], answers: {}, wrongRefusals: [], ms: [] };
  const until = Date.now() + seconds * 1_000;
  const event = { trigger_ref: trigger, payload: { text: 'x'.repeat(bytes) } };
  const client = async () => {
    while (Date.now() < until) {
      const begunAt = performance.now();
      const { status, headers, body } = await api.ask('POST', '/api/v1/events', event);
      offered.ms.push(performance.now() - begunAt);
      offered.answers[status] = (offered.answers[status] ?? 0) + 1;
      if (status < 300) offered.accepted.push(body.data.id);
      else if (![429, 503].includes(status) || !(Number(headers.get('retry-after')) > 0))
        offered.wrongRefusals.push(`${status} ${JSON.stringify(body)}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return offered;
}
