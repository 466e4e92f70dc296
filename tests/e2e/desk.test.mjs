// A call from the first ring to the last note, as the agent's page, the phones and the contact log see it.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { soonAfter, Stage, withinOneSecond } from "./stage.mjs";
import { until } from "./until.mjs";

const stage = new Stage(["alice", "bob"]);
const { desks } = stage;

before(() => stage.open());
afterEach(() => stage.quiet());
after(() => stage.close());

test("The customer's record is on the page of the more skilled agent before her phone rings, in 20 of 20 calls", { timeout: 120_000 }, async (t) => {
  const { alice, bob } = desks;
  const alicePhone = await stage.phone("alice", { answerAfterMs: 100 });
  const bobPhone = await stage.phone("bob");
  await bob.ready();
  await alice.ready();
  const leads = [];
  const onTheWay = [];
  for (let n = 0; n < 20; n++) {
    const who = stage.customer();
    const from = Date.now();
    const caller = await stage.call("plain", who);
    const pop = await alice.pop({ after: from });
    assert.equal(pop.data.e164, `+${who.from}`);
    assert.equal(pop.data.match, "known");
    assert.equal(pop.data.card.name, who.name);
    assert.equal(pop.data.card.account, who.account);
    const ringing = await alicePhone.wait("sent", "180", { after: from });
    leads.push(ringing.at - pop.at);
    onTheWay.push(pop.at - pop.ts / 1000);
    await alice.page.locator('[data-testid="customer-name"]', { hasText: who.name }).first().waitFor();
    await alice.band("talking");
    assert.equal(await alice.at("customer-name").first().textContent(), who.name);
    await caller.hangUp();
    await alicePhone.wait("received", "BYE", { after: from });
    await alice.agentFrame("ready", { after: from });
  }
  const late = leads.flatMap((lead, n) => (lead > 0 ? [] : [`call ${n + 1} by ${(-lead).toFixed(1)} ms, ${onTheWay[n].toFixed(1)} ms of it from the server to the page`]));
  leads.sort((a, b) => a - b);
  onTheWay.sort((a, b) => a - b);
  t.diagnostic(`pop ahead of the phone's 180 by ${leads[0].toFixed(1)} to ${leads.at(-1).toFixed(1)} ms, median ${leads[10].toFixed(1)} ms; `
    + `frame on its way ${onTheWay[0].toFixed(1)} to ${onTheWay.at(-1).toFixed(1)} ms, median ${onTheWay[10].toFixed(1)} ms`);
  assert.deepEqual(late, [], "the phone rang first");
  bobPhone.refresh();
  assert.deepEqual(bobPhone.messages, [], "nobody rang the less skilled agent");
  assert.equal(bob.pops().length, 0);
});

test("A call that is answered, held, retrieved, hung up and wrapped up is seen at once and logged to the second", { timeout: 60_000 }, async (t) => {
  const { alice } = desks;
  const phone = await stage.phone("alice");
  const who = stage.customer();
  const caller = await stage.call("work", who);
  const parked = await caller.answered();
  await stage.waiting(who);
  await alice.ready();
  const pop = await alice.pop({ after: parked.at });
  const invited = await phone.wait("received", "INVITE", { after: parked.at });
  await phone.wait("sent", "180", { after: invited.at });
  await phone.answer();
  const answered = await phone.wait("sent", "200", { method: "INVITE", after: invited.at });
  const late = {};
  late.answered = soonAfter(await alice.contactFrame("talking", { after: pop.at }), answered, "talking");
  await phone.wait("received", "ACK", { after: answered.at });
  await until("they talk for a second", () => Date.now() > answered.at + 1000);

  await phone.hold();
  const held = await phone.wait("sent", "INVITE", { after: answered.at });
  late.held = soonAfter(await alice.contactFrame("held", { after: held.at - 20 }), held, "held");
  await alice.band("held");
  await phone.wait("sent", "ACK", { after: held.at });
  await until("he is held for a second", () => Date.now() > held.at + 1000);

  await phone.retrieve();
  const retrieved = await phone.wait("sent", "INVITE", { after: held.at });
  late.retrieved = soonAfter(await alice.contactFrame("talking", { after: retrieved.at - 20 }), retrieved, "talking again");
  await alice.band("talking");
  await phone.wait("sent", "ACK", { after: retrieved.at });

  await caller.hangUp();
  const bye = await caller.wait("sent", "BYE");
  const wrapUp = await alice.contactFrame("wrap_up", { after: bye.at - 20 });
  late.hungUp = soonAfter(wrapUp, bye, "wrap-up");
  await phone.wait("received", "BYE", { after: bye.at - 20 });
  await alice.band("wrap_up");
  await alice.finish("solved");
  const done = await alice.agentFrame("ready", { after: bye.at });

  const row = await stage.server.endedContact(pop.entity);
  const lengths = [["waited", invited.at - parked.at], ["ring", answered.at - invited.at], ["talk", held.at - answered.at + bye.at - retrieved.at],
    ["hold", retrieved.at - held.at], ["wrap_up", done.at - bye.at]];
  for (const [name, ms] of lengths) withinOneSecond(row[`${name}_us`] / 1000, ms, name);
  assert.deepEqual([row.outcome, row.agent, row.queue, row.match], ["answered", "alice", "work", "known"]);
  assert.deepEqual(row.segments.map((one) => one.what), ["ring", "talk", "hold", "talk", "wrap_up"]);
  t.diagnostic(`ms from SIP message to frame: ${Object.entries(late).map(([what, ms]) => `${what} ${ms.toFixed(1)}`).join(", ")}`);
});

