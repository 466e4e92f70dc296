// The contract's own schemas (../../schemas), for holding the mock server and the pages against them.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';

const folder = fileURLToPath(new URL('../../schemas/', import.meta.url));
const ajv = new (Ajv2020.default ?? Ajv2020)({ strict: false, allErrors: false });
for (const name of readdirSync(folder)) if (name.endsWith('.json')) ajv.addSchema(JSON.parse(readFileSync(folder + name, 'utf8')));

/** Why `value` breaks the schema `name`, or null. */
export function breach(name, value) {
  const validate = ajv.getSchema(`${name}.json`);
  if (!validate) return `there is no schema ${name}`;
  return validate(value) ? null : `${name}: ${ajv.errorsText(validate.errors).slice(0, 300)} in ${JSON.stringify(value).slice(0, 300)}`;
}
