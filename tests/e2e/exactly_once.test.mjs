// kill -9 of the server under load from the simulated switch: nothing that the switch told is lost, nothing is there twice.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { FEED_CENTRE } from "./centre.mjs";
import { Server, freePort } from "./server.mjs";
import { sleep, until } from "./until.mjs";

const BIN = process.env.CALLWRIGHT_BIN ?? fileURLToPath(new URL("../../build/dev/bin", import.meta.url));
const TOKEN = "feed-token-of-the-test-0123456789abcdef";

let server, peer, said = "";

before(async () => {
  const feedPort = await freePort();
  server = await Server.of({ centre: FEED_CENTRE, secret: TOKEN, feedPort, agents: [{ id: "alice", name: "Alice Weber" }] });
  await server.startAlone();
  peer = spawn(join(BIN, "callwright-switch"), ["--connect", `127.0.0.1:${feedPort}`, "--name", "lab", "--token-file", server.file("lab.secret"),
    "--devices", "1001", "--queues", "4001", "--profile", "flat", "--calls-per-minute", "1200", "--first-call-after", "0"], { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [peer.stdout, peer.stderr]) stream.setEncoding("utf8").on("data", (data) => (said += data));
  await server.linkIs("up");
});
after(async () => {
  peer?.kill("SIGKILL");
  await server?.close();
});

const ask = (sql) => Number(execFileSync("sqlite3", ["-readonly", server.file("callwright.db"), sql], { encoding: "utf8" }));

test("After kill -9 under load every event stands in the journal once, and contacts are as many as customers called", { timeout: 120_000 }, async () => {
  for (let round = 0; round < 3; ++round) {
    const facts = await server.metric("callwright_writer_facts");
    await until("facts are written", async () => (await server.metric("callwright_writer_facts")) > facts + 100, 20_000);
    await server.kill();
    await sleep(500); // calls go on coming meanwhile
    await server.start();
  }
  const ended = new Promise((resolve) => peer.once("close", resolve));
  peer.kill("SIGTERM");
  await ended;
  const customers = Number(/event=stopped customers=(\d+)/.exec(said)[1]);
  await server.linkIs("down");
  assert.equal(await server.stop(), 0);

  assert.ok(customers > 30, `${customers} customers`);
  assert.equal(ask("SELECT count(*) FROM contact"), customers);
  assert.equal(ask("SELECT count(*) - count(DISTINCT source || '/' || source_id || '/' || ordinal) FROM fact"), 0);
  assert.equal(ask("SELECT max(seq) - count(*) FROM fact"), 0, "no number is missing");
  // The figures say of the same visits the same, and everybody who came in went out one way.
  const visits = ask("SELECT count(*) FROM visit");
  assert.ok(visits > 5, `${visits} visits`);
  assert.equal(ask("SELECT sum(entered) FROM interval_row"), visits);
  const left = "answered + abandoned + short_abandoned + callback_requested + flow_overflow + flow_transfer + flow_closed + flow_supervisor + lost";
  assert.equal(ask(`SELECT sum(${left}) FROM interval_row`), visits - ask("SELECT count(*) FROM visit WHERE how IS NULL"));
  assert.equal(ask("SELECT count(*) FROM visit WHERE how IS NULL"), 0, "nobody waits any more");
  const { code, out } = await server.command("doctor");
  assert.equal(code, 0, out);
});
