// An agent's phone hands the caller on by itself (REFER): what becomes of the contact, and what is written down.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { NUMBER } from "./centre.mjs";
import { Stage } from "./stage.mjs";
import { until } from "./until.mjs";

// Numbers of facts on disk (journal/fact.hpp).
const TRANSFER_COMPLETED = 71, CONSULT_MARKED = 28, CALLS_MERGED = 39, CONTACT_ANSWERED = 23;

const stage = new Stage(["alice", "bob"]);
const { desks } = stage;

before(() => stage.open());
afterEach(() => stage.quiet());
after(() => stage.close());

const facts = (contact, kind) => Number(execFileSync("sqlite3", ["-readonly", stage.server.file("callwright.db"),
  `SELECT count(*) FROM fact WHERE contact_id = ${BigInt(contact)} AND kind = ${kind}`], { encoding: "utf8" }));

test("A caller whom the agent's phone refers to another phone stays one contact, and the transfer is written down", { timeout: 120_000 }, async () => {
  const who = stage.customer();
  const phone = await stage.phone("alice", { answerAfterMs: 100 });
  const other = await stage.lab.agent("agent2", { answerAfterMs: 300 });
  await desks.alice.ready();
  const caller = await stage.call("plain", who);
  const contact = await desks.alice.band("talking");
  assert.equal(await stage.talking(who), "agent1");

  await phone.refer("1002");
  await other.wait("sent", "200", { method: "INVITE" });
  await until("the transfer is written down", () => facts(contact, TRANSFER_COMPLETED) === 1);
  await phone.hangUp();
  await desks.alice.band("none");
  const rows = await stage.server.contactsFrom(who.from);
  assert.deepEqual(rows.map((row) => [row.contact, row.outcome]), [[contact, null]], "the call goes on as the same contact");

  await other.hangUp();
  await caller.wait("received", "BYE");
  const row = await stage.server.endedContact(contact);
  assert.deepEqual([row.outcome, row.agent], ["answered", "alice"]);
  assert.equal(facts(contact, TRANSFER_COMPLETED), 1);
  assert.equal(facts(contact, CONTACT_ANSWERED), 1, "nobody else has answered it");
});

test("A transfer to a number that nobody has is none: the caller stays with the agent and goes with him", { timeout: 120_000 }, async () => {
  const who = stage.customer();
  const phone = await stage.phone("alice", { answerAfterMs: 100 });
  await desks.alice.ready();
  const caller = await stage.call("plain", who);
  const contact = await desks.alice.band("talking");
  await phone.refer("7777");
  await phone.wait("received", "NOTIFY");
  assert.equal(await stage.talking(who), "agent1");
  assert.equal(await desks.alice.band("talking"), contact);
  await phone.hangUp();
  await caller.wait("received", "BYE");
  assert.equal((await stage.server.endedContact(contact)).outcome, "answered");
  assert.equal(facts(contact, TRANSFER_COMPLETED), 0);
  await desks.alice.band("none");
  assert.equal((await stage.server.contactsFrom(who.from)).length, 1);
});

test("A caller whom an agent hands on after asking a colleague stays his own contact, and the consultation's agent is his", { timeout: 120_000 }, async () => {
  const who = stage.customer();
  const phone = await stage.phone("alice", { answerAfterMs: 100 });
  const other = await stage.phone("bob", { answerAfterMs: 100 });
  await desks.alice.ready();
  const caller = await stage.call("plain", who);
  const contact = await desks.alice.band("talking");
  await desks.bob.ready();
  const second = await stage.lab.call("4000", { from: "agent1" });
  const consult = await desks.bob.band("talking");
  assert.notEqual(consult, contact);

  await phone.refer("4000", second);
  await until("the transfer is written down", () => facts(contact, TRANSFER_COMPLETED) === 1);
  await until(() => `the two calls are one\n${stage.server.log()}`, () => facts(contact, CALLS_MERGED) === 1);
  assert.equal(facts(consult, CONSULT_MARKED), 1);
  await phone.hangUp();
  await desks.alice.band("none");
  assert.equal((await stage.server.endedContact(consult)).outcome, "answered");
  assert.deepEqual((await stage.server.contactsFrom(who.from)).map((row) => [row.contact, row.outcome]), [[contact, null]]);

  await other.hangUp();
  await caller.wait("received", "BYE");
  assert.equal((await stage.server.endedContact(contact)).outcome, "answered");
  assert.equal(facts(contact, CONTACT_ANSWERED), 1);
  if (second.exitCode === null) await second.close();
});

