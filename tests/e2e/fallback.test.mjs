// Whatever happens to the server, every caller reaches an agent or the switch's own Queue().
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";
import { Stage } from "./stage.mjs";
import { sleep, until } from "./until.mjs";

const stage = new Stage(["alice", "bob", "carol"]);
const { desks } = stage;

before(() => stage.open());
afterEach(() => stage.quiet());
after(() => stage.close());

const fallsBack = async () => (await stage.lab.channels()).filter((channel) => channel.dialplan.app_name === "Queue" || channel.dialplan.app_name === "AppQueue");

async function threeWait() {
  const callers = [];
  for (let n = 0; n < 3; n++) {
    const who = stage.customer();
    callers.push({ who, call: await stage.call("plain", who) });
    callers[n].row = await stage.waiting(who);
  }
  return callers;
}

/** The phones answer; every one of the callers must come to talk with one of them. */
async function allAreServed(callers) {
  await Promise.all(callers.map(({ who }) => stage.talking(who, 20_000)));
}
const switchOnPhones = () => Promise.all(["alice", "bob", "carol"].map((agent) => stage.phone(agent, { answerAfterMs: 100 })));

test("SIGTERM with three waiting: all reach Queue(), pages are told, exit code 0 within 10 s, and the log says released", { timeout: 120_000 }, async () => {
  const callers = await threeWait();
  await switchOnPhones();
  const began = Date.now();
  const code = await stage.server.stop();
  const took = Date.now() - began;
  assert.equal(code, 0, stage.server.log());
  assert.ok(took < 10_000, `${took} ms`);
  await allAreServed(callers);
  for (const desk of Object.values(desks)) {
    const bye = desk.frames.find((one) => one.type === "bye" && one.at > began);
    assert.equal(bye?.code, 1012, `${desk.agent} was told\n${desk.story(began)}`);
  }
  await stage.server.start();
  for (const { row } of callers) assert.equal((await stage.server.endedContact(row.contact)).outcome, "released");
  await Promise.all(Object.values(desks).map((desk) => desk.connected()));
});

test("SIGTERM leaves those alone who talk; they are the same contact after the start", { timeout: 120_000 }, async () => {
  const who = stage.customer();
  const phone = await stage.phone("alice", { answerAfterMs: 100 });
  await desks.alice.ready();
  const caller = await stage.call("plain", who);
  const contact = await desks.alice.band("talking");
  assert.equal(await stage.server.stop(), 0);
  assert.deepEqual(await stage.talks(), [{ from: who.from, phone: "agent1" }]);
  await stage.server.start();
  await Promise.all(Object.values(desks).map((desk) => desk.connected()));
  assert.equal(await desks.alice.band("talking"), contact);
  await caller.hangUp();
  await phone.wait("received", "BYE");
  assert.equal((await stage.server.endedContact(contact)).outcome, "answered");
});

test("Killed without restart: `callwright release` brings the three who wait to Queue()", { timeout: 120_000 }, async () => {
  const callers = await threeWait();
  await stage.server.kill();
  assert.equal((await fallsBack()).length, 0, "by itself nobody gets out of Stasis");
  await switchOnPhones();
  const { code, out } = await stage.server.command("release");
  assert.equal(code, 0, out);
  await allAreServed(callers);
  await stage.server.start();
  for (const { row } of callers) assert.ok((await stage.server.endedContact(row.contact)).outcome);
  await Promise.all(Object.values(desks).map((desk) => desk.connected()));
});

test("Killed without restart while a phone rings: `callwright release` hangs it up and the caller reaches Queue()", { timeout: 120_000 }, async () => {
  const phone = await stage.phone("alice");
  await desks.alice.ready();
  const who = stage.customer();
  await stage.call("plain", who);
  const invite = await phone.wait("received", "INVITE");
  await phone.wait("sent", "180");
  await stage.server.kill();
  const { code, out } = await stage.server.command("release");
  assert.equal(code, 0, out);
  assert.match(out, /1 callers released, 1 ringing phones hung up/);
  await phone.wait("received", "CANCEL", { after: invite.at });
  await stage.phone("bob", { answerAfterMs: 100 });
  await stage.talking(who, 20_000);
  await stage.server.start();
  await Promise.all(Object.values(desks).map((desk) => desk.connected()));
});

