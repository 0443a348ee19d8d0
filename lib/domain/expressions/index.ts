export {
  evaluateExpression,
  type ExpressionContext,
  type ExpressionResult,
  isTruthy,
} from './evaluate.ts';
export { FUNCTION_NAMES } from './functions.ts';
export { parseExpression, type ParsedExpression } from './parse.ts';
export type { Expression } from './syntax.ts';
