import type { Case } from './case.ts';
import { CAUSE_CASES } from './cause-cases.ts';
import { ENDING_CASES } from './ending-cases.ts';
import { KILL_CASES } from './kill-cases.ts';
import { LIMIT_CASES } from './limit-cases.ts';
import { SECRECY_CASES } from './secrecy-cases.ts';
import { RACE_CASES } from './race-cases.ts';
import { START_CASES } from './start-cases.ts';
import { STREAM_CASES } from './stream-cases.ts';

/** Holds under every kind of isolation and for every user; run by `conformance.int.test.ts`. */
export const CASES: readonly Case[] = [
  ...START_CASES,
  ...STREAM_CASES,
  ...ENDING_CASES,
  ...RACE_CASES,
  ...CAUSE_CASES,
  ...KILL_CASES,
  ...LIMIT_CASES,
  ...SECRECY_CASES,
];
