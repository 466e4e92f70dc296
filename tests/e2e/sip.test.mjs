// The SIP link against SIPp: callers over UDP and TCP who are queued and sent on, who give up, and whom there is no room for. Its core is a few lines
// (sip/sip_stage.cpp), so no switch and no store is needed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { freePort } from "./server.mjs";
import { until } from "./until.mjs";

const BIN = process.env.CALLWRIGHT_BIN ?? fileURLToPath(new URL("../../build/dev/bin", import.meta.url));
const SCENARIOS = fileURLToPath(new URL("sip", import.meta.url));

/** The link; `events` are its lines so far. */
class Stage {
  /** On a port that its answers can name. */
  static async begin(options) {
    return new Stage(["--port", await freePort(), ...options]);
  }
  constructor(options) {
    this.events = [];
    this.child_ = spawn(join(BIN, "sip_stage"), options.map(String), { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.child_.stdout }).on("line", (line) => this.events.push(line));
    this.ended_ = new Promise((resolve) => this.child_.once("close", resolve));
  }
  async port() {
    const said = await until("the stage listens", () => this.events.find((line) => line.startsWith("listening ")));
    return Number(said.split(" ")[1]);
  }
  count(start) {
    return this.events.filter((line) => line.startsWith(start)).length;
  }
  /** How callers left; their legs have our tags as names, those of agents other ones. */
  get gone() {
    return this.events.filter((line) => line.startsWith("gone cw1-"));
  }
  async stop() {
    this.child_.stdin.end();
    assert.equal(await this.ended_, 0);
  }
}

/** Runs SIPp to its end; what it says when a call did not go as its scenario says is the error. */
function sipp(options) {
  const child = spawn("sipp", ["-i", "127.0.0.1", "-nostdin", "-timer_resol", 1, "-max_socket", 1_000, ...options].map(String), {
    cwd: SCENARIOS, env: { ...process.env, TERM: "dumb" }, stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said = (said + data).slice(-4_000)));
  const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)));
  return { child, ended, well: async () => assert.equal(await ended, 0, said) };
}

for (const transport of ["u1", "tn"]) {
  test(`a caller waits with 182, is sent on with 302 and calls the agent (${transport})`, async (t) => {
    const agentPort = await freePort();
    const agent = sipp(["-sn", "uas", "-p", agentPort, "-t", transport === "u1" ? "u1" : "t1"]);
    t.after(() => agent.child.kill("SIGKILL"));
    const tcp = transport === "u1" ? "" : ";transport=tcp";
    const stage = await Stage.begin(["--agent", `sip:agent@127.0.0.1:${agentPort}${tcp}`]);
    t.after(() => stage.stop());
    await sipp(["-sf", "redirected.xml", "-s", "4000", "-m", 10, "-r", 10, "-t", transport, `127.0.0.1:${await stage.port()}`]).well();
    await until("each caller has left our hands", () => stage.gone.length === 10);
    assert.ok(stage.gone.every((line) => line.endsWith(" transferred 302 by us")));
    assert.equal(stage.count("queued "), 10);
  });
}

test("who gives up gets 200 for his CANCEL and 487 for his INVITE", async (t) => {
  const stage = await Stage.begin([]);
  t.after(() => stage.stop());
  await sipp(["-sf", "cancelled.xml", "-d", 200, "-s", "4001", "-m", 10, "-r", 50, `127.0.0.1:${await stage.port()}`]).well();
  await until("each caller is gone", () => stage.gone.length === 10);
  assert.ok(stage.gone.every((line) => line.endsWith(" caller_cancel 487 by customer")));
});

test("beyond its limit a caller gets 503 with Retry-After, and there is room again when one leaves", async (t) => {
  const stage = await Stage.begin(["--callers", 2]);
  t.after(() => stage.stop());
  const to = `127.0.0.1:${await stage.port()}`;
  const waiting = sipp(["-sf", "cancelled.xml", "-d", 3_000, "-s", "4001", "-m", 2, "-r", 50, to]);
  await until("both wait", () => stage.count("queued ") === 2);
  await sipp(["-sf", "overload.xml", "-s", "4001", "-m", 5, "-r", 50, to]).well();
  assert.equal(stage.count("made "), 2);
  await waiting.well();
  await sipp(["-sf", "cancelled.xml", "-d", 1, "-s", "4001", "-m", 1, to]).well();
});

test("a stop sends who waits to the fallback", async () => {
  const stage = await Stage.begin(["--fallback", "sip:127.0.0.1:9"]);
  const waiting = sipp(["-sf", "cancelled.xml", "-d", 60_000, "-s", "4001", "-m", 1, `127.0.0.1:${await stage.port()}`]);
  await until("he waits", () => stage.count("queued ") === 1);
  await stage.stop();
  await waiting.ended;
  assert.ok(stage.events.some((line) => line.endsWith(" transferred 302 by us")), stage.events.join("\n"));
});
