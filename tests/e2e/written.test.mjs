// Chats and e-mails beside calls: opened over REST as another system does, on the page of an agent whose real phone rings.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Stage } from "./stage.mjs";
import { until } from "./until.mjs";

const stage = new Stage(["alice"]);
const { desks } = stage;

before(() => stage.open());
afterEach(() => stage.quiet());
after(() => stage.close());

/** Another system has a contact for the queue: its id. */
async function opens(channel, who) {
  const { status, body } = await (await stage.server.supervisor()).request("POST", "/api/v1/contacts",
    { channel, queue: "work", identity: who.e164 ?? "", name: who.name ?? "", url: `${stage.server.url}/health`, attributes: { topic: "boiler" } });
  assert.equal(status, 201, JSON.stringify(body));
  return body.contact;
}
/** What the list of contacts in hand shows: [contact, phase], the call first. */
const inHand = (desk) => desk.at("my-contact").evaluateAll((rows) => rows.map((row) => [row.dataset.contact, row.dataset.phase]));
const shows = (desk, contact) => desk.page.locator(`[data-testid="band"][data-contact="${contact}"]`).waitFor({ state: "attached" });

/** Accepts what the band offers; the tab that opens then. */
async function accepts(desk) {
  const [tab] = await Promise.all([desk.page.context().waitForEvent("page"), desk.press("answer")]);
  await desk.band("working");
  return tab;
}
/** Done with the contact that the band shows, outcome and all. */
async function ends(desk, contact) {
  await shows(desk, contact);
  if (await desk.at("band").getAttribute("data-phase") === "working") await desk.press("end");
  await desk.band("wrap_up");
  await desk.page.locator('[data-testid="disposition"][data-code="solved"]').click();
  await desk.press("done");
  await until("the band shows something else", async () => (await desk.at("band").getAttribute("data-contact")) !== contact);
}

test("A chat pops with its customer, opens at its address in a tab of its own, and is logged like a call", { timeout: 60_000 }, async () => {
  const { alice } = desks;
  const who = stage.customer();
  await alice.ready();
  const contact = await opens("chat", who);
  const pop = await alice.pop();
  assert.deepEqual([pop.data.contact, pop.data.channel, pop.data.match, pop.data.card.name], [contact, "chat", "known", who.name]);
  const tab = await accepts(alice);
  await tab.waitForURL(`${stage.server.url}/health`);
  assert.equal(await tab.evaluate(() => window.opener), null);
  await tab.close();
  assert.equal(await alice.state, "ready", "his own state is that of his phone");
  await ends(alice, contact);
  const row = await stage.server.endedContact(contact);
  assert.deepEqual([row.channel, row.outcome, row.agent, row.disposition], ["chat", "answered", "alice", "solved"]);
  assert.deepEqual(row.segments.map((one) => one.what), ["ring", "talk", "wrap_up"]);
  assert.deepEqual(row.visits.map((one) => one.how), ["answered"]);
});

test("Who has an e-mail in hand is called, and keeps it; who has a chat is not, and is called when it is done", { timeout: 90_000 }, async () => {
  const { alice } = desks;
  const phone = await stage.phone("alice", { answerAfterMs: 300 });
  await alice.ready();
  const email = await opens("email", stage.customer());
  await shows(alice, email);
  await (await accepts(alice)).close();

  const caller = await stage.call("work", stage.customer());
  const call = await alice.band("talking");
  assert.deepEqual(await inHand(alice), [[call, "talking"], [email, "working"]]);
  await caller.hangUp();
  await phone.wait("received", "BYE");
  await ends(alice, call);
  assert.equal(await alice.band("working"), email, "the page is back where it was");
  await ends(alice, email);

  const chat = await opens("chat", stage.customer());
  await shows(alice, chat);
  await (await accepts(alice)).close();
  const who = stage.customer();
  const second = await stage.call("work", who);
  await stage.waiting(who);
  await alice.press("end");
  await alice.band("wrap_up");
  phone.refresh();
  assert.equal(phone.find("received", "INVITE").length, 1, "he has the chat still, in wrap-up");
  await ends(alice, chat);
  await alice.band("talking");
  await second.hangUp();
  await alice.band("wrap_up");
  await alice.finish();
});

test("kill -9 with one chat in hand and one offered: both are where they were, and the page shows them again by itself", { timeout: 90_000 }, async () => {
  const { alice } = desks;
  await alice.ready();
  const first = await opens("chat", stage.customer());
  await shows(alice, first);
  await (await accepts(alice)).close();
  const second = await opens("chat", stage.customer());
  await until("the second is offered", async () => (await inHand(alice)).length === 2);

  const died = Date.now();
  await stage.server.kill();
  await until("the page notices", () => alice.frames.some((one) => one.type === "close" && one.at > died));
  await stage.server.start();
  await alice.connected();
  assert.deepEqual((await inHand(alice)).map(([contact]) => contact), [first, second]);
  const offers = (await stage.server.contact(second)).offers;
  assert.equal(offers.length, 1, "it was not offered again");

  await ends(alice, first);
  await shows(alice, second);
  await (await accepts(alice)).close();
  await ends(alice, second);
  for (const contact of [first, second]) assert.equal((await stage.server.endedContact(contact)).outcome, "answered");
});
