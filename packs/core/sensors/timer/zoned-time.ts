/**
 * The moment at which clocks in `timeZone` show `wallMs` (a wall-clock time written as if it were
 * UTC). A time that a clock change skips moves forward by the gap; of one that occurs twice, the
 * first is meant.
 */
export function zonedTimeToMs(wallMs: number, timeZone: string): number {
  const DAY_MS = 86_400_000;
  const before = offsetAt(wallMs - DAY_MS, timeZone);
  const after = offsetAt(wallMs + DAY_MS, timeZone);
  // With the offset from before a change, a skipped time lands behind the gap and a doubled one on
  // its first occurrence.
  const candidate = wallMs - before;
  if (offsetAt(candidate, timeZone) === before || before === after) return candidate;
  const late = wallMs - after;
  return offsetAt(late, timeZone) === after ? late : candidate;
}

/** How far clocks in `timeZone` are ahead of UTC at a moment. */
function offsetAt(atMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(atMs);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(atMs / 1000) * 1000;
}
