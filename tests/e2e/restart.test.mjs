// The server dies by kill -9 and starts again: nobody on the line notices, and nothing that was known is lost.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Stage, withinOneSecond } from "./stage.mjs";
import { until } from "./until.mjs";

const stage = new Stage(["alice", "bob"]);
const { desks } = stage;

before(() => stage.open());
afterEach(() => stage.quiet());
after(() => stage.close());

/** Kills the server and starts it again; resolves when the pages have resumed by themselves. `meanwhile` happens while it is dead. */
async function dieAndReturn(meanwhile = async () => {}) {
  const died = Date.now();
  await stage.server.kill();
  await until("the pages notice", () => Object.values(desks).every((desk) => desk.frames.some((one) => one.type === "close" && one.at > died)));
  await meanwhile();
  await stage.server.start();
  await Promise.all(Object.values(desks).map((desk) => desk.frame("welcome", (one) => one.type === "welcome", { after: died, timeoutMs: 45_000 })));
  await Promise.all(Object.values(desks).map((desk) => desk.connected()));
  return died;
}

const invites = (phone) => {
  phone.refresh();
  return phone.find("received", "INVITE").length;
};

test("A call survives kill -9 of the server: same contact, same agent, and the wait before it counts", { timeout: 120_000 }, async () => {
  const { alice, bob } = desks;
  const alicePhone = await stage.phone("alice", { answerAfterMs: 200 });
  const bobPhone = await stage.phone("bob", { answerAfterMs: 200 });
  const who = stage.customer();
  const caller = await stage.call("work", who);
  const parked = await caller.answered();
  await stage.waiting(who);
  await until("he has waited 1.5 s", () => Date.now() > parked.at + 1500);
  await alice.ready();
  await bob.ready();
  const contact = await alice.band("talking");
  const answered = await alicePhone.wait("sent", "200", { method: "INVITE" });
  const marker = `before-${Date.now()}`;
  await alice.page.evaluate((text) => { window.callwrightTestMarker = text; }, marker);

  const died = await dieAndReturn();
  assert.equal(await alice.band("talking"), contact, "the page shows the same contact");
  assert.equal(await alice.page.evaluate(() => window.callwrightTestMarker), marker, "the page was not loaded again");
  assert.deepEqual(await stage.talks(), [{ from: who.from, phone: "agent1" }]);
  assert.equal(alicePhone.find("received", "BYE").length + caller.find("received", "BYE").length, 0, "nobody was hung up");
  await bob.stateIs("ready");

  await caller.hangUp();
  const bye = await caller.wait("sent", "BYE");
  assert.equal(await alice.band("wrap_up"), contact);
  await alice.finish();
  const row = await stage.server.endedContact(contact);
  assert.deepEqual([row.outcome, row.agent], ["answered", "alice"]);
  withinOneSecond(row.waited_us / 1000, alicePhone.find("received", "INVITE")[0].at - parked.at, "waited");
  withinOneSecond(row.talk_us / 1000, bye.at - answered.at, "talk");
  assert.deepEqual([invites(alicePhone), invites(bobPhone)], [1, 0], "nobody was rung twice");
  assert.equal(alice.pops(died).length, 0, "no second pop");
  assert.equal((await stage.server.contactsFrom(who.from)).length, 1);
});

test("A caller who waits through kill -9 keeps his place and his waiting time", { timeout: 120_000 }, async () => {
  const { alice, bob } = desks;
  const alicePhone = await stage.phone("alice", { answerAfterMs: 200 });
  const [first, second] = [stage.customer(), stage.customer()];
  const caller = await stage.call("plain", first);
  const before_it = await stage.waiting(first);
  const parked = await caller.answered();
  await stage.call("plain", second);
  const behind = await stage.waiting(second);

  const died = await dieAndReturn();
  const after_it = await stage.waiting(first);
  assert.deepEqual([after_it.contact, after_it.entered_at], [before_it.contact, before_it.entered_at]);
  assert.equal((await stage.waiting(second)).contact, behind.contact);
  await alice.ready();
  const pop = await alice.pop({ after: died });
  assert.equal(pop.entity, before_it.contact, "the first caller comes first");
  assert.equal(pop.data.card.name, first.name);
  assert.equal(await alice.band("talking"), before_it.contact);
  const answered = await alicePhone.wait("sent", "200", { method: "INVITE" });
  assert.equal(invites(alicePhone), 1);
  await caller.hangUp();
  const row = await stage.server.endedContact(before_it.contact);
  withinOneSecond((row.waited_us + row.ring_us) / 1000, answered.at - parked.at, "waiting and ringing");
  assert.ok(row.waited_us / 1000 > died - parked.at - 1000, "the wait before the kill is counted");
  assert.deepEqual(row.visits.map((visit) => visit.how), ["answered"]);
  assert.equal(await alice.band("talking"), behind.contact, "then the second");
  assert.equal(bob.pops(died).length, 0);
});

