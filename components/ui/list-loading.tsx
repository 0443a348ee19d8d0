const ROWS = 12;

/**
 * Where a list will stand: its sentence, its panel and rows of their height. Seen only by those who wait longer than
 * 400 ms, so that nothing flickers for the others.
 */
export function ListLoading({ what }: { readonly what: string }) {
  return (
    <div aria-busy className="appear-late" role="status">
      <span className="sr-only">Reading {what}</span>
      <div aria-hidden>
        <div className="mt-1 mb-5 h-5 w-[min(420px,70%)] rounded-sm bg-sunken" />
        <div className="rounded-md border border-line bg-surface">
          <div className="h-9 border-b border-line" />
          <div className="h-7 border-b border-line" />
          {Array.from({ length: ROWS }, (_, row) => (
            <div
              key={row}
              className="flex h-[31px] items-center border-b border-line px-3 last:border-b-0"
            >
              <div className="h-px w-full bg-line" />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
