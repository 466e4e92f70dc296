// A real Asterisk with queues of its own (app_queue), watched over its manager interface: nothing in its dialplan knows of Callwright (docs/observed.md).
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";
import { CUSTOMERS } from "./centre.mjs";
import { Lab } from "./lab/lab.mjs";
import { AgentPage, launch } from "./page.mjs";
import { Server } from "./server.mjs";
import { until } from "./until.mjs";

const AGENTS = [{ id: "alice", name: "Alice Weber", phone: "agent1" }, { id: "bob", name: "Bob Lindner", phone: "agent2" }];

const centre = ({ host, port }, user) => `name = "Own queues"
time_zone = "Europe/Berlin"
[[switch]]
id = "lab"
kind = "asterisk"
url = "ami://${host}:${port}"
username = "${user}"
secret = "lab"
station_contexts = ["agents"]
[[switch.trunk]]
name = "*"
default_region = "DE"
digits_are_international = true
[[disposition]]
code = "solved"
name = "Solved"
[[queue]]
id = "service"
name = "Service"
observed = { switch = "lab", name = "service" }
service_level = "20s"
short_abandon = "200ms"
dispositions = ["solved"]
${AGENTS.map(({ id, name, phone }) => `[[agent]]
id = "${id}"
name = "${name}"
switch = "lab"
device = "PJSIP/${phone}"
queues = [{ queue = "service" }]
`).join("")}`;

let lab, server, browser, next = 0;
const desks = {};
const customer = () => CUSTOMERS[next++];
const phone = (id, options) => lab.agent(AGENTS.find((agent) => agent.id === id).phone, options);
const member = (id) => `PJSIP/${AGENTS.find((agent) => agent.id === id).phone}`;
const pauseInQueue = (id, reason) => lab.cli(`queue pause member ${member(id)} queue service reason ${reason}`);
const unpauseInQueue = (id) => lab.cli(`queue unpause member ${member(id)} queue service`);

before(async () => {
  lab = await Lab.open();
  await lab.quiet();
  server = await Server.of({ centre: centre(lab.address.ami, lab.address.ami.user), secret: lab.address.ami.secret, agents: AGENTS });
  [browser] = await Promise.all([launch(), server.start()]);
  for (const { id } of AGENTS) desks[id] = await AgentPage.open(browser, server, id);
});
afterEach(async () => {
  await lab.quiet();
  for (const { id } of AGENTS) await unpauseInQueue(id);
  for (const desk of Object.values(desks)) {
    await desk.band("none");
    await desk.stateIs("ready");
    assert.deepEqual(desk.errors.splice(0), []);
  }
});
after(async () => {
  await browser?.close();
  await server?.close();
  await lab?.close();
});

test("A caller of Asterisk's own queue pops before the phone is answered, is seen on hold, and stands in the log", { timeout: 60_000 }, async () => {
  const { alice } = desks;
  const alicePhone = await phone("alice");
  const who = customer();
  const began = Date.now();
  const caller = await lab.call("7000", { from: who.from });
  const pop = await alice.pop({ after: began });
  assert.equal(pop.data.card.name, who.name);
  await alicePhone.wait("sent", "180", { after: began });
  await alice.band("ringing");
  assert.equal(await alice.at("answer").count(), 0, "the phone answers");
  await alicePhone.answer();
  const contact = await alice.band("talking");
  await alice.stateIs("talking");
  await alicePhone.hold();
  await alice.band("held");
  await alicePhone.retrieve();
  await alice.band("talking");
  await caller.hangUp();
  await alice.band("none");
  const row = await server.endedContact(contact);
  assert.deepEqual([row.outcome, row.queue, row.agent, row.e164], ["answered", "service", "alice", `+${who.from}`]);
  assert.deepEqual(row.segments.map((one) => one.what), ["ring", "talk", "hold", "talk"]);
});

test("Whom the first agent does not answer the second one does, and both offers are told as they ended", { timeout: 60_000 }, async () => {
  const { alice, bob } = desks;
  await phone("alice");
  const bobPhone = await phone("bob", { answerAfterMs: 300 });
  const who = customer();
  const began = Date.now();
  const caller = await lab.call("7000", { from: who.from });
  await alice.pop({ after: began });
  await bob.pop({ after: began });
  const contact = await bob.band("talking");
  await alice.band("none");
  await alice.stateIs("ready");
  await caller.hangUp();
  await bobPhone.wait("received", "BYE", { after: began });
  const row = await server.endedContact(contact);
  assert.deepEqual(row.offers.map(({ agent, how }) => [agent, how]), [["alice", "timed_out"], ["bob", "accepted"]]);
  assert.equal(row.agent, "bob");
});

