/** Operators of conditions as they are read aloud. Apart from who parses conditions: pages need no regular expressions. */
export const OPERATOR_WORDS: Readonly<Record<string, string>> = {
  equals: 'is',
  not_equals: 'is not',
  contains: 'contains',
  not_contains: 'does not contain',
  in: 'is in',
  not_in: 'is not in',
  gt: 'is above',
  gte: 'is at least',
  lt: 'is below',
  lte: 'is at most',
  exists: 'is there',
  not_exists: 'is not there',
  matches: 'matches',
  starts_with: 'starts with',
  ends_with: 'ends with',
};