test("Killed, and then the agent hangs up: `callwright release` frees the caller who is left alone", { timeout: 120_000 }, async () => {
  const phone = await stage.phone("alice", { answerAfterMs: 100 });
  await desks.alice.ready();
  const who = stage.customer();
  await stage.call("plain", who);
  await desks.alice.band("talking");
  await stage.server.kill();
  await phone.hangUp();
  await phone.wait("received", "200", { method: "BYE" });
  assert.equal((await fallsBack()).length, 0, "by itself nobody gets him out");
  await stage.phone("bob", { answerAfterMs: 100 });
  const { code, out } = await stage.server.command("release");
  assert.equal(code, 0, out);
  assert.match(out, /1 callers released/);
  await stage.talking(who, 20_000);
  await stage.server.start();
  await Promise.all(Object.values(desks).map((desk) => desk.connected()));
});

test("`callwright release` leaves those alone who talk", { timeout: 120_000 }, async () => {
  const who = stage.customer();
  await stage.phone("alice", { answerAfterMs: 100 });
  await desks.alice.ready();
  const caller = await stage.call("plain", who);
  const contact = await desks.alice.band("talking");
  await stage.server.kill();
  const { code, out } = await stage.server.command("release");
  assert.equal(code, 0, out);
  assert.deepEqual(await stage.talks(), [{ from: who.from, phone: "agent1" }]);
  await stage.server.start();
  await Promise.all(Object.values(desks).map((desk) => desk.connected()));
  assert.equal(await desks.alice.band("talking"), contact);
  await caller.hangUp();
});

test("Stopped for 10 s: who waited, who came at once and who came later all reach an agent or Queue()", { timeout: 120_000 }, async () => {
  const waiting = { who: stage.customer() };
  waiting.call = await stage.call("plain", waiting.who);
  await stage.waiting(waiting.who);
  stage.server.signal("SIGSTOP");
  const stopped = Date.now();
  // He comes while the server still looks alive, so that he enters and nobody answers him.
  const early = { who: stage.customer() };
  early.call = await stage.call("plain", early.who);
  await until("the server looks dead", async () => {
    const { body } = await stage.lab.ari("GET", "/asterisk/variable", { variable: "CALLWRIGHT_ALIVE" });
    return Number(body.value) + 3 <= Date.now() / 1000;
  });
  await switchOnPhones();
  const late = { who: stage.customer() };
  late.call = await stage.call("plain", late.who);
  assert.equal(await stage.talking(late.who), "agent1", "Queue() takes him while the server is stopped");
  await sleep(stopped + 10_000 - Date.now()); // the length of the stop is what is tested
  stage.server.signal("SIGCONT");
  const mayWork = ["bob", "carol"].map(async (name) => {
    await desks[name].connected();
    if (["not_ready", "unreachable"].includes(await desks[name].state)) await desks[name].ready().catch(() => {});
  });
  await allAreServed([waiting, early, late]);
  await Promise.all(mayWork);
});

test("A call that the dialplan leads to us through a Local channel reaches Queue()", { timeout: 60_000 }, async () => {
  await stage.phone("alice", { answerAfterMs: 100 });
  await stage.lab.ari("POST", "/channels", { endpoint: "Local/4000@inbound", context: "inbound", extension: 6000, priority: 1, callerId: "4930999" });
  await until("agent1 talks", async () => (await stage.talks()).some((one) => one.phone === "agent1"), 20_000);
  assert.equal(await stage.server.metric("callwright_ari_local_callers_total"), 1);
});

test("Link check knows the version, the dialplan and each phone, and warns of an agent without one", { timeout: 30_000 }, async () => {
  const { code, out } = await stage.server.command("link", "check", "lab");
  assert.equal(code, 0, out);
  for (const line of [/ok +logged in/, /ok +Asterisk 22\./, /ok +its clock/, /ok +context fallback/, /ok +context callwright-enter/, /ok +agent alice/,
    /ok +application callwright is connected/, /ok +the WebSocket opens, and takes requests/])
    assert.match(out, line);
  assert.match(out, /warning agent nora: PJSIP\/agent9 .*no phone is registered\n +\S+/);
});

test("Link check with a wrong password fails and shows what to paste into ari.conf", { timeout: 30_000 }, async () => {
  const secret = stage.server.file("wrong.secret");
  writeFileSync(secret, "wrong\n", { mode: 0o600 });
  const { code, out } = await stage.server.command("--set", `secrets.lab=${secret}`, "link", "check", "lab");
  assert.equal(code, 1, out);
  assert.match(out, /was refused/);
  assert.match(out, /\[callwright\][^]*read_only = no[^]*ari mkpasswd/);
});
