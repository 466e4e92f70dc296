// What the rest of the end-to-end tests stand on: the lab's phones behave, and the dialplan that ships in
// packaging/asterisk never leaves a caller alone with a server that is not there.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Lab } from "./lab.mjs";

let lab;
let app;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function startApp() {
  app = spawn(process.execPath, [fileURLToPath(new URL("ari_app.mjs", import.meta.url))], { stdio: ["ignore", "pipe", "inherit"] });
  app.events = [];
  const lines = createInterface({ input: app.stdout });
  await new Promise((resolve, reject) => {
    lines.on("line", (line) => (line === "connected" ? resolve() : app.events.push(JSON.parse(line))));
    app.once("close", () => reject(new Error("the ARI application did not connect")));
  });
}

async function stopApp() {
  if (!app) return;
  app.kill("SIGKILL");
  app = undefined;
  await lab.ari("POST", "/asterisk/variable", { variable: "CALLWRIGHT_ALIVE", value: 0 });
}

const inStasis = async () => (await lab.channels()).filter((channel) => channel.dialplan.app_name === "Stasis");

before(async () => { lab = await Lab.open(); });
afterEach(async () => { await stopApp(); await lab.quiet(); });
after(() => lab.close());

test("A caller reaches a phone through Dial and both see the whole call", async () => {
  const alice = await lab.agent("agent1", { answerAfterMs: 300 });
  const caller = await lab.call("1001", { talkMs: 500 });
  const answered = await caller.answered();
  const [rang, picked_up] = [await alice.wait("sent", "180"), await alice.wait("sent", "200")];
  assert.ok(picked_up.at - rang.at >= 290 && picked_up.at - rang.at < 600, `rang ${picked_up.at - rang.at} ms`);
  assert.ok(answered.at >= picked_up.at - 20, `answered ${picked_up.at - answered.at} ms before he picked up: the phones' clocks are exact to 20 ms`);
  await alice.wait("received", "BYE");
  assert.equal(await caller.ended(), 0, caller.story());
});

test("The caller's name reaches the phone as he sent it", async () => {
  const alice = await lab.agent("agent1", { answerAfterMs: 0 });
  const caller = await lab.call("1001", { name: "O'Neill <b>[x]</b> 王小明", talkMs: 100 });
  const invite = await alice.wait("received", "INVITE");
  assert.match(Buffer.from(invite.text, "latin1").toString("utf8"), /From: "O'Neill <b>\[x\]<\/b> 王小明" </);
  await caller.ended();
});

test("A busy phone, an account without phone and a phone that is off refuse the caller in their own ways", async () => {
  const busy = await lab.agent("agent1", { busy: true });
  const one = await lab.call("1001");
  await one.wait("received", "486");
  await busy.wait("received", "ACK");
  const two = await lab.call("1009");
  await two.wait("received", "404");
  const three = await lab.call("1002", { patienceMs: 700 });
  await three.wait("received", "487");
  assert.deepEqual([await one.ended(), await two.ended(), await three.ended()], [0, 0, 0]);
});

test("A caller who gives up while the phone rings cancels it", async () => {
  const alice = await lab.agent("agent1");
  const caller = await lab.call("1001");
  await alice.wait("sent", "180");
  await caller.hangUp();
  await alice.wait("received", "CANCEL");
  await caller.wait("received", "487");
  assert.equal(await caller.ended(), 0, caller.story());
  assert.equal(alice.errors(), "");
});

test("A phone answers, holds, retrieves and hangs up when told, again and again", async () => {
  const alice = await lab.agent("agent1");
  for (let call = 0; call < 2; call++) {
    const caller = await lab.call("1001");
    const invite = await alice.wait("received", "INVITE", { after: alice.messages.at(-1)?.at ?? 0 });
    await alice.answer();
    await caller.answered();
    for (let round = 0; round < 2; round++) {
      const before_hold = Date.now();
      await alice.wait("received", "ACK", { after: invite.at });
      await alice.hold();
      await alice.wait("received", "200", { method: "INVITE", after: before_hold });
      const before_retrieve = Date.now();
      await alice.retrieve();
      await alice.wait("received", "200", { method: "INVITE", after: before_retrieve });
    }
    await alice.hangUp();
    await caller.wait("received", "BYE");
    assert.equal(await caller.ended(), 0, caller.story());
  }
  assert.equal(alice.errors(), "");
});

test("Queue() of the fallback rings the next agent when the first does not answer", { timeout: 30_000 }, async () => {
  const alice = await lab.agent("agent1");
  const bob = await lab.agent("agent2", { answerAfterMs: 200 });
  const caller = await lab.call("5000");
  await caller.answered();
  await alice.wait("sent", "180");
  await alice.wait("received", "CANCEL");
  await bob.wait("sent", "200", { method: "INVITE" });
  await caller.hangUp();
  await bob.wait("received", "BYE");
});

test("A routed number goes to Queue() when no server has said it is alive", async () => {
  const alice = await lab.agent("agent1", { answerAfterMs: 100 });
  const caller = await lab.call("4000");
  await alice.wait("received", "ACK");
  await caller.hangUp();
  await alice.wait("received", "BYE");
});

test("A routed number enters Stasis with the number dialled while the server is alive", async () => {
  await startApp();
  const caller = await lab.call("4001", { from: "4930222" });
  await caller.answered();
  const start = app.events.find((event) => event.type === "StasisStart");
  assert.deepEqual(start.args, ["4001"]);
  assert.equal(start.channel.caller.number, "4930222");
});

for (const [what, signal] of [["killed", "SIGKILL"], ["hung", "SIGSTOP"]]) {
  test(`Of a ${what} server new callers reach Queue() after 3 s and stranded ones when they are released`, { timeout: 40_000 }, async () => {
    await startApp();
    const stranded = await lab.call("4000", { from: "4930333" });
    await stranded.answered();
    app.kill(signal);
    await sleep(3500);
    assert.equal((await inStasis()).length, 1, "nothing in the dialplan gets him out");

    const alice = await lab.agent("agent1", { answerAfterMs: 100 });
    const bob = await lab.agent("agent2", { answerAfterMs: 100 });
    const late = await lab.call("4000", { from: "4930444" });
    await alice.wait("received", "ACK");
    assert.match((await alice.wait("received", "INVITE")).text, /4930444/);

    const [channel] = await inStasis();
    const answer = await lab.ari("POST", `/channels/${channel.id}/continue`, { context: "fallback", extension: "s", priority: 1 });
    assert.equal(answer.status, 204);
    await bob.wait("received", "ACK");
    assert.match((await bob.wait("received", "INVITE")).text, /4930333/);
    assert.equal(late.exitCode, null);
  });
}

test("A draining server that writes 0 gets no new caller at once", async () => {
  await startApp();
  app.kill("SIGSTOP");
  await lab.ari("POST", "/asterisk/variable", { variable: "CALLWRIGHT_ALIVE", value: 0 });
  const alice = await lab.agent("agent1", { answerAfterMs: 100 });
  await lab.call("4000");
  await alice.wait("received", "ACK");
});

test("A server whose clock ran ahead does not look alive after its death", async () => {
  await lab.ari("POST", "/asterisk/variable", { variable: "CALLWRIGHT_ALIVE", value: Math.floor(Date.now() / 1000) + 3600 });
  const alice = await lab.agent("agent1", { answerAfterMs: 100 });
  await lab.call("4000");
  await alice.wait("received", "ACK");
});
