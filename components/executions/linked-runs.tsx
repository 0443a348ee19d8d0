import { Sentence } from '#components/ui/page-header.tsx';
import { paths } from '#lib/paths.ts';
import type { Part } from '#lib/sentences/part.ts';

interface LinkedRunsProps {
  readonly text: string;
  /** Only where the words are ours: what an action says may sound the same. */
  readonly isOn: boolean;
}

/** A sentence in which "execution 17" leads there. */
export function LinkedRuns({ text, isOn }: LinkedRunsProps) {
  return <Sentence parts={isOn ? linked(text) : [text]} />;
}

const linked = (text: string): Part[] =>
  text.split(/(\bexecution \d+)/).map((part) => {
    const id = /^execution (\d+)$/.exec(part)?.[1];
    return id === undefined ? part : { text: part, href: paths.execution(id) };
  });
