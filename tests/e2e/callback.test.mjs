// A caller asks for a callback, hangs up, and is called when it is his turn: on the real switch, with real phones.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Stage } from "./stage.mjs";
import { until } from "./until.mjs";

const stage = new Stage(["alice"]);
const { desks } = stage;
let ruth;

before(async () => {
  await stage.open();
  ruth = await stage.server.supervisor();
});
afterEach(() => stage.quiet());
after(() => stage.close());

const owed = async (contact) => (await ruth.get("/api/v1/callbacks")).items.find((item) => item.contact === contact)?.callback;

/** Waits, asks by his number as a web page would, and hangs up. */
async function leaves(who) {
  const caller = await stage.call("work", who);
  const { contact } = await stage.waiting(who);
  const asked = await ruth.request("POST", "/api/v1/callbacks", { queue: "work", number: who.e164 });
  assert.deepEqual([asked.status, asked.body.contact], [201, contact]);
  assert.equal((await owed(contact)).on_the_line, true);
  await caller.hangUp();
  await until("the caller has gone and his place is kept", async () => (await owed(contact))?.on_the_line === false);
  return contact;
}

test("A caller who asked over REST and hung up is called when an agent is there, and both talk: one contact, two visits", { timeout: 90_000 }, async () => {
  const { alice } = desks;
  const who = stage.customer();
  const contact = await leaves(who);
  assert.equal((await stage.server.queue("work")).callbacks_waiting, 1);
  const home = await stage.lab.customer({ answerAfterMs: 1_500 });
  const phone = await stage.phone("alice", { answerAfterMs: 300 });
  await alice.ready();
  const pop = await alice.pop();
  assert.equal(pop.data.contact, contact);
  assert.equal(pop.data.callback.number, who.e164);
  await alice.at("callback-facts").waitFor();
  const invite = await home.wait("received", "INVITE");
  const picked = await phone.wait("sent", "200", { method: "INVITE" });
  assert.ok(invite.at >= picked.at - 20, "nobody's phone rings before an agent has picked up");
  assert.match(invite.first, new RegExp(`sip:\\${who.e164}@`));
  assert.match(invite.text, /^From:.*493022600000/im);
  assert.equal(await alice.band("talking"), contact);
  const bridges = (await stage.lab.ari("GET", "/bridges")).body.filter((bridge) => bridge.bridge_type === "mixing" && bridge.channels.length === 2);
  assert.equal(bridges.length, 1, "they hear each other");
  await home.hangUp();
  await phone.wait("received", "BYE");
  await alice.band("wrap_up");
  await alice.finish();
  const row = await stage.server.endedContact(contact);
  assert.equal(row.outcome, "answered");
  assert.deepEqual(row.visits.map((visit) => visit.how), ["callback_requested", "answered"]);
  assert.equal((await stage.server.contactsFrom(who.from)).length, 1);
});

test("A customer who is busy frees the agent, and is called again after the pause", { timeout: 150_000 }, async () => {
  const { alice } = desks;
  const contact = await leaves(stage.customer());
  const home = await stage.lab.customer({ busy: true });
  const phone = await stage.phone("alice", { answerAfterMs: 200 });
  await alice.ready();
  await home.wait("sent", "486");
  await phone.wait("received", "BYE");
  await alice.stateIs("ready");
  const now = await owed(contact);
  assert.deepEqual([now.attempts, now.last_cause], [1, "busy"]);
  await home.kill();
  const back = await stage.lab.customer({ answerAfterMs: 200 });
  await back.wait("received", "INVITE", { timeoutMs: 80_000 });
  assert.equal(await alice.band("talking"), contact);
  await back.hangUp();
  await alice.band("wrap_up");
  await alice.finish();
  assert.equal((await stage.server.endedContact(contact)).outcome, "answered");
});

test("A server that is killed while the customer's phone rings does not call him twice", { timeout: 120_000 }, async () => {
  const { alice } = desks;
  const contact = await leaves(stage.customer());
  const home = await stage.lab.customer();
  await stage.phone("alice", { answerAfterMs: 200 });
  await alice.ready();
  await home.wait("received", "INVITE");
  await stage.server.kill();
  await stage.server.start();
  await stage.server.linkIs("up");
  await alice.connected();
  await home.answer();
  assert.equal(await alice.band("talking", 20_000), contact);
  assert.equal(home.find("received", "INVITE").length, 1);
  ruth = await stage.server.supervisor();
  await home.hangUp();
  await alice.band("wrap_up");
  await alice.finish();
});
