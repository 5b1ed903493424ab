// A mixed load on a server of its own for so many minutes, and whether its memory stays what it was: fails if it grows, if
// anybody's list of events is not the log, or if a text that was answered 2xx is in none. See `cargo xtask soak --help`.

import { setTimeout as pause } from 'node:timers/promises';

import { acme, globex } from './lib/demo.mjs';
import { Faults, Ledger } from './lib/ledger.mjs';
import { Load } from './lib/load.mjs';
import { Server } from './lib/server.mjs';
import { verdict } from './lib/trend.mjs';

const LINE_EVERY_S = 10;
const minutes = Number(process.argv[2]);
const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);

const server = new Server({ RECOVERY_SECONDS: 3600 });
await server.start();
const faults = new Faults();
const ledgers = [new Ledger(faults), new Ledger(faults)];
const loads = [acme, globex].map((org, n) => new Load(org, server.url, { ledger: ledgers[n], faults }));
await loads[0].start({ visitors: 24, pollers: 3, texts: 4, calls: 1, abuses: 3 });
await loads[1].start({ visitors: 6, pollers: 1, texts: 1, calls: 0.5, abuses: 1 });

function show(second, memory) {
  const time = `${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}`.padStart(7);
  const sockets = sum(loads.map((load) => load.sockets));
  const delivered = sum(ledgers.map((ledger) => ledger.delivered));
  console.log(
    `${time} ${memory.toFixed(1).padStart(8)} MiB ${String(sockets).padStart(4)} sockets ${String(delivered).padStart(9)} events delivered`,
  );
}

const samples = [];
const began = performance.now();
for (let second = 1; second <= 60 * minutes; second += 1) {
  await pause(Math.max(0, began + 1000 * second - performance.now()));
  samples.push([second, server.memory]);
  if (second % LINE_EVERY_S === 0) show(second, server.memory);
}

await Promise.all(loads.map((load) => load.finish()));
await server.stop();
server.panics.forEach((panic) => faults.note(panic));

const { says, grows } = verdict(samples);
console.log(says);
console.log(`${faults.count} faults`);
faults.kept.forEach((fault) => console.log(`  ${fault}`));
process.exit(grows || faults.count > 0 ? 1 : 0);
