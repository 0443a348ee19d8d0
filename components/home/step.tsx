import { Glyph } from '#components/ui/glyph.tsx';
import type { StepState } from './first-steps.ts';

interface StepProps {
  readonly title: string;
  readonly state: StepState;
  readonly isLast?: boolean;
  readonly children: React.ReactNode;
}

const STATION: Readonly<Record<StepState, string>> = {
  done: 'border-completed text-completed bg-canvas',
  next: 'border-accent bg-accent shadow-[0_0_0_3px_var(--color-canvas),0_0_0_4.5px_var(--color-accent)]',
  later: 'border-line-strong bg-canvas',
};

/** A station of the way from nothing to a rule that runs. */
export function Step({ title, state, isLast = false, children }: StepProps) {
  return (
    <li aria-current={state === 'next' ? 'step' : undefined} className="relative pb-6 pl-9">
      {!isLast && (
        <span
          aria-hidden
          className={`absolute top-3 -bottom-1 left-[8px] w-0.5 ${state === 'done' ? 'bg-completed' : 'bg-line-strong'}`}
        />
      )}
      <span
        aria-hidden
        className={`absolute top-[3px] left-0 grid h-[18px] w-[18px] place-items-center rounded-full border-2 ${STATION[state]}`}
      >
        {state === 'done' && <Glyph name="completed" size={10} />}
      </span>
      <div className="flex items-baseline gap-3">
        <h2 className={`text-md font-[560] ${state === 'later' ? 'text-ink-2' : ''}`}>{title}</h2>
        {state !== 'later' && (
          <span
            className={`ml-auto text-xs ${state === 'done' ? 'text-completed' : 'text-accent'}`}
          >
            {state}
          </span>
        )}
      </div>
      <div className="mt-0.5 text-ink-2">{children}</div>
    </li>
  );
}
