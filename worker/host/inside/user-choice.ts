import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StartOrder } from '../protocol.ts';

/** Under whom a process runs. */
export interface UserChoice {
  readonly userId: number;
  /** True when that is a user id of the slot's own and we change to it. */
  readonly drop: boolean;
  /** Why we do not, although we are root; null otherwise. */
  readonly because: string | null;
}

type Paths = Pick<StartOrder, 'command' | 'cwd' | 'readOnlyPaths' | 'writablePaths' | 'slot'>;

const PASS = 0o1;
const READ = 0o4;

/**
 * Root runs every slot under a user id of its own, unless that user could not read what it is
 * to run. A sandbox shows a path without what lies above it, so there only the last part counts.
 */
export function chooseUser(order: Paths, userIdBase: number, inSandbox: boolean): UserChoice {
  const ourselves = process.getuid?.() ?? 0;
  if (ourselves !== 0) return { userId: ourselves, drop: false, because: null };
  const userId = userIdBase + order.slot;
  const closed =
    [...order.readOnlyPaths, ...order.command.slice(0, 1)].find((path) => !canUse(userId, path)) ??
    (inSandbox ? undefined : findClosedParent(order, userId));
  if (closed === undefined) return { userId, drop: true, because: null };
  return { userId: 0, drop: false, because: `user ${userId} may not read '${closed}'` };
}

function findClosedParent(order: Paths, userId: number): string | undefined {
  return [...order.readOnlyPaths, ...order.writablePaths, order.cwd, ...order.command.slice(0, 1)]
    .flatMap(parentsOf)
    .find((path) => !isGranted(userId, path, PASS));
}

function canUse(userId: number, path: string): boolean {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isDirectory
    ? isGranted(userId, path, READ | PASS)
    : isGranted(userId, path, READ) || isGranted(userId, path, PASS);
}

/** A path that does not exist is no reason: the start itself will say so. */
function isGranted(userId: number, path: string, wanted: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return true;
  const granted = stat.uid === userId ? stat.mode >> 6 : stat.mode;
  return (granted & wanted) === wanted;
}

function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let at = path; dirname(at) !== at; at = dirname(at)) parents.push(dirname(at));
  return parents;
}
