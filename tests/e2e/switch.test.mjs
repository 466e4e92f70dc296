// The switch restarts, the network breaks, another server takes the application: what the server makes of it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Wire } from "./lab/wire.mjs";
import { Stage } from "./stage.mjs";
import { until } from "./until.mjs";

let wire;
const stage = new Stage(["alice", "bob"], async (lab) => {
  wire = await Wire.to(lab.address.ari.port);
  return { ariPort: wire.port };
});
const { desks } = stage;

before(() => stage.open());
afterEach(async () => { wire.mend(); await stage.server.linkIs("up", 20_000); await stage.quiet(); });
after(async () => { await stage.close(); wire?.close(); });

async function talk(who) {
  const phone = await stage.phone("alice", { answerAfterMs: 100 });
  await desks.alice.ready();
  const caller = await stage.call("plain", who);
  const contact = await desks.alice.band("talking");
  assert.equal(await stage.talking(who), "agent1");
  return { phone, caller, contact };
}

test("A network that breaks in mid-call and comes back leaves the call, the contact and the agent as they were", { timeout: 120_000 }, async () => {
  const who = stage.customer();
  const { phone, caller, contact } = await talk(who);
  wire.cut();
  await stage.server.linkIs("down");
  assert.equal(await desks.alice.band("talking"), contact);
  wire.mend();
  await stage.server.linkIs("up");
  assert.equal(await desks.alice.band("talking"), contact);
  assert.equal(await stage.talking(who), "agent1");
  await caller.hangUp();
  await phone.wait("received", "BYE");
  const row = await stage.server.endedContact(contact);
  assert.deepEqual([row.outcome, row.agent, row.segments.map((one) => one.what)], ["answered", "alice", ["ring", "talk"]]);
  assert.equal((await stage.server.contactsFrom(who.from)).length, 1);
});

test("A call that ends while the network is broken has ended when it is back", { timeout: 120_000 }, async () => {
  const { caller, contact } = await talk(stage.customer());
  wire.cut();
  await stage.server.linkIs("down");
  await caller.hangUp();
  await caller.ended();
  wire.mend();
  await stage.server.linkIs("up");
  const row = await stage.server.endedContact(contact);
  assert.match(row.outcome, /^(answered|lost)$/);
  assert.equal(row.agent, "alice");
  await desks.alice.band("none");
});

test("A network that swallows packets is noticed, and the call survives it", { timeout: 120_000 }, async () => {
  const who = stage.customer();
  const { caller, contact } = await talk(who);
  wire.freeze();
  await stage.server.linkIs("down", 15_000);
  wire.mend();
  await stage.server.linkIs("up");
  assert.equal(await desks.alice.band("talking"), contact);
  await caller.hangUp();
  assert.equal((await stage.server.endedContact(contact)).outcome, "answered");
});

test("A caller who waits through a cut is offered when the network is back", { timeout: 120_000 }, async () => {
  const who = stage.customer();
  const caller = await stage.call("plain", who);
  const row = await stage.waiting(who);
  wire.cut();
  await stage.server.linkIs("down");
  const phone = await stage.phone("alice", { answerAfterMs: 100 });
  await desks.alice.ready();
  phone.refresh();
  assert.deepEqual(phone.messages, [], "nobody rings while the switch is out of reach");
  wire.mend();
  assert.equal(await desks.alice.band("talking", 20_000), row.contact);
  await caller.hangUp();
});

test("Another connection that takes the application is told on the link, and callers then reach Queue()", { timeout: 120_000 }, async () => {
  const rival = spawn(process.execPath, [fileURLToPath(new URL("lab/ari_app.mjs", import.meta.url))], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await new Promise((resolve, reject) => {
      rival.stdout.setEncoding("utf8").on("data", (data) => { if (data.includes("connected\n")) resolve(); });
      rival.once("close", () => reject(new Error("the rival did not connect")));
    });
    const link = await stage.server.linkIs("down");
    assert.match(link.reason, /replaced|application/i);
    assert.equal(await stage.server.metric("callwright_ari_replaced_total"), 1);
  } finally {
    rival.kill("SIGKILL");
  }
  try {
    const phone = await stage.phone("alice", { answerAfterMs: 100 });
    const who = stage.customer();
    await stage.call("plain", who);
    assert.equal(await stage.talking(who), "agent1", "the fallback's Queue() rings her phone");
    assert.match((await phone.wait("received", "INVITE")).text, new RegExp(who.from));
  } finally {
    // By itself it tries again after a minute.
    await stage.server.stop();
    await stage.server.start();
    await Promise.all(Object.values(desks).map((desk) => desk.connected()));
  }
});

test("A restart of Asterisk in mid-call ends the contact as lost, and the next call is served", { timeout: 90_000 }, async () => {
  const { contact } = await talk(stage.customer());
  await stage.lab.cli("core restart now").catch(() => {}); // the console goes with it
  const row = await stage.server.endedContact(contact);
  assert.deepEqual([row.outcome, row.agent], ["lost", "alice"]);
  await desks.alice.band("none");
  await until("Asterisk is back", async () => {
    try {
      return (await stage.lab.ari("GET", "/asterisk/info")).status === 200;
    } catch {
      return false;
    }
  }, 30_000);
  await stage.server.linkIs("up", 20_000);
  await until("callers are let in", async () => {
    const { body } = await stage.lab.ari("GET", "/asterisk/variable", { variable: "CALLWRIGHT_ALIVE" });
    return Number(body?.value) > Date.now() / 1000 - 2;
  });
  await stage.lab.quiet();
  const next = await talk(stage.customer());
  assert.notEqual(next.contact, contact);
  await next.caller.hangUp();
});
