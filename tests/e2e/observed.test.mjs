// A centre whose Asterisk routes by its own queues: its dialplan stays as it is, and pages, wallboard and log show what app_queue does.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { OBSERVED, OBSERVED_AGENTS, observedDocument } from "./centre.mjs";
import { AgentPage } from "./page.mjs";
import { SUPERVISOR } from "./server.mjs";
import { Stage, withinOneSecond } from "./stage.mjs";
import { until } from "./until.mjs";

const stage = new Stage(["alice", "bob"], ({ address: { ami } }) => ({ centre: observedDocument(ami), secret: ami.secret, agents: OBSERVED_AGENTS }));
const { desks } = stage;
let ruth;

before(async () => {
  await stage.open();
  ruth = await AgentPage.open(stage.browser, stage.server, SUPERVISOR);
  await ready();
});
afterEach(async () => {
  await stage.quiet();
  assert.deepEqual(ruth.errors.splice(0), [], "errors in the supervisor's page");
  await ready();
});
after(() => stage.close());

const ready = () => Promise.all(Object.values(desks).map((desk) => desk.stateIs("ready")));
const dial = (queue, who) => stage.dial(OBSERVED.find((one) => one.id === queue).number, who);
const cell = (queue, column) => ruth.page.locator(`[data-testid="queue-row"][data-queue="${queue}"] [data-col="${column}"]`);
const shows = (queue, column, text) => until(async () => `${queue} shows ${text} as ${column}, not ${await cell(queue, column).allTextContents()}`,
  async () => (await cell(queue, column).allTextContents()).join() === text);
const outcome = ({ outcome: how, agent, queue, match }) => [how, agent, queue, match];

/** What the switch itself does with an agent in a queue, as its administrator would. */
const pause = (phone, queue) => stage.lab.cli(`queue pause member PJSIP/${phone} queue ${queue} reason lunch`);
const unpause = (phone, queue) => stage.lab.cli(`queue unpause member PJSIP/${phone} queue ${queue}`);

test("A caller in the switch's own queue is on the wallboard, pops before his agent answers, and is logged with queue, agent and waits", { timeout: 60_000 }, async () => {
  const { alice } = desks;
  const phone = await stage.phone("alice");
  const who = stage.customer();
  const answeredBefore = (await stage.server.queue("support")).answered;
  const from = Date.now();
  const caller = await dial("support", who);
  const pop = await alice.pop({ after: from });
  assert.deepEqual([pop.data.ani, pop.data.queue, pop.data.observed], [who.from, "support", true]);
  assert.equal(await alice.band("ringing"), pop.entity);
  // The switch calls her at once, so the record may follow the pop by a frame.
  await alice.page.locator('[data-testid="customer-name"]', { hasText: who.name }).first().waitFor();
  await shows("support", "waiting", "1");

  await phone.wait("sent", "180", { after: from });
  const invited = await phone.wait("received", "INVITE", { after: from });
  await phone.answer();
  const answered = await phone.wait("sent", "200", { method: "INVITE", after: from });
  assert.equal(await alice.band("talking"), pop.entity);
  await shows("support", "waiting", "0");
  assert.equal((await stage.server.queue("support")).answered, answeredBefore + 1);

  await phone.hold();
  const held = await phone.wait("sent", "INVITE", { after: answered.at });
  await alice.band("held");
  await phone.retrieve();
  const retrieved = await phone.wait("sent", "INVITE", { after: held.at });
  await alice.band("talking");

  await caller.hangUp();
  const bye = await caller.wait("sent", "BYE");
  await alice.band("none");
  const row = await stage.server.endedContact(pop.entity);
  assert.deepEqual(outcome(row), ["answered", "alice", "support", "known"]);
  assert.deepEqual(row.segments.map((one) => one.what), ["ring", "talk", "hold", "talk"]);
  const taken = await caller.answered();
  const lengths = [["waited", invited.at - taken.at], ["ring", answered.at - invited.at], ["talk", held.at - answered.at + bye.at - retrieved.at], ["hold", retrieved.at - held.at]];
  for (const [name, ms] of lengths) withinOneSecond(row[`${name}_us`] / 1000, ms, name);
});

test("An agent who does not answer is called no more by his queue, and the next one gets the caller", { timeout: 60_000 }, async () => {
  const { alice, bob } = desks;
  await stage.phone("alice");
  await stage.phone("bob", { answerAfterMs: 100 });
  const who = stage.customer();
  const from = Date.now();
  const caller = await dial("sales", who);
  const missed = await alice.pop({ after: from });
  const contact = await bob.band("talking", 20_000);
  assert.equal(contact, missed.entity);
  await alice.band("none");
  await caller.hangUp();
  const row = await stage.server.endedContact(contact);
  assert.deepEqual(outcome(row), ["answered", "bob", "sales", "known"]);
  assert.deepEqual([...new Set(row.offers.map(({ agent }) => agent))], ["alice", "bob"]);
});

