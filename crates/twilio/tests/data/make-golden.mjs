// Makes golden data with Twilio's official Node library:
//
//     npm install twilio@6.2.0
//     node make-golden.mjs
//
// writes access-token-node-golden.json beside itself.

import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";

const require = createRequire(`${process.cwd()}/`);
const { AccessToken } = require("twilio").jwt;
const { version } = require("twilio/package.json");

const sid = (prefix) => prefix + "a".repeat(32);
const token = new AccessToken(sid("AC"), sid("SK"), "a secret of the key", { identity: "o1_u2", ttl: 1800 });
token.addGrant(new AccessToken.VoiceGrant({ outgoingApplicationSid: sid("AP"), incomingAllow: true }));

const [headers, claims] = token
  .toJwt()
  .split(".")
  .slice(0, 2)
  .map((part) => JSON.parse(Buffer.from(part, "base64url")));
const golden = { library: `twilio (npm) ${version}`, headers, claims };
writeFileSync(new URL("access-token-node-golden.json", import.meta.url), `${JSON.stringify(golden, null, 1)}\n`);
