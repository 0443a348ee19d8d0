export { applyParamSchema, type AppliedParams } from './param-schema/apply.ts';
export { type FormatCheck, type Formats, isTimeZone } from './param-schema/formats.ts';
export {
  parseParamSchema,
  type ParamField,
  type ParamProblem,
  type ParamSchema,
  type ParamType,
  type ParsedParamSchema,
} from './param-schema/parse.ts';
export {
  mergeSecrets,
  nameOfSecret,
  redactSecrets,
  type SecretValue,
  splitSecrets,
} from './param-schema/secrets.ts';
