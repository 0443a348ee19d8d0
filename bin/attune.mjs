#!/usr/bin/env node
/* oxlint-disable no-console, max-lines, unicorn/no-array-sort, typescript/no-unsafe-argument --
   runs on any Node from 18 on before anything is installed: one file, no types, no dependencies */
// The door: plain JavaScript for any Node from 18 on, without dependencies. It sees to Node 24, to the project's
// dependencies and to generated code, then hands over to bin/cli.ts (or, `with-node`, to any command).
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const OWN_DIR = path.join(ROOT, '.attune');
const TOOLCHAIN = path.join(OWN_DIR, 'toolchain', 'node24');
const LOCK_FILE = path.join(ROOT, 'package-lock.json');
const DEPENDENCIES_STAMP = path.join(ROOT, 'node_modules/.attune-lock');
const GENERATED_STAMP = path.join(ROOT, 'server/db/generated/.attune-stamp');
const NODE_MAJOR = 24;
const SECRETS = JSON.parse(fs.readFileSync(path.join(ROOT, 'bin/secret-names.json'), 'utf8'));
const TICK_MS = 1000;

class Problem extends Error {}

try {
  const node = await provideNode();
  if (!hasDependencies() || !hasGeneratedCode()) {
    await withLock(async () => {
      await provideDependencies(node);
      await provideGeneratedCode(node);
    });
  }
  const [command, ...rest] = process.argv.slice(2);
  if (command === 'with-node') runWith(node, rest);
  else become(node, [path.join(ROOT, 'bin/cli.ts'), ...process.argv.slice(2)]);
} catch (error) {
  console.error(
    error instanceof Problem
      ? `attune: ${error.message}\n  More: docs/troubleshooting.md#install`
      : error,
  );
  process.exit(1);
}

/** A Node 24: the running one, one fetched earlier, or one fetched now. */
async function provideNode() {
  if (major(process.versions.node) >= NODE_MAJOR) return process.execPath;
  const fetched = path.join(TOOLCHAIN, 'node_modules/node/bin/node');
  if (isNode24(fetched)) return fetched;

  return await withLock(async () => {
    if (isNode24(fetched)) return fetched;
    fs.rmSync(TOOLCHAIN, { recursive: true, force: true });
    fs.mkdirSync(TOOLCHAIN, { recursive: true });
    const args = ['install', '--prefix', TOOLCHAIN, '--no-save', '--ignore-scripts=false'];
    await step(`Fetching Node ${NODE_MAJOR}`, npm([...args, `node@${NODE_MAJOR}`], process.env));
    if (isNode24(fetched)) return fetched;
    throw new Problem(
      `Node ${NODE_MAJOR} was fetched to ${TOOLCHAIN} but does not run here; install Node ${NODE_MAJOR} yourself and try again.`,
    );
  });
}

function isNode24(file) {
  if (!fs.existsSync(file)) return false;
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  return status === 0 && major(stdout.trim().slice(1)) >= NODE_MAJOR;
}

function major(version) {
  return Number(version.split('.')[0]);
}

async function provideDependencies(node) {
  if (hasDependencies()) return;
  // Somebody may have run npm by hand; then there is nothing to do but to remember it.
  if (!isInstalled()) {
    // Not `npm ci`: it deletes all of node_modules first, and what runs there loses it. This takes the versions of the
    // lock file all the same, changes what differs, and writes to neither file.
    const args = [
      'install',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--include=dev',
      '--include=optional',
    ];
    await step('Installing dependencies', npm(args, envWith(node)));
  }
  fs.writeFileSync(DEPENDENCIES_STAMP, hash([LOCK_FILE]));
}

function hasDependencies() {
  return read(DEPENDENCIES_STAMP) === hash([LOCK_FILE]);
}

/** Whether node_modules holds exactly the versions of the lock file; optional packages may be absent. */
function isInstalled() {
  const installed = readJson(path.join(ROOT, 'node_modules/.package-lock.json'))?.packages;
  if (!installed) return false;
  const wanted = readJson(LOCK_FILE)?.packages ?? {};
  return Object.entries(wanted).every(([where, { version, optional, link }]) => {
    if (where === '' || link) return true;
    const found = installed[where];
    return found ? found.version === version && fs.existsSync(path.join(ROOT, where)) : !!optional;
  });
}

