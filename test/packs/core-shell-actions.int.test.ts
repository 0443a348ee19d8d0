import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CORE_PACK, runProgram, toDotenv } from './run-program.ts';

const script = (name: string): string => join(CORE_PACK, 'actions', `${name}.sh`);
const run = (shell: string, name: string, parameters: Record<string, string>) =>
  runProgram(shell, [script(name)], toDotenv(parameters));

describe.each(['sh', 'bash'])('with %s', (shell) => {
  test.each(globSync('actions/**/*.sh', { cwd: CORE_PACK }))(
    '%s has no syntax error',
    async (file) => {
      const { exitCode, stderr } = await runProgram(shell, ['-n', join(CORE_PACK, file)], '');
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    },
  );

  test.each([
    ['plain', 'hello'],
    ['empty', ''],
    ['with quotes', `it's "so" 'quoted'''`],
    ['that is only quotes', `''`],
    ['that looks like code', '$(exit 9) `exit 9` ${HOME} $0 ; exit 9 #'],
    ['with backslashes', String.raw`\n \t \\ \' C:\dir\ `.trimEnd()],
    ['of several lines', `first\n\n  third'\n'fourth\n`],
    ['that looks like parameters', `x\nmessage='other'\nexit_code='3'`],
    ['with blanks around', '  \tx\t  '],
    ['in other scripts', 'žluťoučký 日本語 🐎'],
    ['that starts like an option', '-n -e'],
    ['of 1 MB', `${'a'.repeat(500_000)}'${'b\n'.repeat(500)}'${'c'.repeat(500_000)}`],
    ['with a thousand quotes', `it's\n'`.repeat(500)],
    ['that ends in a quote', `'end'`],
    ['that ends in quote and line break', `'\n'\n`],
    ['that ends in a backslash', `\\`],
    ['of a quoted backslash', `'\\'\\\\''`],
  ])('echo prints a message %s, and nothing else', async (_, message) => {
    const result = await run(shell, 'echo', { message });
    expect(result).toEqual({ exitCode: 0, signal: null, stdout: `${message}\n`, stderr: '' });
  });

  test('echo without parameters prints an empty line', async () => {
    expect(await run(shell, 'echo', {})).toMatchObject({ exitCode: 0, stdout: '\n', stderr: '' });
  });

  test('a parameter that an action does not know cannot set its variables', async () => {
    const result = await run(shell, 'echo', {
      message: 'ok',
      PATH: '/nowhere',
      parameters_open: 'x',
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'ok\n', stderr: '' });
  });

  test('noop ends with the exit code that was asked for', async () => {
    expect(await run(shell, 'noop', {})).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await run(shell, 'noop', { exit_code: '7', message: 'bye' })).toMatchObject({
      exitCode: 7,
      stdout: 'bye\n',
    });
    expect(await run(shell, 'noop', { exit_code: '255' })).toMatchObject({ exitCode: 255 });
  });

  test.each(['256', '-1', 'x', '1; exit 0', '01'])(
    'noop refuses the exit code %j',
    async (code) => {
      const { exitCode, stderr } = await run(shell, 'noop', { exit_code: code });
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`must be an integer from 0 to 255, not '${code}'`);
    },
  );

  test('sleep waits as long as it is told, then prints its message', async () => {
    const startedAt = performance.now();
    const result = await run(shell, 'sleep', { seconds: '0.3', message: 'woken' });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'woken\n' });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(300);
  });

  test('sleep refuses what is no number', async () => {
    const { exitCode, stderr } = await run(shell, 'sleep', { seconds: '1m' });
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("not '1m'"),
    });
  });

  test('sleep ends at once on SIGTERM, and leaves no process behind', async () => {
    const child = spawn(shell, [script('sleep')], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.end(toDotenv({ seconds: '60' }));
    // The child process of the shell shows that it waits now.
    await expect.poll(() => childrenOf(child.pid)).toHaveLength(1);
    const [sleeper] = await childrenOf(child.pid);

    const startedAt = performance.now();
    child.kill('SIGTERM');
    const [exitCode] = await once(child, 'close'); // closed: nobody holds the pipe any more

    expect(exitCode).toBe(143);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(isRunning(Number(sleeper))).toBe(false);
  });
});

async function childrenOf(pid: number | undefined): Promise<string[]> {
  const { stdout } = await runProgram('ps', ['-o', 'pid=', '--ppid', String(pid)], '');
  return stdout.split('\n').filter((line) => line.trim() !== '');
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
