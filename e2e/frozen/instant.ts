/** When it is in the frozen house: in the future, so that a browser keeps the cookies of its session. */
export const FROZEN_AT = new Date('2035-05-16T07:26:00.000Z');

/** The instant so many seconds before that. */
export const before = (seconds: number): Date => new Date(FROZEN_AT.getTime() - seconds * 1_000);