for (const [entry, queue] of [["the number he came by", "work"], ["another number of ours", "plain"]]) {
  test(`A caller whom the agent's phone refers to ${entry} waits again and reaches another agent: one contact, two visits`, { timeout: 120_000 }, async () => {
    const who = stage.customer();
    const phone = await stage.phone("alice", { answerAfterMs: 100 });
    const other = await stage.phone("bob", { answerAfterMs: 100 });
    await desks.alice.ready();
    const caller = await stage.call("work", who);
    const contact = await desks.alice.band("talking");
    await desks.bob.ready();

    await phone.refer(NUMBER[queue]);
    assert.equal(await desks.bob.band("talking"), contact);
    assert.equal(await stage.talking(who), "agent2");
    await desks.alice.band("wrap_up");
    assert.deepEqual((await stage.talks()).length, 1, "nobody else is with anybody");
    assert.ok((await stage.lab.channels()).every((channel) => !channel.name.startsWith("Local/")), "the channel that brought him is gone");

    await other.hangUp();
    await caller.wait("received", "BYE");
    await (queue === "work" ? desks.bob.band("wrap_up") : desks.bob.band("none"));
    for (const desk of queue === "work" ? [desks.alice, desks.bob] : [desks.alice]) await desk.finish();
    const row = await stage.server.endedContact(contact);
    assert.deepEqual(row.visits.map((visit) => [visit.queue, visit.how]), [["work", "answered"], [queue, "answered"]]);
    assert.deepEqual(row.offers.map((offer) => [offer.agent, offer.how]), [["alice", "accepted"], ["bob", "accepted"]]);
    assert.equal(facts(contact, TRANSFER_COMPLETED), 1);
    assert.equal(facts(contact, CONTACT_ANSWERED), 2);
    assert.equal((await stage.server.contactsFrom(who.from)).length, 1);
  });
}

test("A caller whom the switch's console redirects to the number he came by reaches another agent, and the first is free", { timeout: 120_000 }, async () => {
  const who = stage.customer();
  await stage.phone("alice", { answerAfterMs: 100 });
  const other = await stage.phone("bob", { answerAfterMs: 100 });
  await desks.alice.ready();
  const caller = await stage.call("work", who);
  const contact = await desks.alice.band("talking");
  await desks.bob.ready();
  const channel = (await stage.lab.channels()).find((one) => one.caller.number === who.from && one.name.startsWith("PJSIP/trunk-"));
  await stage.lab.cli(`channel redirect ${channel.name} inbound,${NUMBER.work},1`);
  assert.equal(await desks.bob.band("talking"), contact);
  assert.equal(await stage.talking(who), "agent2");
  await desks.alice.band("wrap_up");
  await other.hangUp();
  await caller.wait("received", "BYE");
  for (const desk of [desks.alice, desks.bob]) {
    await desk.band("wrap_up");
    await desk.finish();
  }
  assert.deepEqual((await stage.server.endedContact(contact)).visits.map((visit) => [visit.queue, visit.how]), [["work", "answered"], ["work", "answered"]]);
});

test("A caller whom the agent's phone refers to a queue in which nobody is free waits there, through the server's kill -9 too", { timeout: 120_000 }, async () => {
  const who = stage.customer();
  const phone = await stage.phone("alice", { answerAfterMs: 100 });
  await stage.phone("bob", { answerAfterMs: 100 });
  await desks.alice.ready();
  const caller = await stage.call("work", who);
  const contact = await desks.alice.band("talking");
  await phone.refer(NUMBER.work);
  await desks.alice.band("wrap_up");
  await until("he waits again", async () => (await stage.server.queue("work")).waiting === 1);
  await stage.server.kill();
  await stage.server.start();
  await stage.server.linkIs("up");
  for (const desk of [desks.alice, desks.bob]) await desk.connected();
  await desks.bob.ready();
  assert.equal(await desks.bob.band("talking"), contact);
  await caller.hangUp();
  for (const desk of [desks.alice, desks.bob]) {
    await desk.band("wrap_up");
    await desk.finish();
  }
  assert.deepEqual((await stage.server.endedContact(contact)).visits.map((visit) => visit.how), ["answered", "answered"]);
});

test("Who was handed a caller hears no silence when the caller hangs up", { timeout: 120_000 }, async () => {
  const who = stage.customer();
  const phone = await stage.phone("alice", { answerAfterMs: 100 });
  const other = await stage.lab.agent("agent2", { answerAfterMs: 100 });
  await desks.alice.ready();
  const caller = await stage.call("plain", who);
  const contact = await desks.alice.band("talking");
  await phone.refer("1002");
  await other.wait("sent", "200", { method: "INVITE" });
  await phone.hangUp();
  await desks.alice.band("none");
  await caller.hangUp();
  await other.wait("received", "BYE");
  assert.equal((await stage.server.endedContact(contact)).outcome, "answered");
});
