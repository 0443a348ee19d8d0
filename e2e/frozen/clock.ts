import { FROZEN_AT } from './instant.ts';

/**
 * Preloaded into the web server (`node --import`): its clock stands still. Timers go on, for they are how long things
 * take and not what time it is.
 */
const now = FROZEN_AT.getTime();
const Real = Date;

// Next copies what a Date has of its own, so that a subclass would lose what it inherits.
globalThis.Date = new Proxy(Real, {
  construct: (target, given: unknown[], newTarget: typeof Date) =>
    Reflect.construct(target, given.length === 0 ? [now] : given, newTarget) as Date,
  apply: () => new Real(now).toString(),
});
Real.now = () => now;
