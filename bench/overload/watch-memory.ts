import { below, listProcesses, memoryOf } from '../../e2e/processes.ts';

const LOOK_MS = 250;

/** The most memory that each part of a product had, in MB, since it was watched. */
export interface MemoryWatch extends Disposable {
  readonly peaks: Readonly<Record<string, number>>;
}

/** @param root the launcher's pid */
export function watchMemory(root: number): MemoryWatch {
  const peaks: Record<string, number> = {};
  const look = () => {
    for (const [name, megabytes] of Object.entries(memoryOf(below([root], listProcesses()))))
      peaks[name] = Math.max(peaks[name] ?? 0, megabytes);
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  return { peaks, [Symbol.dispose]: () => clearInterval(timer) };
}
