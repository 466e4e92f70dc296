// A client of the native feed in another language (docs/feed-python), made from its .proto and its page alone, against the real server.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { FEED_CENTRE } from "./centre.mjs";
import { AgentPage, launch } from "./page.mjs";
import { Server, freePort } from "./server.mjs";
import { until } from "./until.mjs";

const repository = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const TOKEN = "feed-token-of-the-test-0123456789abcdef";

/** docs/feed-python/switch.py; `said` are its lines so far. */
class PythonSwitch {
  constructor(server, feedPort) {
    const generated = server.file("feed-python");
    mkdirSync(generated);
    execFileSync("protoc", ["-I", repository("proto"), `--python_out=${generated}`, "callwright/feed/v1/feed.proto"]);
    this.said = [];
    this.errors = "";
    this.child_ = spawn("/usr/bin/python3", ["-B", repository("docs/feed-python/switch.py"), "--connect", `127.0.0.1:${feedPort}`, "--name", "lab", "--token-file", server.file("lab.secret"),
      "--phones", "1001"], { env: { ...process.env, PYTHONPATH: generated }, stdio: ["pipe", "pipe", "pipe"] });
    createInterface({ input: this.child_.stdout }).on("line", (line) => this.said.push(line));
    this.child_.stderr.setEncoding("utf8").on("data", (data) => (this.errors += data));
  }
  do(line) { this.child_.stdin.write(`${line}\n`); }
  says(line, times = 1) {
    return until(() => `the switch says '${line}'\n${this.said.join("\n")}\n${this.errors}`, () => this.said.filter((one) => one.startsWith(line)).length >= times);
  }
  kill() { this.child_.kill("SIGKILL"); }
}

let server, browser, alice, peer;

before(async () => {
  const feedPort = await freePort();
  server = await Server.of({ centre: FEED_CENTRE, secret: TOKEN, feedPort, agents: [{ id: "alice", name: "Alice Weber" }] });
  await server.startAlone();
  peer = new PythonSwitch(server, feedPort);
  await peer.says("connected");
  await server.linkIs("up");
  browser = await launch();
  alice = await AgentPage.open(browser, server, "alice");
  await alice.ready();
});
after(async () => {
  peer?.kill();
  await browser?.close();
  await server?.close();
});

test("A caller of the Python switch pops before its telephone is answered, talks on while the connection is lost, and ends", { timeout: 60_000 }, async () => {
  peer.do("call +493022630001 4001 Ada Lovelace");
  const pop = await alice.pop({ after: 0 });
  assert.equal(pop.data.e164, "+493022630001");
  await alice.band("ringing");
  await peer.says("state a2 alerting");
  peer.do("answer 1001");
  await alice.band("talking");
  peer.do("cut");
  await peer.says("connected", 2);
  await server.linkIs("up");
  await alice.band("talking");
  peer.do("hangup c1");
  await peer.says("gone a2 normal");
  await alice.band("none");
  assert.deepEqual(alice.errors, []);
});

test("A caller who is handed on from the page waits with music, is offered again, and comes back", { timeout: 60_000 }, async () => {
  const began = Date.now();
  peer.do("call +493022630003 4001");
  await alice.pop({ after: began });
  await peer.says("leg a", 2);
  peer.do("answer 1001");
  const contact = await alice.band("talking");
  const handed = Date.now();
  await alice.press("transfer");
  await alice.at("transfer-queue").selectOption("plain");
  await alice.press("transfer-send");
  await peer.says("gone a", 2);
  const pop = await alice.pop({ after: handed }); // nobody else works here
  assert.equal(pop.data.contact, contact);
  assert.equal(pop.data.visit, 2);
  await peer.says("leg a", 3);
  peer.do("answer 1001");
  await alice.band("talking");
  peer.do("hangup 1001");
  await alice.band("none");
  const row = await server.endedContact(contact);
  assert.deepEqual(row.visits.map(({ queue, how }) => [queue, how]), [["plain", "answered"], ["plain", "answered"]]);
  assert.equal(peer.errors, "");
});

test("What happens while the server cannot be heard is told when it can, once", { timeout: 60_000 }, async () => {
  const before_ = Date.now();
  peer.do("call +493022630002 4001");
  await alice.pop({ after: before_ });
  await peer.says("leg a", 4);
  peer.do("answer 1001");
  const contact = await alice.band("talking");
  peer.do("cut");
  const gone = peer.said.filter((line) => line.startsWith("gone")).length;
  peer.do("hangup 1001"); // before it is back
  await peer.says("gone", gone + 2);
  await peer.says("connected", 3);
  await server.linkIs("up");
  await alice.band("none");
  const row = await server.endedContact(contact);
  assert.equal(row.outcome, "answered");
  assert.equal((await server.contactsFrom("493022630002")).length, 1);
  assert.equal(peer.errors, "");
});
