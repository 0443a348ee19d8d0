/*
 * `node --import`: every clock that can be set is wrong by FAULT_CLOCK_SECONDS in this process. The one that cannot,
 * `performance.now()`, goes on as it is; so do timers.
 */
const skewMs = Number(process.env['FAULT_CLOCK_SECONDS'] ?? 0) * 1000;
const now = Date.now;

const Skewed = new Proxy(Date, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now() + skewMs] : args, newTarget) as object,
  apply: () => new Skewed().toString(),
});
Date.now = () => now() + skewMs;
globalThis.Date = Skewed;
