import { findWhole, keepIfMissing, type PackCopy, putBack } from '#server/packs/install-files.ts';
import { lookAt } from '#server/packs/look-at-tree.ts';
import { log } from '#server/log.ts';
import type { IsolationKind } from '../host/process-spec.ts';

/** A file that was written a moment ago may be written again within the same tick of the file system's clock. */
const TICK_MS = 1_000;

/** A pack that cannot be run as it was installed; the message is a sentence for people. */
export class PackDamaged extends Error {
  override readonly name = 'PackDamaged';
}

/**
 * Sees to it that what a run did to the files of its pack does not reach the next one. In a sandbox they are mounted
 * read-only; elsewhere a run may have the right to write there, so they are looked at before each start and put back.
 *
 * What was digested once is only looked at again: the kernel notes on every file when it was last touched. A run with
 * the worker's own user could still change what runs beside it, or the copy that is put back from; the latter is
 * noticed by its digest, which stands in the database.
 */
export class PackCopies {
  /** Of directories that were as they were installed. */
  readonly #fingerprints = new Map<string, string>();
  readonly #mending = new Map<string, Promise<readonly string[]>>();
  readonly #canRunsWrite: boolean;

  constructor(isolation: IsolationKind) {
    this.#canRunsWrite = isolation !== 'bwrap';
  }

  /**
   * @param digest null for a pack whose files nobody has installed
   * @returns the paths that had been changed and were put back
   * @throws PackDamaged
   */
  async makeWhole(
    directory: string,
    packRef: string,
    digest: string | null,
  ): Promise<readonly string[]> {
    if (!this.#canRunsWrite || digest === null) return [];
    const fingerprint = this.#fingerprints.get(directory);
    if (fingerprint !== undefined && (await lookAt(directory))?.fingerprint === fingerprint)
      return [];
    // Two that mend at once would take each other's files for strangers.
    const mending =
      this.#mending.get(directory) ??
      this.#mend(directory, { packRef, digest }).finally(() => this.#mending.delete(directory));
    this.#mending.set(directory, mending);
    return mending;
  }

  async #mend(directory: string, copy: PackCopy): Promise<readonly string[]> {
    const whole = await findWhole(directory, copy.digest);
    if (whole !== null) {
      const { look, files } = whole;
      if (Date.now() - look.changedAtMs > TICK_MS)
        this.#fingerprints.set(directory, look.fingerprint);
      // A worker of another user than the web may not write there; then its runs cannot do harm either.
      await keepIfMissing(copy, files).catch((error: unknown) =>
        log.debug({ err: error, packRef: copy.packRef }, 'no copy of a pack could be kept'),
      );
      return [];
    }
    const paths = await putBack(directory, copy).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : 'it did not say why';
      throw new PackDamaged(
        `The files of the pack ${copy.packRef} were changed after it was installed, and the worker could not put them back: ${why}. Register the pack again.`,
        { cause },
      );
    });
    if (paths === null)
      throw new PackDamaged(
        `The files of the pack ${copy.packRef} were changed after it was installed, and no good copy is left to put back. Register the pack again.`,
      );
    log.warn(
      { packRef: copy.packRef, digest: copy.digest, paths: paths.slice(0, PATHS_LOGGED_MAX) },
      'the files of a pack had been changed and were put back',
    );
    return paths;
  }
}

const PATHS_LOGGED_MAX = 20;
const PATHS_TOLD_MAX = 5;

/** For the log of the run that found them; empty when there is nothing to tell. */
export function tellPutBack(paths: readonly string[]): string | null {
  if (paths.length === 0) return null;
  const more = paths.length - PATHS_TOLD_MAX;
  const named = paths.slice(0, PATHS_TOLD_MAX).map((path) => JSON.stringify(path));
  return `Files of this pack had been changed since it was installed, and were put back before the start: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
