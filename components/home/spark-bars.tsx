/** Sixty thin bars in one grey: a shape, not a chart. Their numbers stand beside them. */
export function SparkBars({ values }: { readonly values: readonly number[] }) {
  const tallest = Math.max(1, ...values);
  const path = values
    .map((value, index) =>
      value === 0 ? '' : `M${index * 4 + 1.5} 28v-${((value / tallest) * 27).toFixed(1)}`,
    )
    .join('');
  return (
    <svg
      aria-hidden
      className="block h-[18px] w-full text-ink-3 md:h-7"
      preserveAspectRatio="none"
      viewBox="0 0 240 28"
    >
      <path d={path} fill="none" opacity=".55" stroke="currentColor" strokeWidth="2" />
    </svg>
  );
}
