import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocketServer, type WebSocket } from 'ws';

export type SentEvent = {
  readonly trigger_ref: string;
  readonly payload: Record<string, unknown>;
  readonly trigger_instance_id: string;
  readonly dedupe_key: string;
};
export type Delivery = SentEvent & {
  readonly via: 'gateway' | 'api';
  readonly id: string;
  readonly atMs: number;
};
export type PlatformRule = {
  id: number;
  ref: string;
  trigger_ref: string;
  trigger_params: object;
  enabled: boolean;
  updated: string;
};

type Json = Record<string, unknown>;

/** The other side of the contract: the gateway and the few operations that a sensor uses. */
export class FakePlatform implements AsyncDisposable {
  readonly rules: PlatformRule[] = [];
  readonly deliveries: Delivery[] = [];
  readonly subscriptions: string[] = [];
  readonly tokens: string[] = [];
  readonly keys = new Map<string, unknown>();
  /** Answers a published event; by default with an acknowledgement. */
  onPublish: (socket: WebSocket, id: string) => void = (socket, id) =>
    socket.send(JSON.stringify({ type: 'ack', id, event_id: 1 }));
  validToken = 'first-token';
  port = 0;
  readonly #http = http.createServer((req, res) => void this.#serve(req, res));
  #gateway: WebSocketServer | null = null;

  static async start(): Promise<FakePlatform> {
    const platform = new FakePlatform();
    await new Promise<void>((resolve) => platform.#http.listen(0, '127.0.0.1', resolve));
    platform.port = (platform.#http.address() as AddressInfo).port;
    platform.#http.on('upgrade', (req, socket, head) => {
      platform.tokens.push(req.headers.authorization ?? '');
      const isValid = req.headers.authorization === `Bearer ${platform.validToken}`;
      if (platform.#gateway === null || !isValid) {
        socket.end(`HTTP/1.1 ${isValid ? '503 Service Unavailable' : '401 Unauthorized'}\r\n\r\n`);
        return;
      }
      platform.#gateway.handleUpgrade(req, socket, head, (ws) => platform.#converse(ws));
    });
    platform.openGateway();
    return platform;
  }

  openGateway(): void {
    this.#gateway = new WebSocketServer({ noServer: true });
  }

  closeGateway(): void {
    for (const client of this.#gateway?.clients ?? []) client.terminate();
    this.#gateway = null;
  }

  disconnect(code: number, reason: string): void {
    for (const client of this.#gateway?.clients ?? []) client.close(code, reason);
  }

  /** Changes the rule as the API would, and tells the gateway's clients. */
  change(
    eventType: string,
    rule: PlatformRule,
    how: 'full' | 'deferred' | 'silent' = 'full',
  ): void {
    const others = this.rules.filter(({ id }) => id !== rule.id);
    this.rules.splice(0, this.rules.length, ...others);
    if (eventType !== 'rule.deleted') this.rules.push(rule);
    if (how === 'silent') return;
    const payload = {
      event_type: eventType,
      rule_id: rule.id,
      rule_ref: rule.ref,
      trigger_ref: rule.trigger_ref,
      active: rule.enabled && eventType !== 'rule.deleted',
      auth_mode: how,
      ...(how === 'full' && { trigger_params: rule.trigger_params }),
    };
    const notification = {
      type: 'notification',
      notification_type: 'rule_lifecycle_changed',
      payload,
    };
    for (const client of this.#gateway?.clients ?? []) client.send(JSON.stringify(notification));
  }

  eventsOf(ruleId: number): Delivery[] {
    return this.deliveries.filter((event) => event.trigger_instance_id === `rule_${ruleId}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closeGateway();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #converse(socket: WebSocket): void {
    socket.send(JSON.stringify({ type: 'welcome', client_id: '1', message: 'hello' }));
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Json & { id: string; event: SentEvent };
      if (message['type'] === 'subscribe') this.subscriptions.push(String(message['filter']));
      if (message['type'] !== 'publish' || message['exchange'] !== 'attune.events') return;
      this.deliveries.push({ ...message.event, via: 'gateway', id: message.id, atMs: Date.now() });
      this.onPublish(socket, message.id);
    });
  }

  async #serve(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    const answer = (status: number, body: unknown): void => {
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const body = JSON.parse((await text(req)) || '{}') as Json;
    const { pathname, searchParams } = new URL(req.url ?? '', 'http://x');
    if (req.headers.authorization !== `Bearer ${this.validToken}`)
      return answer(401, { error: 'no' });
    const [resource, ref = ''] = pathname
      .replace('/api/v1/', '')
      .split('/')
      .map(decodeURIComponent);
    switch (`${req.method} ${resource}`) {
      case 'GET rules':
        return this.#serveRules(ref, searchParams, answer);
      case 'POST events': {
        const event = body as Json & SentEvent;
        this.deliveries.push({ ...event, via: 'api', id: '', atMs: Date.now() });
        return answer(201, { data: { id: 1 } });
      }
      case 'POST keys':
        this.keys.set(String(body['ref']), body['value']);
        return answer(201, { data: body });
      default:
        if (resource !== 'keys' || !this.keys.has(ref)) return answer(404, { error: 'not found' });
        if (req.method === 'PUT') this.keys.set(ref, body['value']);
        return answer(200, { data: { ref, value: this.keys.get(ref) } });
    }
  }

  #serveRules(
    ref: string,
    query: URLSearchParams,
    answer: (status: number, body: unknown) => void,
  ): void {
    if (ref !== '') {
      const rule = this.rules.find((one) => one.ref === ref);
      return rule ? answer(200, { data: rule }) : answer(404, { error: 'not found' });
    }
    const found = this.rules.filter(
      (rule) => rule.enabled && rule.trigger_ref === query.get('trigger_ref'),
    );
    // Small pages, so that a sensor that reads only the first is found out.
    const from = (Number(query.get('page')) - 1) * 2;
    const items = found.slice(from, from + 2);
    answer(200, { items, data: items, pagination: { has_next: found.length > from + 2 } });
  }
}
