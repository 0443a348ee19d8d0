import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { launch } from '#test/launcher/run.ts';
import { choosePort } from './ports.ts';

const LAUNCHERS = 6;
const HOST = '127.0.0.1';
/** Of this test alone, and below those that the system gives away by itself. */
const FIRST = 28_100 + (process.pid % 40) * 100;

/** A process that takes a port and keeps it, though it does not listen there. */
function aLauncher(port: number, isAsked = false) {
  const child = launch('test/launcher/take-port.ts', [String(port), isAsked ? 'asked' : 'any']);
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('no stdout');
  const said = once(createInterface({ input: child.stdout }), 'line').then(([line]) =>
    String(line),
  );
  const end = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { said, end };
}

describe.runIf(process.platform === 'linux')('a port that a launcher has taken', () => {
  test(`of ${LAUNCHERS} that start at the same moment, each takes another one`, async () => {
    const launchers = Array.from({ length: LAUNCHERS }, () => aLauncher(FIRST));

    const ports = await Promise.all(launchers.map(({ said }) => said));

    expect(ports.toSorted()).toEqual(
      Array.from({ length: LAUNCHERS }, (_, n) => String(FIRST + n)),
    );
  });

  test('is refused to who asks for exactly that one, until it has ended, even by SIGKILL', async () => {
    const port = FIRST + 50;
    const first = aLauncher(port, true);
    expect(await first.said).toBe(String(port));

    expect(await aLauncher(port, true).said).toMatch(
      new RegExp(`^Port ${port} on 127.0.0.1 is taken; set GATEWAY_PORT`),
    );
    await first.end();
    expect(await aLauncher(port, true).said).toBe(String(port));
  });

  test('is one that nobody listens on', async () => {
    const port = FIRST + 60;
    const other = createServer().listen(port, HOST);
    await once(other, 'listening');
    onTestFinished(() => void other.close());

    expect(await aLauncher(port).said).toBe(String(port + 1));
  });

  test('can be looked for without being taken', async () => {
    const port = FIRST + 70;
    const wish = { setting: 'PORT', host: HOST, port, isAsked: true } as const;
    expect(await choosePort(wish)).toBe(port);
    expect(await aLauncher(port, true).said).toBe(String(port));
    expect(await choosePort(wish)).toBe(port); // nobody listens there
  });
});
