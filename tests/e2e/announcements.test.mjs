// What callers hear while they wait, and a queue that is switched to emergency, on a real Asterisk.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { AgentPage } from "./page.mjs";
import { SUPERVISOR } from "./server.mjs";
import { Stage } from "./stage.mjs";
import { until } from "./until.mjs";

const stage = new Stage(["alice"]);
const { desks } = stage;
let ruth;

before(async () => {
  await stage.open();
  ruth = await AgentPage.open(stage.browser, stage.server, SUPERVISOR);
});
afterEach(async () => {
  await stage.quiet();
  assert.deepEqual(ruth.errors.splice(0), [], "errors in the supervisor's page");
});
after(() => stage.close());

/** What Asterisk has told of our playbacks so far. */
async function playbacks() {
  const count = (what) => stage.server.metric(`callwright_ari_playbacks_${what}_total`);
  const [started, finished, failed] = await Promise.all(["started", "finished", "failed"].map(count));
  return { started, finished, failed };
}
const heard = (what, test) => until(async () => `${what}, not ${JSON.stringify(await playbacks())}\n${stage.server.log()}`, async () => {
  const now = await playbacks();
  return test(now) && now;
});

test("A waiting caller hears his position, and is answered at once in the middle of an announcement", { timeout: 60_000 }, async () => {
  const { alice } = desks;
  const phone = await stage.phone("alice");
  const before = await playbacks();
  const who = stage.customer();
  const caller = await stage.call("told", who);
  const { contact } = await stage.waiting(who);
  await heard("his position has been said and the long sound plays", (now) => now.started === before.started + 2 && now.finished === before.finished + 1);

  await alice.ready();
  await alice.band("ringing");
  await phone.wait("sent", "180");
  await phone.answer();
  const answered = Date.now();
  assert.equal(await alice.band("talking"), contact);
  await stage.talking(who);
  const took = Date.now() - answered;
  assert.ok(took < 3000, `bridged ${took} ms after the answer, and the sound takes 30 s`);
  await heard("what played was stopped", (now) => now.finished === now.started);
  assert.equal((await playbacks()).failed, before.failed);
  await caller.hangUp();
  await alice.band("none");
  const row = await stage.server.endedContact(contact);
  assert.equal(row.outcome, "answered");
});

test("A caller who hangs up during an announcement, and a sound that is not there, leave nothing behind", { timeout: 60_000 }, async () => {
  const before = await playbacks();
  const first = stage.customer();
  const leaves = await stage.call("told", first);
  await heard("the long sound plays", (now) => now.started === before.started + 2);
  await leaves.hangUp();
  const row = (await stage.server.contactsFrom(first.from)).at(0);
  assert.equal((await stage.server.endedContact(row.contact)).outcome, "abandoned");

  const { failed } = await playbacks();
  const second = stage.customer();
  const waits = await stage.call("silent", second);
  await stage.waiting(second);
  await heard("the missing sound is counted and the next one is played", (now) => now.failed === failed + 1 && now.started >= before.started + 3);
  assert.ok((await stage.server.contactsFrom(second.from)).find((one) => !one.outcome), "the call goes on");
  await waits.hangUp();
});

test("A queue that a supervisor switches to emergency plays its message to who waits and who comes, and they flow", { timeout: 60_000 }, async () => {
  const before = await playbacks();
  const [first, second, third] = [stage.customer(), stage.customer(), stage.customer()];
  const callers = [await stage.call("alarm", first)];
  const { contact } = await stage.waiting(first);
  await ruth.page.goto(`${stage.server.url}/#/live`);
  const row = ruth.page.locator('[data-testid="queue-row"][data-queue="alarm"]');
  await row.getByTestId("emergency").click();
  await ruth.at("emergency-confirm").click();
  await row.getByTestId("emergency-on").waitFor();
  assert.equal((await stage.server.queue("alarm")).emergency, true);
  await heard("the message has been played", (now) => now.finished === before.finished + 1);
  const flowed = async (id) => until(`contact ${id} is in the other queue`, async () => {
    const now = await stage.server.contact(id);
    return now.visits?.length === 2 && now;
  });
  assert.deepEqual((await flowed(contact)).visits.map((visit) => [visit.queue, visit.how]), [["alarm", "flow_closed"], ["plain", null]]);

  callers.push(await stage.call("alarm", second));
  const next = await stage.waiting(second);
  await flowed(next.contact);
  await heard("the message has been played twice", (now) => now.finished === before.finished + 2 && now.failed === before.failed);

  await row.getByTestId("emergency").click();
  await ruth.at("emergency-confirm").click();
  await row.getByTestId("emergency-on").waitFor({ state: "detached" });
  callers.push(await stage.call("alarm", third));
  const last = await stage.waiting(third);
  assert.equal((await stage.server.contact(last.contact)).visits.length, 1, "it takes calls as usual again");
  for (const caller of callers) await caller.hangUp();
});
