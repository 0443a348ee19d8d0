interface StepProps {
  readonly title: string;
  readonly about: string;
  /** Something in it does not fit. */
  readonly hasProblem: boolean;
  readonly isLast?: boolean;
  readonly children: React.ReactNode;
}

/** One station of a rule: When, If, Then. */
export function Step({ title, about, hasProblem, isLast = false, children }: StepProps) {
  const station = hasProblem ? 'border-failed bg-failed' : 'border-ink-2 bg-surface';
  return (
    <li className="relative pb-4 pl-[22px] md:pl-[82px]">
      {!isLast && (
        <span aria-hidden className="absolute top-[10px] -bottom-[10px] left-1 w-0.5 bg-ink-3" />
      )}
      <span
        aria-hidden
        className={`absolute top-[5px] left-0 h-[10px] w-[10px] rounded-full border-2 ${station}`}
      />
      <div className="flex items-baseline gap-3 pb-2">
        <h2 className="text-md font-[560] md:absolute md:top-0 md:left-[21px]">{title}</h2>
        <p className="text-ink-2">{about}</p>
      </div>
      <div className="rounded-md border border-line bg-surface">{children}</div>
    </li>
  );
}