test("Hold, retrieve and hang-up work from the page", { timeout: 30_000 }, async () => {
  const { alice } = desks;
  const phone = await stage.phone("alice", { answerAfterMs: 100 });
  await alice.ready();
  const caller = await stage.call("plain", stage.customer());
  const contact = await alice.band("talking");
  await alice.press("hold");
  assert.equal(await alice.band("held"), contact);
  await alice.press("hold");
  assert.equal(await alice.band("talking"), contact);
  await alice.press("end");
  await caller.wait("received", "BYE");
  await phone.wait("received", "BYE");
  await alice.band("none");
  const row = await stage.server.endedContact(contact);
  assert.deepEqual(row.segments.map((one) => one.what), ["ring", "talk", "hold", "talk"]);
});

test("The agent sees who waits in his queues, and why the call came to him", { timeout: 30_000 }, async () => {
  const { alice } = desks;
  await stage.phone("alice", { answerAfterMs: 100 });
  const who = stage.customer();
  const caller = await stage.call("plain", who);
  await stage.waiting(who);
  await alice.page.locator('tr[data-queue="plain"]', { hasText: /^Queue plain0:201\d:\d\d$/ }).waitFor();
  await alice.page.locator(".band", { hasText: "Waiting in your queues1" }).waitFor();
  const from = Date.now();
  await alice.ready();
  const { data: { why } } = await alice.pop({ after: from });
  assert.equal(why.agent, "alice");
  assert.equal(why.terms.reduce((sum, term) => sum + term.points, 0), why.score);
  await alice.at("why-you").waitFor();
  await alice.band("talking");
  await alice.at("why-you").waitFor();
  await caller.hangUp();
  await alice.band("none");
});

test("An unknown caller gets a blank card, which is attached to the contact and known at the next call", { timeout: 60_000 }, async () => {
  const { alice } = desks;
  await stage.phone("alice", { answerAfterMs: 100 });
  await alice.ready();
  const who = stage.stranger();
  const first = await stage.call("plain", who);
  const contact = await alice.band("talking");
  await alice.at("blank-card").waitFor();
  await alice.at("blank-name").fill("Karla Neumann");
  await alice.at("blank-save").click();
  await alice.page.locator('[data-testid="customer-name"]', { hasText: "Karla Neumann" }).first().waitFor();
  await first.hangUp();
  await alice.band("none");
  const row = await stage.server.endedContact(contact);
  assert.equal(row.match, "chosen");
  const customer = await (await stage.server.supervisor()).get(`/api/v1/customers/${row.customer}`);
  assert.equal(customer.name, "Karla Neumann");

  const from = Date.now();
  const second = await stage.call("plain", who);
  const pop = await alice.pop({ after: from });
  assert.deepEqual([pop.data.match, pop.data.customer, pop.data.card.name], ["known", row.customer, "Karla Neumann"]);
  assert.ok(pop.data.card.last_contacts.some((one) => one.contact === contact), "the first call stands in the record");
  await alice.band("talking");
  await second.hangUp();
  await alice.band("none");
});

test("Note, outcome and whether it is solved are stored with the contact", { timeout: 60_000 }, async () => {
  const { alice } = desks;
  await stage.phone("alice", { answerAfterMs: 100 });
  await alice.ready();
  const caller = await stage.call("work", stage.customer());
  const contact = await alice.band("talking");
  const text = "Boiler E119 <b>again</b>\n第二次来电 📞";
  await alice.at("note").fill(text);
  await alice.page.locator('[data-testid="note-status"][data-saved="true"]').waitFor();
  await caller.hangUp();
  await alice.band("wrap_up");
  await alice.page.locator('[data-testid="disposition"][data-code="callback"]').click();
  await alice.at("solved-yes").click();
  await alice.press("done");
  await alice.band("none");
  const row = await until("the outcome is logged", async () => {
    const logged = await stage.server.endedContact(contact);
    return logged.disposition === "callback" && logged.resolved ? logged : undefined;
  });
  assert.deepEqual(row.notes.map((note) => [note.agent, note.text]), [["alice", text]]);
});

const hostile = {
  "markup": `<img src=x onerror=alert(1)><b>bold</b> &amp; ' O'Neill`,
  "a script": `</script><script>window.pwned=1</script>`,
  "emoji and both directions": `👩🏽‍💻 王小明 שלום مرحبا`,
  "800 letters": "Ä".repeat(800),
};
for (const [what, name] of Object.entries(hostile)) {
  test(`A caller's name of ${what} arrives in the page as text`, { timeout: 30_000 }, async () => {
    const { alice } = desks;
    await stage.phone("alice", { answerAfterMs: 100 });
    await alice.ready();
    const from = Date.now();
    const caller = await stage.call("plain", { ...stage.stranger(), name });
    const pop = await alice.pop({ after: from });
    await alice.band("talking");
    const shown = await alice.at("caller-name").textContent();
    // Asterisk keeps the first part of a long name, the page shows 120 characters of it.
    assert.ok(pop.data.caller_name.length > 0 && name.startsWith(pop.data.caller_name), pop.data.caller_name);
    assert.ok(pop.data.caller_name.length === name.length || name.length > 70, pop.data.caller_name);
    assert.equal(shown.replace(/…$/, ""), [...pop.data.caller_name].slice(0, 120).join(""));
    assert.equal(await alice.page.evaluate(() => window.pwned), undefined);
    assert.equal(await alice.page.locator("img").count(), 0);
    await caller.hangUp();
    await alice.band("none");
  });
}
