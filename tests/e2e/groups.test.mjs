// Several agents are asked at once: the first who answers his phone, or claims the call on his page, has it.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Stage } from "./stage.mjs";
import { until } from "./until.mjs";

const stage = new Stage(["alice", "bob"]);
const { desks } = stage;

before(() => stage.open());
afterEach(() => stage.quiet());
after(() => stage.close());

/** Both phones are on, both agents are free. */
const bothReady = async () => {
  const phones = [await stage.phone("alice"), await stage.phone("bob")];
  await desks.alice.ready();
  await desks.bob.ready();
  return phones;
};
const ends = (row) => Object.fromEntries(row.offers.map((offer) => [offer.agent, offer.how]));

test("Two phones ring together, the first that is answered has the caller, and the other stops and its agent is free", { timeout: 60_000 }, async (t) => {
  const { alice, bob } = desks;
  const [alicePhone, bobPhone] = await bothReady();
  const who = stage.customer();
  const from = Date.now();
  const caller = await stage.call("together", who);
  const [alicePop, bobPop] = await Promise.all([alice.pop({ after: from }), bob.pop({ after: from })]);
  assert.equal(alicePop.entity, bobPop.entity);
  assert.equal(alicePop.data.why.agent, "alice");
  assert.equal(bobPop.data.why.agent, "bob", "each page says why its own agent is asked");
  await Promise.all([alicePhone.wait("sent", "180"), bobPhone.wait("sent", "180")]);

  await bobPhone.answer();
  const answered = await bobPhone.wait("sent", "200", { method: "INVITE" });
  const cancelled = await alicePhone.wait("received", "CANCEL");
  t.diagnostic(`the other phone stops ${(cancelled.at - answered.at).toFixed(1)} ms after the answer`);
  assert.ok(cancelled.at - answered.at < 500);
  assert.equal(await bob.band("talking"), bobPop.entity);
  assert.equal(await stage.talking(who), "agent2");
  await alice.band("none");
  await alice.stateIs("ready");
  await alice.at("band").getByText("Answered by a colleague.").waitFor();

  const next = await stage.call("plain", stage.customer());
  await alice.band("ringing");
  await next.hangUp();
  await caller.hangUp();
  const row = await stage.server.endedContact(bobPop.entity);
  assert.deepEqual(ends(row), { alice: "elsewhere", bob: "accepted" });
  assert.deepEqual([row.outcome, row.agent, row.visits.length], ["answered", "bob", 1]);
});

test("Two who answer at the same moment: one talks, the other's phone is hung up, and nobody is blamed", { timeout: 60_000 }, async () => {
  const { alice, bob } = desks;
  const [alicePhone, bobPhone] = await bothReady();
  const phones = { agent1: alicePhone, agent2: bobPhone };
  const who = stage.customer();
  const from = Date.now();
  const caller = await stage.call("together", who);
  const pop = await bob.pop({ after: from });
  await Promise.all(Object.values(phones).map((phone) => phone.wait("sent", "180")));
  await Promise.all(Object.values(phones).map((phone) => phone.answer()));
  const winner = await stage.talking(who);
  const loser = winner === "agent1" ? "agent2" : "agent1";
  await until("the other phone is hung up", () => {
    phones[loser].refresh();
    return phones[loser].find("received", "BYE").length + phones[loser].find("received", "CANCEL").length > 0;
  });
  const losing = loser === "agent1" ? alice : bob;
  await losing.band("none");
  await losing.stateIs("ready");
  await caller.hangUp();
  const row = await stage.server.endedContact(pop.entity);
  assert.deepEqual(Object.values(ends(row)).sort(), ["accepted", "elsewhere"]);
});

test("No phone rings before a call is claimed on a page, and then that of the claimer alone", { timeout: 60_000 }, async () => {
  const { alice, bob } = desks;
  const [alicePhone, bobPhone] = await bothReady();
  const from = Date.now();
  const caller = await stage.call("board", stage.customer());
  const pop = await bob.pop({ after: from });
  await alice.band("ringing");
  await until("a second has passed", () => Date.now() > pop.at + 1000);
  for (const phone of [alicePhone, bobPhone]) {
    phone.refresh();
    assert.deepEqual(phone.messages, [], "it rings and nobody has claimed");
  }
  await bob.press("answer");
  await bobPhone.wait("sent", "180");
  await alice.band("none");
  await alice.at("band").getByText("Answered by a colleague.").waitFor();
  await bobPhone.answer();
  assert.equal(await bob.band("talking"), pop.entity);
  alicePhone.refresh();
  assert.deepEqual(alicePhone.messages, []);
  await caller.hangUp();
  const row = await stage.server.endedContact(pop.entity);
  assert.deepEqual(ends(row), { alice: "elsewhere", bob: "accepted" });
});
