// What a supervisor sees of a call in his browser: the live view, and why it went to this agent.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { AgentPage } from "./page.mjs";
import { SUPERVISOR } from "./server.mjs";
import { Stage } from "./stage.mjs";
import { until } from "./until.mjs";

const stage = new Stage(["alice", "bob"]);
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

const points = (milli) => new Intl.NumberFormat("en", { maximumFractionDigits: 1 }).format(milli / 1000);
const cell = (queue, column) => ruth.page.locator(`[data-testid="queue-row"][data-queue="${queue}"] [data-col="${column}"]`);
const shows = (what, locator, text) => until(async () => `${what} shows ${text}, not ${await locator.allTextContents()}`, async () => (await locator.allTextContents()).join() === text);
const inGroup = (agent, state) => ruth.page.locator(`.grp[data-state="${state}"] [data-agent="${agent}"]`).waitFor();

test("The live view follows a call from its queue to its agent, and counts it once", { timeout: 60_000 }, async () => {
  const { alice } = desks;
  const phone = await stage.phone("alice");
  const who = stage.customer();
  const answeredBefore = (await stage.server.queue("work")).answered;
  const caller = await stage.call("work", who);
  const { contact } = await stage.waiting(who);
  const line = ruth.page.locator(`[data-testid="call-row"][data-contact="${contact}"]`);
  await shows("the queue", cell("work", "waiting"), "1");
  await line.waitFor();
  assert.equal((await line.textContent()).replace(/\D/g, "").startsWith(who.from), true, "lists name the caller by his number");

  await alice.ready();
  await inGroup("alice", "reserved");
  await phone.wait("sent", "180"); // before that it has nothing to answer
  await phone.answer();
  await inGroup("alice", "talking").catch((error) => { throw new Error(`${error.message}\n${phone.story()}`); });
  await until("the line names her", async () => /Talking.*Alice Weber/.test(await line.textContent()));
  await shows("the queue", cell("work", "waiting"), "0");
  await until("the answered call is counted", async () => (await stage.server.queue("work")).answered === answeredBefore + 1);

  await caller.hangUp();
  await inGroup("alice", "wrap_up");
  await alice.finish();
  await inGroup("alice", "ready");
  await line.waitFor({ state: "detached" });
});

test("Why this agent: gates, scores and terms on the page are those of the decision", { timeout: 60_000 }, async () => {
  const { alice, bob } = desks;
  await stage.phone("alice", { answerAfterMs: 100 });
  await stage.phone("bob", { answerAfterMs: 100 });
  await bob.ready();
  await alice.ready();
  const caller = await stage.call("plain", stage.customer());
  const contact = await alice.band("talking");
  await ruth.page.locator(`[data-testid="call-row"][data-contact="${contact}"] a`).click();
  await ruth.at("why").click();
  await ruth.at("scores").waitFor();
  const [decision] = (await (await stage.server.supervisor()).get(`/api/v1/contacts/${contact}/decisions`)).items;
  assert.equal(await ruth.at("why-title").textContent(), "Why Alice Weber?");
  assert.deepEqual(decision.best.map((one) => one.agent), ["alice", "bob"]);
  const gates = await ruth.at("gate").evaluateAll((rows) => rows.map((row) => [row.dataset.gate, row.cells[1].textContent]));
  assert.deepEqual(gates, decision.gates.map(({ gate, left }) => [gate, String(left)]));
  const shown = await ruth.at("candidate-row").evaluateAll((rows) => rows.map((row) => ({
    agent: row.dataset.agent,
    total: row.lastElementChild.textContent,
    terms: Object.fromEntries([...row.querySelectorAll('[data-testid="why-term"]')].map((one) => [`${one.dataset.kind} ${one.dataset.skill}`, one.textContent])),
  })));
  const columns = [...new Set(decision.best.flatMap(({ terms }) => terms.map(({ kind, skill }) => `${kind} ${skill ?? ""}`)))];
  assert.ok(columns.length > 0, "the decision has terms");
  assert.deepEqual(shown, decision.best.map(({ agent, score, terms }) => ({
    agent,
    total: points(score),
    terms: Object.fromEntries(columns.map((column) => [column, points(terms.find(({ kind, skill }) => `${kind} ${skill ?? ""}` === column)?.points ?? 0)])),
  })));
  await caller.hangUp();
  await alice.band("none");
});

test("A supervisor's wish for an agent's state is done, and seen on both pages", { timeout: 30_000 }, async () => {
  const { bob } = desks;
  await bob.ready();
  await ruth.page.goto(`${stage.server.url}/#/live`);
  await inGroup("bob", "ready");
  await ruth.page.locator('[data-testid="agent-cell"]', { has: ruth.page.locator('[data-agent="bob"]') }).click();
  await ruth.page.getByRole("button", { name: "Break", exact: true }).click();
  await bob.stateIs("not_ready");
  await inGroup("bob", "not_ready");
});

test("A supervisor raises a caller who waits, moves him, sets him aside and gives him to an agent", { timeout: 60_000 }, async () => {
  const { bob } = desks;
  const phone = await stage.phone("bob");
  const who = stage.customer();
  const caller = await stage.call("work", who);
  const { contact } = await stage.waiting(who);
  await ruth.page.goto(`${stage.server.url}/#/live`);
  const line = ruth.page.locator(`[data-testid="call-row"][data-contact="${contact}"]`);
  await line.getByTestId("steer").click();
  await ruth.at("steer-points").fill("250");
  await ruth.at("steer-raise").click();
  await until("the points are seen", async () => (await line.getByTestId("boost").allTextContents()).join() === "+250");
  await ruth.at("steer-queue").selectOption("plain");
  await ruth.at("steer-move").click();
  await line.locator("td", { hasText: "Queue plain" }).waitFor();
  await shows("the queue that he left", cell("work", "waiting"), "0");
  await shows("the queue that he is in", cell("plain", "waiting"), "1");

  await ruth.at("steer-park").click();
  await line.getByTestId("parked").waitFor();
  await bob.ready();
  await inGroup("bob", "ready"); // nobody is asked
  await ruth.at("steer-agent").selectOption("bob");
  await ruth.at("steer-give").click();
  await bob.band("ringing");
  await phone.wait("sent", "180");
  await phone.answer();
  assert.equal(await bob.band("talking"), contact);
  await ruth.at("steer-line").waitFor({ state: "detached" });

  const [decision] = (await (await stage.server.supervisor()).get(`/api/v1/contacts/${contact}/decisions`)).items;
  assert.equal(decision.agent, "bob");
  assert.match(decision.pulled_by, /^user:\d+$/);
  await line.locator("a").click();
  await ruth.at("why").click();
  await until("the page says who chose", async () => /^A supervisor gave the call to Bob Lindner/.test(await ruth.at("why-sentence").textContent()));
  await caller.hangUp();
  await bob.band("none");
});