async function provideGeneratedCode(node) {
  if (hasGeneratedCode()) return;
  await step('Generating the database client', {
    command: node,
    args: [path.join(ROOT, 'node_modules/prisma/build/index.js'), 'generate'],
    env: {
      ...withoutSecrets(envWith(node)),
      // The client generator never runs the engine but wants to see its file; any file will do.
      PRISMA_SCHEMA_ENGINE_BINARY: node,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  });
  fs.writeFileSync(GENERATED_STAMP, generatedFrom());
}

function hasGeneratedCode() {
  return read(GENERATED_STAMP) === generatedFrom();
}

/** Names what the generated code depends on: the schema and the generator. */
function generatedFrom() {
  const dir = path.join(ROOT, 'prisma/schema');
  const files = fs
    .readdirSync(dir)
    .sort()
    .map((name) => path.join(dir, name));
  const generator = path.join(ROOT, 'node_modules/prisma/package.json');
  return fs.existsSync(generator) ? hash([...files, generator]) : null;
}

/** npm as this machine has it, run by the Node it came with; its scripts find the Node of `env`. */
function npm(args, env) {
  const cli = process.env.npm_execpath ?? '';
  const clean = withoutSecrets(env);
  if (cli.endsWith('npm-cli.js') && fs.existsSync(cli)) {
    return { command: process.execPath, args: [cli, ...args], env: clean };
  }
  return { command: 'npm', args, env: clean };
}

function envWith(node) {
  const dirs = [path.dirname(node), path.join(ROOT, 'node_modules/.bin'), process.env.PATH ?? ''];
  return { ...process.env, PATH: dirs.join(path.delimiter) };
}

function withoutSecrets(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.includes(name)));
}

/** Runs one step with the seconds shown, so that nobody wonders; its output is shown only when it fails. */
function step(title, { command, args, env }) {
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => (output = (output + text).slice(-8000)));
  }
  const done = showSeconds(title);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      done();
      reject(
        new Problem(
          `${title} failed: cannot run '${command}' (${error.code}); install npm and try again.`,
        ),
      );
    });
    child.once('close', (code) => {
      done();
      if (code === 0) return resolve();
      process.stderr.write(output);
      reject(new Problem(`${title} failed: ${reasonOf(output, code)}`));
    });
  });
}

function reasonOf(output, code) {
  if (/ENOSPC/.test(output)) return 'the disk is full; free some space and try again.';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/.test(output)) {
    return 'the npm registry cannot be reached; check the network (and `npm config get registry`) and try again.';
  }
  return `exit code ${code}, see above; mend it and try again.`;
}

function showSeconds(title) {
  const from = Date.now();
  const seconds = () => Math.round((Date.now() - from) / 1000);
  const inPlace = process.stdout.isTTY;
  process.stdout.write(inPlace ? `${title} …` : `${title} …\n`);
  const timer = setInterval(() => {
    process.stdout.write(inPlace ? `\r${title} … ${seconds()} s` : `${title} … ${seconds()} s\n`);
  }, TICK_MS);
  return () => {
    clearInterval(timer);
    process.stdout.write(inPlace ? `\r${title}: ${seconds()} s\n` : `${title}: ${seconds()} s\n`);
  };
}

/** One at a time: two installations into one node_modules destroy each other. A lock whose owner is gone is taken over. */
async function withLock(work) {
  const file = path.join(OWN_DIR, 'install.lock');
  makeDir(OWN_DIR);
  let done = null;
  while (!take(file)) {
    done ??= showSeconds('Waiting for another attune that installs');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  done?.();
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw notWritable(error, file);
    const owner = Number(read(file));
    if (owner > 0 && isAlive(owner)) return false;
    // Renaming is atomic: of two that find a dead owner, one moves the file and the other starts over.
    try {
      const aside = `${file}.${process.pid}`;
      fs.renameSync(file, aside);
      fs.rmSync(aside);
    } catch {
      // the other one was first
    }
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function makeDir(dir) {
  try {
    // Others may pass (the embedded Postgres runs as its own user) but not look around.
    fs.mkdirSync(dir, { recursive: true, mode: 0o711 });
  } catch (error) {
    throw notWritable(error, dir);
  }
}

function notWritable(error, file) {
  if (error.code === 'ENOSPC')
    return new Problem('the disk is full; free some space and try again.');
  return new Problem(
    `cannot write ${file} (${error.code}); give this user write access to ${ROOT}.`,
  );
}

function runWith(node, [command, ...args]) {
  if (!command)
    throw new Problem("with-node wants a command, as in 'attune with-node npm run check'.");
  const env = envWith(node);
  const child = spawn(command, args, { env, stdio: 'inherit' });
  follow(child, command);
}

/** Hands this process over to Node 24, or, when this Node cannot, stays in front of it and passes signals on. */
function become(node, args) {
  if (typeof process.execve === 'function') {
    process.emitWarning = () => {}; // "execve is experimental" is nothing for the person at the keyboard
    process.execve(node, [node, ...args], process.env);
  }
  // Whatever ends this process, the kernel ends the one behind it.
  const dieTogether = spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' });
  const [command, before] =
    dieTogether.status === 0 ? ['setpriv', ['--pdeathsig', 'TERM', '--', node]] : [node, []];
  follow(spawn(command, [...before, ...args], { stdio: 'inherit' }), 'node');
}

function follow(child, name) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    console.error(`attune: cannot run '${name}' (${error.code}).`);
    process.exit(1);
  });
  child.once('close', (code, signal) => process.exit(code ?? 128 + os.constants.signals[signal]));
}

function hash(files) {
  const sum = createHash('sha256');
  for (const file of files) sum.update(fs.readFileSync(file)).update('\0');
  return sum.digest('hex');
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
