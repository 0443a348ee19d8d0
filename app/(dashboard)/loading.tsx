/** Rows of hairlines, in the height that will be needed; only what takes longer than 400 ms shows them. */
export default function Loading() {
  return (
    <div aria-busy className="[animation:appear_1ms_linear_400ms_both]" role="status">
      <span className="sr-only">Loading</span>
      <div aria-hidden className="mt-10 rounded-md border border-line bg-surface">
        {Array.from({ length: 12 }, (_, index) => (
          <div key={index} className="h-[30px] border-b border-line last:border-b-0" />
        ))}
      </div>
    </div>
  );
}
