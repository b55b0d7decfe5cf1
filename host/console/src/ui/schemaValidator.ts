import { Validator, type OutputUnit, type Schema } from "@cfworker/json-schema";
import { toErrorList, unwrapErrorHandler, validationDataMerge, createErrorHandler, type ErrorSchema, type RJSFSchema, type RJSFValidationError, type ValidatorType } from "@rjsf/utils";

/**
 * The usual validator compiles a schema to code, which the Content-Security-Policy forbids, and rightly: a plugin's author wrote the
 * schema. This one interprets it.
 */
function check(schema: unknown, data: unknown): OutputUnit[] {
  const result = new Validator(schema as Schema, "2020-12", false).validate(data === undefined ? null : data);
  // Leaves only: "a property does not match" says nothing beside what does not match there.
  return result.valid ? [] : result.errors.filter((error, _, all) => !all.some((other) => other !== error && other.instanceLocation.startsWith(`${error.instanceLocation}/`)));
}

const propertyOf = (location: string): string => location.replace(/^#/, "").split("/").join(".");

function errorsOf(schema: unknown, data: unknown): RJSFValidationError[] {
  return check(schema, data).map((error) => ({
    name: error.keyword,
    message: error.error,
    property: propertyOf(error.instanceLocation),
    stack: `${propertyOf(error.instanceLocation)} ${error.error}`,
    schemaPath: error.keywordLocation,
  }));
}

function schemaOf(errors: readonly RJSFValidationError[]): ErrorSchema {
  const root: Record<string, unknown> = {};
  for (const error of errors) {
    let at = root;
    for (const step of (error.property ?? "").split(".").filter((s) => s !== "")) at = (at[step] ??= {}) as Record<string, unknown>;
    (at["__errors"] ??= []) as string[];
    (at["__errors"] as string[]).push(error.message ?? "");
  }
  return root as ErrorSchema;
}

export const validator: ValidatorType = {
  validateFormData(formData, schema: RJSFSchema, customValidate, transformErrors) {
    const found = errorsOf(schema, formData);
    const errors = transformErrors === undefined ? found : transformErrors(found);
    const result = { errors, errorSchema: schemaOf(errors) };
    if (customValidate === undefined) return result;
    const handled = customValidate(formData, createErrorHandler(formData));
    return validationDataMerge(result, unwrapErrorHandler(handled));
  },
  isValid(schema: RJSFSchema, formData, rootSchema: RJSFSchema) {
    const whole = typeof schema === "object" && rootSchema.$defs !== undefined ? { ...schema, $defs: rootSchema.$defs } : schema;
    return check(whole, formData).length === 0;
  },
  rawValidation(schema: RJSFSchema, formData: unknown) {
    return { errors: check(schema, formData) as never[] };
  },
  toErrorList,
} as ValidatorType & { toErrorList: typeof toErrorList };

export default validator;