test("A caller who hangs up in the queue has abandoned", { timeout: 60_000 }, async () => {
  const before = await stage.server.queue("support");
  const who = stage.customer();
  await Promise.all([stage.phone("alice"), stage.phone("bob")]);
  const caller = await dial("support", who);
  const { contact } = await stage.waiting(who);
  const taken = await caller.answered();
  await until("he is no short abandon", () => Date.now() > taken.at + 2_000);
  await caller.hangUp();
  const row = await stage.server.endedContact(contact);
  assert.deepEqual(outcome(row), ["abandoned", null, "support", "known"]);
  assert.equal((await stage.server.queue("support")).abandoned, before.abandoned + 1);
});

test("Who pauses in all his queues is not ready, with the switch's reason", { timeout: 30_000 }, async () => {
  const { alice } = desks;
  await pause("agent1", "support-en");
  await pause("agent1", "sales-en");
  await alice.stateIs("not_ready");
  await until("the reason is shown", async () => /lunch/i.test(await alice.at("state-observed").textContent()));
  await unpause("agent1", "sales-en");
  await alice.stateIs("ready");
  await unpause("agent1", "support-en");
});

test("What a supervisor would steer is refused: the switch decides", { timeout: 30_000 }, async () => {
  const who = stage.customer();
  await Promise.all([stage.phone("alice"), stage.phone("bob")]);
  await dial("support", who);
  const { contact } = await stage.waiting(who);
  const rest = await stage.server.supervisor();
  const asked = [
    ["POST", `/api/v1/contacts/${contact}/raise`, { points: 100 }],
    ["POST", `/api/v1/contacts/${contact}/park`],
    ["POST", `/api/v1/contacts/${contact}/move`, { queue: "sales" }],
    ["POST", `/api/v1/contacts/${contact}/pull`, { agent: "bob" }],
    ["PUT", "/api/v1/agents/bob/state", { state: "not_ready" }],
    ["PUT", "/api/v1/queues/support/emergency", { on: true }],
  ];
  for (const [method, path, body] of asked) {
    const { status, body: problem } = await rest.request(method, path, body);
    assert.deepEqual([status, problem.code], [409, "observed"], `${method} ${path}: ${JSON.stringify(problem)}`);
  }
});

test("After kill -9 the one who talks talks on and the one who waits has kept his place: the same contacts", { timeout: 120_000 }, async () => {
  const { alice, bob } = desks;
  await pause("agent2", "support-en");
  await stage.phone("alice", { answerAfterMs: 100 });
  const [first, second] = [stage.customer(), stage.customer()];
  const talking = await dial("support", first);
  const contact = await alice.band("talking");
  const waiting = await dial("support", second);
  const { contact: place } = await stage.waiting(second);
  const taken = await waiting.answered();

  const died = Date.now();
  await stage.server.kill();
  await stage.server.start();
  await Promise.all([...Object.values(desks), ruth].map((desk) => desk.frame("welcome", (one) => one.type === "welcome", { after: died, timeoutMs: 45_000 })));
  assert.equal(await alice.band("talking"), contact);
  await shows("support", "waiting", "1");
  assert.equal((await stage.waiting(second)).contact, place);

  const bobPhone = await stage.phone("bob", { answerAfterMs: 100 });
  await unpause("agent2", "support-en");
  assert.equal(await bob.band("talking"), place);
  const invited = await bobPhone.wait("received", "INVITE");
  await talking.hangUp();
  await waiting.hangUp();
  assert.deepEqual(outcome(await stage.server.endedContact(contact)), ["answered", "alice", "support", "known"]);
  const row = await stage.server.endedContact(place);
  assert.deepEqual(outcome(row), ["answered", "bob", "support", "known"]);
  withinOneSecond(row.waited_us / 1000, invited.at - taken.at, "waited");
});

test("link check finds the lab's account, queues and devices as they should be", { timeout: 30_000 }, async () => {
  const { code, out } = await stage.server.command("link", "check", "lab");
  assert.equal(code, 0, out);
  assert.doesNotMatch(out, /WRONG|warning/, out);
  for (const { name } of OBSERVED) assert.match(out, new RegExp(`ok +queue ${name}`));
  for (const { device } of OBSERVED_AGENTS) assert.match(out, new RegExp(`ok +device ${device} `));
});

test("An account that may more than it needs is warned about when the link comes up", { timeout: 60_000 }, async () => {
  assert.doesNotMatch(stage.server.log(), /ami_account_may_more/, "the lab's own account has no more than it needs");
  await stage.server.stop();
  await stage.server.importCentre(observedDocument({ ...stage.lab.address.ami, user: stage.lab.address.ami.generousUser }));
  await stage.server.start();
  await until(() => `the warning is there\n${stage.server.log()}`, () => /ami_account_may_more.*command, config, system, originate/.test(stage.server.log()));
  await Promise.all([...Object.values(desks), ruth].map((desk) => desk.connected()));
});
