// An agent's phone hands the caller on by itself (REFER): what becomes of the contact, and what is written down.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
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