test("Who hangs up in the queue has abandoned it; agents who pause there are not ready, with the queue's reason", { timeout: 60_000 }, async () => {
  const { alice } = desks;
  await pauseInQueue("alice", "Lunch");
  await pauseInQueue("bob", "Lunch");
  await alice.stateIs("not_ready");
  const agents = (await (await server.supervisor()).get("/api/v1/agents")).items;
  assert.equal(agents.find((one) => one.agent === "alice").reason, "Lunch");
  const who = customer();
  const caller = await lab.call("7000", { from: who.from });
  const waiting = await until("he waits", async () => (await server.contactsFrom(who.from)).find((row) => row.entered_at));
  assert.equal((await server.queue("service")).waiting, 1);
  const supervisor = await server.supervisor();
  const { status, body } = await supervisor.request("POST", `/api/v1/contacts/${waiting.contact}/pull`, { agent: "alice" });
  assert.deepEqual([status, body.code], [409, "observed"]);
  await until("he has waited for a second", () => Date.now() > waiting.entered_at / 1000 + 1000);
  await caller.hangUp();
  const row = await server.endedContact(waiting.contact);
  assert.deepEqual([row.outcome, row.queue], ["abandoned", "service"]);
  assert.equal((await server.queue("service")).waiting, 0);
});

test("link check finds the account, the queue and the devices right, and says what is wrong", { timeout: 30_000 }, async () => {
  const good = await server.command("link", "check", "lab");
  assert.equal(good.code, 0, good.out);
  assert.doesNotMatch(good.out, /WRONG|warning/);
  await server.importCentre(centre(lab.address.ami, lab.address.ami.operator).replace('name = "service" }', 'name = "servise" }'));
  const bad = await server.command("link", "check", "lab");
  assert.equal(bad.code, 1, bad.out);
  assert.match(bad.out, /WRONG .*servise/);
  assert.match(bad.out, /warning .*originate/);
  await server.importCentre(centre(lab.address.ami, lab.address.ami.user));
});

test("After kill -9 who talks still talks, and who stands in the queue has kept his place", { timeout: 90_000 }, async () => {
  const { alice } = desks;
  await pauseInQueue("bob", "Lunch");
  const alicePhone = await phone("alice", { answerAfterMs: 100 });
  const first = customer(), second = customer();
  const talker = await lab.call("7000", { from: first.from });
  const talks = await alice.band("talking");
  const waiter = await lab.call("7000", { from: second.from });
  const waits = await until("he waits", async () => (await server.contactsFrom(second.from)).find((row) => row.entered_at));
  await server.kill();
  await server.start();
  await alice.connected();
  await alice.band("talking");
  const again = await until("he waits still", async () => (await server.contactsFrom(second.from)).find((row) => row.entered_at));
  assert.deepEqual([again.contact, again.entered_at], [waits.contact, waits.entered_at]);
  const began = Date.now();
  await talker.hangUp();
  assert.equal((await server.endedContact(talks)).outcome, "answered");
  await alicePhone.wait("sent", "200", { method: "INVITE", after: began });
  await alice.band("talking");
  await waiter.hangUp();
  assert.equal((await server.endedContact(waits.contact)).agent, "alice");
});

test("An account that may do more than it needs is warned about; a wrong password is told once and not tried again", { timeout: 90_000 }, async () => {
  const { ami } = lab.address;
  const again = async (user, secret) => {
    await server.importCentre(centre(ami, user));
    writeFileSync(server.file("lab.secret"), `${secret}\n`);
    await server.stop();
    await server.startAlone();
  };
  assert.doesNotMatch(server.log(), /ami_account_may_more/);
  await again(ami.operator, ami.secret);
  await server.linkIs("up");
  assert.match(server.log(), /event=ami_account_may_more .*originate/);

  await again(ami.user, "wrong");
  await until(() => `the refusal is told\n${server.log()}`, () => /link_account_refused/.test(server.log()));
  const told = Date.now();
  await until("it would have been tried again twice", () => Date.now() > told + 2_000);
  assert.equal(server.log().match(/link_account_refused/g).length, 1);
  assert.match((await server.linkIs("down")).reason, /refused/);

  await again(ami.user, ami.secret);
  await server.linkIs("up");
  for (const desk of Object.values(desks)) await desk.connected();
});
