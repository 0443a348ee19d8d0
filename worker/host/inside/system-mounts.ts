import { lstatSync, readlinkSync } from 'node:fs';

/** Links into /usr on a merged system, directories of their own elsewhere. */
const ROOT_DIRECTORIES = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/** bubblewrap's arguments for the part of a sandbox that every action shares. */
export function systemMounts(): string[] {
  return [
    '--ro-bind',
    '/usr',
    '/usr',
    ...ROOT_DIRECTORIES.flatMap((name) => rootDirectory(`/${name}`)),
  ];
}

function rootDirectory(path: string): string[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink() === true) return ['--symlink', readlinkSync(path), path];
  return stat?.isDirectory() === true ? ['--ro-bind', path, path] : [];
}
