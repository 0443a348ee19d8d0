import type { PackProblem } from '#lib/contracts/packs.ts';
import { type PackManifest, type ParsedPack, parsePack } from '#lib/domain/pack-manifest/index.ts';
import { AppError } from '#lib/errors.ts';
import { by } from '#server/audit/by.ts';
import { recordAudit } from '#server/audit/record.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import { changeCatalogue } from './change.ts';
import { installFiles, isInstalledWhole } from './install-files.ts';
import { writePack } from './load-pack.ts';
import { digestOf, type FileOnDisk, readPackFiles } from './read-files.ts';
import { findPack } from './repository.ts';
import { authorizeFor } from './visible.ts';

/** The platform's own: nobody else may bring one of this name. */
const RESERVED = new Set(['core']);
const README_CHARS_MAX = 200_000;

interface Options {
  /** Load it although there is a pack of that name. */
  readonly force: boolean;
  /** It comes with the platform. */
  readonly isStandard: boolean;
}

/**
 * Reads a directory, copies its files to where workers run them, and writes the pack, its components and the new
 * rule-set revision in one transaction.
 */
export async function installPack(
  actor: Actor,
  directory: string,
  options: Options,
): Promise<{ ref: string; problems: PackProblem[] }> {
  authorize(actor, 'packs:install');
  const found = await readPackFiles(directory);
  const parsed = parsePack(
    found.map(({ path, content }) => ({
      path,
      text: isYaml(path) ? content.toString('utf8') : '',
    })),
  );
  const manifest = checkManifest(parsed);
  await checkName(actor, manifest, options);

  const files = asRun(found, scriptsOf(parsed));
  const digest = digestOf(files);
  const copy = { packRef: manifest.ref, digest };
  const before = await findPack(prisma(), manifest.ref);
  const isInstalled = before?.digest === digest && (await isInstalledWhole(copy));
  if (options.isStandard && isInstalled)
    return { ref: manifest.ref, problems: [...parsed.problems] };

  const storagePath = await installFiles({ ...copy, files });
  const problems = await changeCatalogue(
    `pack '${manifest.ref}'`,
    ['packs', 'rules', 'sensors', 'actions', 'triggers'],
    async (change) => {
      if (!options.force) await checkIsNew(change.db, manifest.ref);
      const unfit = await writePack(change, actor, manifest, parsed, {
        sourcePath: options.isStandard ? null : directory,
        storagePath,
        digest,
        readme: readmeOf(files),
        isStandard: options.isStandard,
      });
      const row = await change.db.pack.findUnique({
        where: { ref: manifest.ref },
        select: { id: true },
      });
      await recordAudit(change.tx, {
        category: 'pack',
        eventType: before === null ? 'pack.installed' : 'pack.reloaded',
        outcome: 'success',
        ...by(actor),
        resource: { type: 'pack', id: row?.id ?? null, ref: manifest.ref },
        details: {
          version: manifest.version,
          digest,
          problems: parsed.problems.length + unfit.length,
        },
      });
      return [...parsed.problems, ...unfit];
    },
  );
  return { ref: manifest.ref, problems };
}

const isYaml = (path: string): boolean => /\.ya?ml$/.test(path);

function checkManifest({ pack, problems }: ParsedPack): PackManifest {
  if (pack !== null) return pack;
  const [first] = problems;
  const place =
    first?.line === null || first === undefined ? 'pack.yaml' : `${first.file}, line ${first.line}`;
  throw new AppError(
    'VALIDATION_ERROR',
    `The pack cannot be read. ${place}: ${first?.reason ?? 'it is missing.'}`,
    {
      details: problems.map((problem) => ({
        path: problem.line === null ? problem.file : `${problem.file}:${problem.line}`,
        message: problem.reason,
        ...problem,
      })),
    },
  );
}

async function checkName(
  actor: Actor,
  { ref }: PackManifest,
  { force, isStandard }: Options,
): Promise<void> {
  authorizeFor(actor, 'packs:install', { ref, pack_ref: ref });
  if (RESERVED.has(ref) && !isStandard) {
    throw new AppError(
      'CONFLICT',
      `The pack '${ref}' is part of the platform. Give yours another ref.`,
    );
  }
  if (!force) await checkIsNew(prisma(), ref);
}

async function checkIsNew(db: Db, ref: string): Promise<void> {
  if ((await findPack(db, ref)) !== null) {
    throw new AppError(
      'CONFLICT',
      `There is a pack '${ref}' already. Give \`force\` to load it again from this directory.`,
    );
  }
}

const scriptsOf = ({ actions, sensors }: ParsedPack): ReadonlySet<string> =>
  new Set([
    ...actions.flatMap(({ entryPoint }) => (entryPoint === null ? [] : [`actions/${entryPoint}`])),
    ...sensors.map(({ entryPoint }) => `sensors/${entryPoint}`),
  ]);

/** A script is run, whatever its mode was. */
const asRun = (files: readonly FileOnDisk[], scripts: ReadonlySet<string>): FileOnDisk[] =>
  files.map((file) => ({ ...file, isExecutable: file.isExecutable || scripts.has(file.path) }));

function readmeOf(files: readonly FileOnDisk[]): string | null {
  const readme = files.find(({ path }) => /^readme(?:\.md|\.txt)?$/i.test(path));
  // Postgres holds no NUL.
  return readme?.content.toString('utf8').replaceAll('\0', '').slice(0, README_CHARS_MAX) ?? null;
}
