import { rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Fifo, FifoPool } from './fifo-pool.ts';
import { toOutcome } from './outcome.ts';
import { readOutput, type OutputReader } from './output-reader.ts';
import type {
  EndRecord,
  Isolation,
  Outcome,
  ProcessSpec,
  StopOptions,
  StopReason,
} from './process-spec.ts';
import type { EndReport, FromHost, ToHost } from './protocol.ts';

/** Larger documents are written by the thread pool, so that the worker's loop goes on. */
const WRITE_AT_ONCE_BYTES_MAX = 64 * 1024;
const FIRST_ERROR_CHARS_MAX = 1_000;
const STREAMS = ['stdout', 'stderr'] as const;

/** What a run needs of the host that it runs in. */
export interface HostLink {
  readonly directory: string;
  readonly fifos: FifoPool;
  readonly isolation: Isolation;
  send(message: ToHost): void;
  reportProblem(error: unknown): void;
}

/** The worker's side of one process: opens its pipes, takes its output, collects its end. */
export class HostRun {
  readonly outcome: Promise<Outcome>;
  #id: number;
  #spec: ProcessSpec;
  #link: HostLink;
  #resolve: (outcome: Outcome) => void;
  #fifos: Fifo[] = [];
  #readers: OutputReader[] = [];
  #startedAt: Date | null = null;
  #isolation: Isolation;
  #signals: EndRecord['signals'][number][] = [];
  #firstError = '';
  #stopped: { readonly reason: StopReason; readonly graceMs: number | null } | null = null;
  #isOrdered = false;
  #isOver = false;

  constructor(id: number, spec: ProcessSpec, link: HostLink) {
    this.#id = id;
    this.#spec = spec;
    this.#link = link;
    this.#isolation = link.isolation;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.outcome = promise;
    this.#resolve = resolve;
  }

  async start(): Promise<void> {
    const { stdin } = this.#spec;
    const stdinPath = stdin === null ? null : this.#stdinPath();
    try {
      if (stdin !== null && stdinPath !== null) await writeDocument(stdinPath, stdin);
      for (const _ of STREAMS) this.#fifos.push(await this.#link.fifos.take());
    } catch (error) {
      const reason = (error as Error).message;
      return this.abandon({ notStarted: `The process could not be prepared: ${reason}.` });
    }
    if (this.#isOver) return this.#release(false);
    this.#order(stdinPath);
  }

  /** Stands in the environment of all its processes. */
  get marker(): string | null {
    return this.#spec.writablePaths[0] ?? null;
  }

  stop(reason: StopReason, options: StopOptions = {}): void {
    const graceMs = options.graceMs ?? (reason === 'lease_lost' ? 0 : null);
    this.#stopped = {
      reason: this.#stopped?.reason ?? reason,
      graceMs: shorter(this.#stopped?.graceMs ?? null, graceMs),
    };
    if (this.#isOrdered) this.#link.send({ op: 'stop', id: this.#id, ...this.#stopped });
  }

  receive(message: FromHost): void {
    switch (message.op) {
      case 'started':
        this.#isolation = message.isolation;
        return this.#begin(new Date(message.at));
      case 'signal': {
        const at = new Date(message.at);
        this.#signals.push({ signal: message.signal, at });
        return this.#spec.onSignal?.(message.signal, at);
      }
      case 'ended':
        return void this.#finish(message);
      case 'ready':
      case 'fifosMade':
      case 'alive':
    }
  }

  /** Ends the run without a word from the host, which is gone or was never asked. */
  abandon(facts: Partial<EndReport>): void {
    void this.#finish({
      id: this.#id,
      notStarted: null,
      setupFailed: false,
      exitCode: null,
      signal: null,
      cause: null,
      stoppedBecause: null,
      endedAt: Date.now(),
      left: 0,
      killProven: true,
      processesEnded: null,
      isolation: this.#isolation,
      limit: null,
      ...facts,
    });
  }

  #order(stdinPath: string | null): void {
    const { command, cwd, environment, slot, timeoutMs, killGraceMs, limits } = this.#spec;
    const [stdout, stderr] = this.#fifos;
    this.#isOrdered = true;
    this.#link.send({
      op: 'start',
      id: this.#id,
      command,
      cwd,
      environment,
      stdinPath,
      slot,
      timeoutMs,
      killGraceMs,
      limits,
      fifos: [stdout?.path ?? '', stderr?.path ?? ''],
      readOnlyPaths: this.#spec.readOnlyPaths,
      writablePaths: this.#spec.writablePaths,
    });
    if (this.#stopped !== null) this.#link.send({ op: 'stop', id: this.#id, ...this.#stopped });
  }

  /** Not earlier: a pipe that had no writer yet would look like one at its end. */
  #begin(startedAt: Date): void {
    this.#startedAt = startedAt;
    this.#readers = this.#fifos.map(({ fd }, index) => {
      const stream = STREAMS[index] ?? 'stderr';
      const consume = (chunk: Buffer) => this.#consume(stream, chunk);
      return readOutput(fd, consume, (error) => this.#link.reportProblem(error));
    });
    this.#spec.onStarted?.({ startedAt, isolation: this.#isolation });
  }

  #consume(stream: (typeof STREAMS)[number], chunk: Buffer): void | Promise<void> {
    if (stream === 'stderr' && this.#firstError.length < FIRST_ERROR_CHARS_MAX) {
      this.#firstError += chunk.toString('utf8', 0, FIRST_ERROR_CHARS_MAX);
    }
    return this.#spec.onOutput(stream, chunk);
  }

  async #finish(report: EndReport): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const reader of this.#readers) reader.linger();
    const isClean = await Promise.all(this.#readers.map(({ done }) => done));
    this.#release(isClean);
    // The host unlinks it when it starts the process, which may never have come.
    if (this.#spec.stdin !== null) rmSync(this.#stdinPath(), { force: true });
    this.#resolve(
      toOutcome(report, {
        startedAt: this.#startedAt,
        signals: this.#signals,
        firstError: this.#firstError,
      }),
    );
  }

  #stdinPath(): string {
    return `${this.#link.directory}/stdin-${this.#id}`;
  }

  #release(isClean: readonly boolean[] | false): void {
    for (const [index, fifo] of this.#fifos.splice(0).entries()) {
      if (isClean === false || this.#readers.length === 0) this.#link.fifos.giveBackUnread(fifo);
      else this.#link.fifos.giveBack(fifo, isClean[index] === true);
    }
  }
}

/** A file and not a pipe: nobody has to feed it, and it cannot fill up. */
async function writeDocument(path: string, document: Uint8Array): Promise<void> {
  const options = { mode: 0o600, flag: 'wx' } as const;
  if (document.byteLength <= WRITE_AT_ONCE_BYTES_MAX) writeFileSync(path, document, options);
  else await writeFile(path, document, options);
}

/** Null stands for the usual grace, which is never shorter than one that was asked for in its place. */
const shorter = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);