test("A phone that rings through kill -9 is answered afterwards; it is not rung again", { timeout: 120_000 }, async () => {
  const { alice, bob } = desks;
  const alicePhone = await stage.phone("alice");
  const bobPhone = await stage.phone("bob");
  await alice.ready();
  await bob.ready();
  const who = stage.customer();
  const from = Date.now();
  const caller = await stage.call("plain", who);
  const pop = await alice.pop({ after: from });
  await alicePhone.wait("sent", "180");

  await dieAndReturn();
  assert.equal(await alice.band("ringing"), pop.entity, "the page rings again with the same contact");
  await alicePhone.answer();
  assert.equal(await alice.band("talking"), pop.entity);
  assert.equal(await stage.talking(who), "agent1");
  await caller.hangUp();
  const row = await stage.server.endedContact(pop.entity);
  assert.deepEqual(row.offers.map((offer) => `${offer.agent} ${offer.how}`), ["alice accepted"]);
  assert.deepEqual([invites(alicePhone), invites(bobPhone)], [1, 0]);
});

test("A call that ended while the server was dead has ended when it is back", { timeout: 120_000 }, async () => {
  const { alice } = desks;
  const phone = await stage.phone("alice", { answerAfterMs: 100 });
  await alice.ready();
  const caller = await stage.call("plain", stage.customer());
  const contact = await alice.band("talking");
  await stage.server.kill();
  await caller.hangUp();
  await caller.ended();
  await stage.server.start();
  const row = await stage.server.endedContact(contact);
  assert.match(row.outcome, /^(answered|lost)$/);
  assert.equal(row.agent, "alice");
  await alice.band("none", 20_000);
  await phone.wait("received", "BYE");
});

test("A note and an outcome given while the server is dead are stored when it is back, by the page itself", { timeout: 120_000 }, async () => {
  const { alice } = desks;
  await stage.phone("alice", { answerAfterMs: 100 });
  await alice.ready();
  const caller = await stage.call("work", stage.customer());
  const contact = await alice.band("talking");
  await caller.hangUp();
  assert.equal(await alice.band("wrap_up"), contact);
  const marker = `before-${Date.now()}`;
  await alice.page.evaluate((text) => { window.callwrightTestMarker = text; }, marker);
  const text = "Typed while nobody listened. 没有连接时写的。";
  await dieAndReturn(async () => {
    await alice.at("lost").waitFor();
    await alice.at("note").fill(text);
    await alice.page.locator('[data-testid="disposition"][data-code="callback"]').click();
    await alice.page.locator('[data-testid="note-status"]', { hasText: "Kept here" }).waitFor();
    await alice.page.locator('[data-testid="outcome-hint"]', { hasText: "Kept here" }).waitFor();
  });
  const row = await until("both are stored", async () => {
    const logged = await stage.server.contact(contact);
    return logged.disposition && logged.notes.length ? logged : undefined;
  });
  assert.equal(row.disposition, "callback");
  assert.deepEqual(row.notes.map((note) => [note.agent, note.text]), [["alice", text]]);
  assert.equal(await alice.page.evaluate(() => window.callwrightTestMarker), marker, "the page was not loaded again");
});

test("The store is sound after every kill", { timeout: 30_000 }, async () => {
  const { code, out } = await stage.server.command("doctor");
  assert.equal(code, 0, out);
});
