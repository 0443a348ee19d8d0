import type { Overview } from '#lib/overview.ts';
import { BAR_COUNT } from '#lib/overview.ts';
import { Panel } from '#components/ui/panel.tsx';

/** How many runs ended in each slice; those that did not complete stand on top in red. */
export function FinishedChart({
  overview: { bars, windowMinutes },
}: {
  readonly overview: Overview;
}) {
  const tallest = Math.max(1, ...bars.finished);
  const bad = bars.unhappy.reduce((sum, count) => sum + count, 0);
  const all = bars.finished.reduce((sum, count) => sum + count, 0);
  const height = (count: number) => (count / tallest) * 80;
  const seconds = (windowMinutes * 60) / BAR_COUNT;
  return (
    <Panel
      end={`top is ${tallest}`}
      title={seconds < 60 ? `Finished per ${seconds} s` : `Finished per ${seconds / 60} min`}
    >
      <div className="px-3 pt-2.5 pb-2">
        <svg
          aria-label={`${all} runs ended in ${windowMinutes} min, ${bad} of them did not complete`}
          className="block h-[84px] w-full"
          preserveAspectRatio="none"
          role="img"
          viewBox={`0 0 ${BAR_COUNT * 8} 84`}
        >
          <path
            className="stroke-line"
            d={`M0 3.5H${BAR_COUNT * 8}M0 83.5H${BAR_COUNT * 8}`}
            strokeWidth="1"
          />
          {bars.finished.map((count, index) => {
            const unhappy = bars.unhappy[index] ?? 0;
            return (
              <g key={index}>
                <rect
                  className="fill-completed"
                  height={height(count - unhappy)}
                  opacity=".42"
                  width="5"
                  x={index * 8 + 1.5}
                  y={83 - height(count - unhappy)}
                />
                <rect
                  className="fill-failed"
                  height={height(unhappy)}
                  width="5"
                  x={index * 8 + 1.5}
                  y={83 - height(count)}
                />
              </g>
            );
          })}
        </svg>
        <p className="mt-0.5 flex justify-between text-2xs text-ink-3">
          <span>{windowMinutes} min ago</span>
          <span>now</span>
        </p>
      </div>
    </Panel>
  );
}
