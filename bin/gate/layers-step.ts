import { existsSync, globSync } from 'node:fs';
import { z } from 'zod';
import { inRoot, ROOT } from '#bin/paths.ts';
import type { GateStep } from './gate-step.ts';
import { runCommand } from './run-command.ts';

const FOLDERS = ['app', 'bench', 'bin', 'components', 'e2e', 'lib', 'server', 'test', 'worker'];

const Report = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({
    violations: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        rule: z.object({ name: z.string(), severity: z.string() }),
      }),
    ),
  }),
});

/** Who imports whom. A dependency-cruiser that cannot read TypeScript sees nothing and is content: count what it saw. */
export const layersStep: GateStep = {
  name: 'layers',
  run: async () => {
    const folders = FOLDERS.filter((folder) => existsSync(inRoot(folder)));
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
    const { output } = await runCommand('depcruise', args);
    const { modules, summary } = Report.parse(JSON.parse(output.slice(output.indexOf('{'))));
    const cruised = new Set(modules.map(({ source }) => source));
    const unseen = sourcesIn(folders).filter((file) => !cruised.has(file));
    const broken = summary.violations.filter(({ rule }) => rule.severity === 'error');
    const lines = [
      ...broken.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
      ...unseen.map((file) => `not cruised: ${file}`),
    ];
    return { isGood: lines.length === 0, output: lines.join('\n') };
  },
};

function sourcesIn(folders: readonly string[]): string[] {
  const files = globSync(`{${folders.join(',')}}/**/*.{ts,tsx}`, { cwd: ROOT });
  return files.filter((file) => !/^server\/db\/generated\/|\.d\.ts$/.test(file));
}
