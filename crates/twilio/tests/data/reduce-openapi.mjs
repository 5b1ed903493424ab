// Reduces Twilio's OpenAPI description to the paths that we use:
//
//     npm pack @twilio/cli-core@8.3.2 && tar xzf twilio-cli-core-8.3.2.tgz
//     node reduce-openapi.mjs package/src/services/twilio-api
//
// writes openapi-reduced.json beside itself: for each path and method the names of its parameters with their patterns
// and values. The description is Twilio's, under Apache-2.0 (https://github.com/twilio/twilio-oai).

import { readFileSync, writeFileSync } from "node:fs";

const account = "/2010-04-01/Accounts/{AccountSid}";
const used = {
  "twilio_api_v2010.json": [
    "/Applications.json",
    "/Applications/{Sid}.json",
    "/Calls.json",
    "/Calls/{CallSid}/Recordings.json",
    "/Calls/{Sid}.json",
    "/Conferences.json",
    "/Conferences/{ConferenceSid}/Participants.json",
    "/Conferences/{ConferenceSid}/Participants/{CallSid}.json",
    "/Conferences/{Sid}.json",
    "/IncomingPhoneNumbers.json",
    "/IncomingPhoneNumbers/{Sid}.json",
    "/Messages.json",
    "/Messages/{MessageSid}/Media/{Sid}.json",
    "/Messages/{Sid}.json",
    "/Recordings.json",
    "/Recordings/{Sid}.json",
  ].map((path) => account + path),
  "twilio_messaging_v1.json": ["/v1/Services/{Sid}"],
};

function reduced(description, schema) {
  const target = schema.$ref?.split("/").at(-1);
  const { type, pattern, enum: values, items } = target ? description.components.schemas[target] : schema;
  return { type, pattern, enum: values, ...(items && { items: reduced(description, items) }) };
}

function operation(description, { parameters = [], requestBody }) {
  const form = requestBody?.content["application/x-www-form-urlencoded"].schema;
  const named = (entries) =>
    Object.fromEntries(entries.map(([name, schema]) => [name, reduced(description, schema)]));
  const at = (place) => named(parameters.filter((each) => each.in === place).map((each) => [each.name, each.schema]));
  return { path: at("path"), query: at("query"), form: named(Object.entries(form?.properties ?? {})), required: form?.required };
}

const apis = [];
for (const [file, paths] of Object.entries(used)) {
  const description = JSON.parse(readFileSync(`${process.argv[2]}/${file}`));
  const host = new URL(description.servers[0].url).host;
  for (const path of paths) {
    for (const method of ["get", "post", "delete"]) {
      const found = description.paths[path][method];
      if (found) apis.push({ host, template: path, method: method.toUpperCase(), ...operation(description, found) });
    }
  }
}
const origin =
  "Twilio's OpenAPI description, from npm @twilio/cli-core@8.3.2, src/services/twilio-api; Apache-2.0, Copyright Twilio Inc.; reduced by reduce-openapi.mjs";
writeFileSync(new URL("openapi-reduced.json", import.meta.url), `${JSON.stringify({ origin, operations: apis }, null, 1)}\n`);
