// The switch restarts, the network breaks, another server takes the application: what the server makes of it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { centreDocument } from "./centre.mjs";
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

test("Requests go over the WebSocket, but for the lists of a snapshot", { timeout: 60_000 }, async () => {
  const sent = (way) => stage.server.metric("callwright_ari_requests_total", { way });
  const before = { socket: await sent("socket"), http: await sent("http") };
  const { caller, contact } = await talk(stage.customer());
  await caller.hangUp();
  assert.equal((await stage.server.endedContact(contact)).outcome, "answered");
  assert.equal(await sent("http"), before.http);
  assert.ok(await sent("socket") >= before.socket + 7, "answer, bridge, music, ring, talk");
});

test("A switch that takes no requests on its WebSocket gets them all over HTTP", { timeout: 120_000 }, async () => {
  const sent = (way) => stage.server.metric("callwright_ari_requests_total", { way });
  wire.deafen();
  wire.cut();
  await stage.server.linkIs("down");
  const tried = await sent("socket");
  wire.mend();
  await stage.server.linkIs("up");
  try {
    const before = await sent("http");
    const { caller, contact } = await talk(stage.customer());
    await caller.hangUp();
    assert.equal((await stage.server.endedContact(contact)).outcome, "answered");
    assert.ok(await sent("http") >= before + 7, "answer, bridge, music, ring, talk");
    assert.equal(await sent("socket"), tried + 1, "one, to find out");
  } finally {
    wire.hear();
    wire.cut();
    await stage.server.linkIs("down");
  }
});

test("An agent who is added to the document is watched after SIGHUP, and a new switch is said to need a restart", { timeout: 60_000 }, async () => {
  const { ari } = stage.lab.address;
  const document = centreDocument({ ariUrl: `http://${ari.host}:${wire.port}`, user: ari.user, app: ari.app });
  const more = `\n[[agent]]\nid = "otto"\nname = "Otto Kern"\nswitch = "lab"\ndevice = "PJSIP/agent7"\nskills = []\nqueues = []\n` +
    `\n[[switch]]\nid = "second"\nkind = "asterisk"\nurl = "http://127.0.0.1:1"\nusername = "callwright"\nsecret = "lab"\n`;
  const watched = async () => (await stage.lab.ari("GET", `/applications/${ari.app}`)).body.device_names;
  assert.ok(!(await watched()).includes("PJSIP/agent7"));
  await stage.server.importCentre(document + more);
  stage.server.signal("SIGHUP");
  await until("the new phone is watched", async () => (await watched()).includes("PJSIP/agent7"));
  await until("the new switch is spoken of", () => /switch_waits_for_restart.*second is new/.test(stage.server.log()));
  await stage.server.importCentre(document);
  stage.server.signal("SIGHUP");
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

/** Restarts Asterisk; `meanwhile` runs as soon as it is told to. Resolves when callers are let in again. */
async function restartAsterisk(meanwhile) {
  await stage.lab.cli("core restart now").catch(() => {}); // the console goes with it
  await meanwhile();
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
}

test("A restart of Asterisk while a caller waits ends his contact as lost, and the next call is served", { timeout: 90_000 }, async () => {
  const who = stage.customer();
  await stage.call("plain", who);
  const { contact } = await stage.waiting(who);
  await restartAsterisk(async () => {
    const row = await stage.server.endedContact(contact);
    assert.deepEqual([row.outcome, row.agent ?? ""], ["lost", ""]);
  });
  assert.equal((await stage.server.queue("plain")).waiting, 0);
  const next = await talk(stage.customer());
  await next.caller.hangUp();
});

test("A restart of Asterisk in mid-call ends the contact as lost, and the next call is served", { timeout: 90_000 }, async () => {
  const { contact } = await talk(stage.customer());
  await restartAsterisk(async () => {
    const row = await stage.server.endedContact(contact);
    assert.deepEqual([row.outcome, row.agent], ["lost", "alice"]);
    await desks.alice.band("none");
  });
  const next = await talk(stage.customer());
  assert.notEqual(next.contact, contact);
  await next.caller.hangUp();
});

test("A call over TLS, whose certificate an authority of our own has signed", { timeout: 120_000 }, async () => {
  const { host, tlsPort, ca } = stage.lab.address.ari;
  await stage.server.stop();
  await stage.server.reachBy(stage.lab, { url: `https://${host}:${tlsPort}`, ca });
  await stage.server.start();
  await Promise.all(Object.values(desks).map((desk) => desk.connected()));
  const { caller, contact } = await talk(stage.customer());
  await caller.hangUp();
  assert.equal((await stage.server.endedContact(contact)).outcome, "answered");
  const { code, out } = await stage.server.command("link", "check", "lab");
  assert.equal(code, 0, out);
});

test("A certificate of an authority that we do not know is refused and said, and callers reach Queue()", { timeout: 120_000 }, async () => {
  const { host, tlsPort, otherCa } = stage.lab.address.ari;
  await stage.server.stop();
  await stage.server.reachBy(stage.lab, { url: `https://${host}:${tlsPort}`, ca: otherCa });
  await stage.server.startAlone();
  try {
    const reason = async () => (await stage.server.linkIs("down")).reason ?? "";
    await until("why the link is down is told", async () => /TLS: certificate verify failed/.test(await reason()));
    assert.match(stage.server.log(), /link_not_connected.*TLS: certificate verify failed/);
    const { code, out } = await stage.server.command("link", "check", "lab");
    assert.equal(code, 1, out);
    assert.match(out, /certificate verify failed[^]*asterisk\]\n +ca = /);
    await stage.phone("alice", { answerAfterMs: 100 });
    const who = stage.customer();
    await stage.call("plain", who);
    assert.equal(await stage.talking(who), "agent1");
  } finally {
    await stage.server.stop();
    await stage.server.reachBy(stage.lab, { url: `http://${host}:${wire.port}` });
    await stage.server.start();
    await Promise.all(Object.values(desks).map((desk) => desk.connected()));
  }
});
