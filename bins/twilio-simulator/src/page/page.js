"use strict";

const byId = (id) => document.getElementById(id);
let shown = "";

/** Everything from outside becomes text, never markup. */
function element(name, text, className) {
  const node = document.createElement(name);
  node.textContent = text;
  if (className) node.className = className;
  return node;
}

function describe({ kind, sid, webhook, response, warnings }) {
  const details = document.createElement("details");
  const { From, To, Body } = webhook.parameters;
  const answer = response ? `${response.status} in ${response.elapsedMs} ms` : "no answer";
  details.dataset.key = `${sid} ${webhook.signature}`;
  details.append(element("summary", `${kind} ${From} → ${To}${Body === undefined ? "" : `: ${Body}`} — ${answer}`));
  for (const { code, message } of warnings) {
    details.append(element("div", code ? `${code}: ${message}` : message, "warning"));
  }
  if (response) details.append(element("pre", `${response.contentType ?? "no content type"}\n\n${response.body}`));
  details.append(element("pre", `POST ${webhook.url}\nX-Twilio-Signature: ${webhook.signature}\n\n${JSON.stringify(webhook.parameters, null, 2)}`));
  return details;
}

async function refreshLog() {
  const text = await (await fetch("log")).text();
  if (text === shown) return;
  shown = text;
  const open = new Set([...byId("log").querySelectorAll("details[open]")].map((details) => details.dataset.key));
  const entries = JSON.parse(text).reverse().map(describe);
  for (const entry of entries) entry.open = open.has(entry.dataset.key);
  byId("log").replaceChildren(...(entries.length ? entries : ["None yet."]));
}

async function send(form, path) {
  byId("error").textContent = "";
  const fields = { ...Object.fromEntries(new FormData(form)), to: byId("to").value };
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    const { error } = await response.json();
    if (error) byId("error").textContent = error;
    await refreshLog();
  } catch (error) {
    byId("error").textContent = `The simulator does not answer: ${error.message}`;
  }
}

for (const path of ["sms", "call"]) {
  byId(path).addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target, path);
  });
}

async function start() {
  for (const { phoneNumber, accountSid } of await (await fetch("accounts")).json()) {
    const option = element("option", `${phoneNumber} (${accountSid})`);
    option.value = phoneNumber;
    byId("to").append(option);
  }
  await refreshLog();
  setInterval(() => refreshLog().catch(() => {}), 2000);
}

start().catch((error) => {
  byId("error").textContent = `The simulator does not answer: ${error.message}`;
});
