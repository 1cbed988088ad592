// The second opinion on JSON Schema: one line {"schema":…,"instances":[…]} in, one line of verdicts out.
// A schema that ajv does not compile gets {"refused":"…"} instead, an instance it crashes on the verdict null. Nothing is fetched: there is no loadSchema.
import { createInterface } from 'node:readline';
import { Ajv2020 } from 'ajv/dist/2020.js';

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { schema, instances } = JSON.parse(line);
  let answer;
  try {
    // One each: $ids of different schemas must not meet.
    const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false });
    const validate = ajv.compile(schema);
    answer = { verdicts: instances.map((instance) => judge(validate, instance)) };
  } catch (error) {
    answer = { refused: String(error.message) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}

function judge(validate, instance) {
  try {
    return validate(instance);
  } catch {
    return null;
  }
}
