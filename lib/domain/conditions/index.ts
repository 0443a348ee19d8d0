export {
  evaluateConditions,
  type EventContext,
  type FailedCondition,
  type Verdict,
} from './evaluate.ts';
export { CONDITION_OPERATORS, type ConditionOperator } from './operators.ts';
export { parseConditions, type ConditionProblem, type ParsedConditions } from './parse.ts';
export type { Condition } from './condition.ts';
