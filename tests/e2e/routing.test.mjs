// Who gets the call when agents do not answer, cannot be reached or are taken, and what becomes of callers who give up.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Stage } from "./stage.mjs";
import { until } from "./until.mjs";

const stage = new Stage(["alice", "bob", "nora"]);
const { desks } = stage;

before(() => stage.open());
afterEach(() => stage.quiet());
after(() => stage.close());

const invites = (phone) => {
  phone.refresh();
  return phone.find("received", "INVITE").length;
};
const offers = (row) => row.offers.map((offer) => `${offer.agent} ${offer.how}`);

test("An agent who does not answer in time loses the call to the next one, and the caller keeps his place", { timeout: 40_000 }, async () => {
  const { alice, bob } = desks;
  const alicePhone = await stage.phone("alice");
  const bobPhone = await stage.phone("bob");
  await alice.ready();
  const first = stage.customer();
  const second = stage.customer();
  const from = Date.now();
  const caller = await stage.call("hasty", first);
  const pop = await alice.pop({ after: from });
  await stage.call("hasty", second);
  await stage.waiting(second);
  await alicePhone.wait("sent", "180");
  await alicePhone.wait("received", "CANCEL", { timeoutMs: 5000 });
  await alice.stateIs("not_ready");
  assert.equal(await alice.at("answer-on-phone").count(), 0);

  await bob.ready();
  const moved = await bob.pop({ after: from });
  assert.equal(moved.entity, pop.entity, "the first caller comes first, although his call came back");
  assert.equal(moved.data.entered_at, pop.data.entered_at);
  assert.equal(moved.data.visit, pop.data.visit);
  await bobPhone.wait("sent", "180");
  await bobPhone.answer();
  assert.equal(await bob.band("talking"), pop.entity);
  await caller.hangUp();
  const row = await stage.server.endedContact(pop.entity);
  assert.deepEqual(offers(row), ["alice timed_out", "bob accepted"]);
  assert.equal(row.visits.length, 1);
  assert.ok(row.waited_us >= 2_000_000, `waited ${row.waited_us} us`);
  assert.equal(invites(alicePhone), 1);
});

test("An agent who hangs up on the phone itself ends the call", { timeout: 30_000 }, async () => {
  const phone = await stage.phone("alice", { answerAfterMs: 100 });
  await desks.alice.ready();
  const caller = await stage.call("plain", stage.customer());
  const contact = await desks.alice.band("talking");
  await phone.hangUp();
  await caller.wait("received", "BYE");
  await desks.alice.band("none");
  const row = await stage.server.endedContact(contact);
  assert.deepEqual([row.outcome, row.agent], ["answered", "alice"]);
});

test("A caller who hangs up in the queue is abandoned, in the log and in the metrics", { timeout: 30_000 }, async () => {
  const labels = { queue: "plain", outcome: "abandoned" };
  const before = await stage.server.metric("callwright_contacts_total", labels);
  const who = stage.customer();
  const caller = await stage.call("plain", who);
  const row = await stage.waiting(who);
  await until("he has waited a second", () => Date.now() > row.entered_at / 1000 + 1000);
  await caller.hangUp();
  const ended = await stage.server.endedContact(row.contact);
  assert.deepEqual([ended.outcome, ended.agent, ended.visits.map((visit) => visit.how)], ["abandoned", null, ["abandoned"]]);
  assert.equal(await stage.server.metric("callwright_contacts_total", labels), before + 1);
  const queue = await stage.server.queue("plain");
  assert.equal(queue.waiting, 0);
  assert.ok(queue.abandoned >= 1);
});

test("A caller who hangs up while the phone rings stops it, and the agent stays ready", { timeout: 30_000 }, async () => {
  const { alice } = desks;
  const phone = await stage.phone("alice");
  await alice.ready();
  const from = Date.now();
  const caller = await stage.call("plain", stage.customer());
  const pop = await alice.pop({ after: from });
  await phone.wait("sent", "180");
  await caller.hangUp();
  await phone.wait("received", "CANCEL");
  await alice.band("none");
  await alice.stateIs("ready");
  const row = await stage.server.endedContact(pop.entity);
  assert.match(row.outcome, /^(short_)?abandoned$/);
  assert.deepEqual(offers(row), ["alice withdrawn"]);
  assert.equal(phone.errors(), "");
});

test("A busy phone sends the call to the next agent", { timeout: 30_000 }, async () => {
  const { alice, bob } = desks;
  const alicePhone = await stage.phone("alice", { busy: true });
  await stage.phone("bob", { answerAfterMs: 100 });
  await bob.ready();
  await alice.ready();
  const from = Date.now();
  const caller = await stage.call("plain", stage.customer());
  await alicePhone.wait("sent", "486");
  const contact = await bob.band("talking");
  assert.equal((await alice.pop({ after: from })).entity, contact);
  await caller.hangUp();
  const row = await stage.server.endedContact(contact);
  assert.deepEqual(offers(row), ["alice refused", "bob accepted"]);
  assert.equal(invites(alicePhone), 1);
});

test("An agent who declines on the page loses the call to the next one", { timeout: 30_000 }, async () => {
  const { alice, bob } = desks;
  const alicePhone = await stage.phone("alice");
  await stage.phone("bob", { answerAfterMs: 100 });
  await bob.ready();
  await alice.ready();
  const caller = await stage.call("plain", stage.customer());
  await alicePhone.wait("sent", "180");
  await alice.press("decline");
  await alicePhone.wait("received", "CANCEL");
  const contact = await bob.band("talking");
  await caller.hangUp();
  assert.deepEqual(offers(await stage.server.endedContact(contact)), ["alice refused", "bob accepted"]);
});

test("An agent whose phone is not there gets no call that another can take", { timeout: 30_000 }, async () => {
  const { bob, nora } = desks;
  await stage.phone("bob", { answerAfterMs: 100 });
  await nora.ready();
  await bob.ready();
  const caller = await stage.call("plain", stage.customer());
  const contact = await bob.band("talking");
  await caller.hangUp();
  const row = await stage.server.endedContact(contact);
  assert.equal(row.agent, "bob");
  assert.equal(row.offers.at(-1).agent, "bob");
});

test("A phone that answers no packet is given up after the ring time", { timeout: 40_000 }, async () => {
  const { alice, bob } = desks; // alice's phone is off
  await stage.phone("bob", { answerAfterMs: 100 });
  await bob.ready();
  await alice.ready();
  const caller = await stage.call("hasty", stage.customer());
  const contact = await bob.band("talking");
  await caller.hangUp();
  const row = await stage.server.endedContact(contact);
  assert.deepEqual(offers(row), ["alice timed_out", "bob accepted"]);
});

test("Two callers at once get the two agents, the first the more skilled", { timeout: 40_000 }, async () => {
  const { alice, bob } = desks;
  await stage.phone("alice", { answerAfterMs: 100 });
  await stage.phone("bob", { answerAfterMs: 100 });
  const [one, two] = [stage.customer(), stage.customer()];
  const callers = [await stage.call("plain", one)];
  await stage.waiting(one);
  callers.push(await stage.call("plain", two));
  await stage.waiting(two);
  await alice.ready();
  await bob.ready();
  await alice.band("talking");
  await bob.band("talking");
  const talks = await until("both talk", async () => {
    const found = await stage.talks();
    return found.length === 2 && found;
  });
  assert.deepEqual(Object.fromEntries(talks.map((talk) => [talk.from, talk.phone])), { [one.from]: "agent1", [two.from]: "agent2" });
  for (const caller of callers) await caller.hangUp();
});
