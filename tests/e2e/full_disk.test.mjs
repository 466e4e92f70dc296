// The disk of the store is full: who is here is served, who comes goes to the switch's own Queue(), and nothing that was promised is lost.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Stage } from "./stage.mjs";
import { sleep, until } from "./until.mjs";

const stage = new Stage(["alice"], { diskMib: 16 });
const { desks } = stage;

before(() => stage.open());
afterEach(() => stage.quiet());
after(() => stage.close());

const alive = async () => Number((await stage.lab.ari("GET", "/asterisk/variable", { variable: "CALLWRIGHT_ALIVE" })).body?.value);
const isFresh = async () => (await alive()) > Date.now() / 1000 - 2;
const spoolState = () => stage.server.metric("callwright_writer_spool_state");

/** A second socket of alice's, which writes notes and keeps what the server says of each: null until it does. */
class Writer {
  constructor(page) { this.page_ = page; }

  async open() {
    await this.page_.evaluate(() => new Promise((resolve, reject) => {
      const socket = new WebSocket(`${location.origin.replace("http", "ws")}/api/v1/agent`, "cti.v1.json");
      const writer = { socket, answers: {} };
      socket.addEventListener("open", () => socket.send(JSON.stringify({ type: "hello", client_version: "test", tab_id: "writer" })));
      socket.addEventListener("close", ({ code }) => reject(new Error(`closed with ${code}`)));
      socket.addEventListener("message", ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.type === "welcome") resolve();
        if (frame.type === "ping") socket.send(JSON.stringify({ type: "pong", n: frame.n }));
        if (frame.type === "ack") writer.answers[frame.id] = "ok";
        if (frame.type === "nack") writer.answers[frame.id] = frame.problem.code;
      });
      window.callwrightTestWriter = writer;
    }));
  }
  async write(contact, id, length) {
    await this.page_.evaluate(({ contact, id, length }) => {
      const { socket, answers } = window.callwrightTestWriter;
      answers[id] = null;
      socket.send(JSON.stringify({ type: "cmd", id, name: "note", args: { contact, note: `note-${id}`, text: "x".repeat(length) } }));
    }, { contact, id, length });
  }
  answers() { return this.page_.evaluate(() => window.callwrightTestWriter.answers); }
  async answer(id) { return until(`an answer to ${id}`, async () => (await this.answers())[id], 20_000); }
}

test("Full disk: callers go to Queue(), /ready says why, notes are refused and told as kept only once they are, and all comes back", { timeout: 180_000 }, async () => {
  await stage.phone("alice", { answerAfterMs: 100 });
  await desks.alice.ready();
  const caller = await stage.call("plain", stage.customer());
  const contact = await desks.alice.band("talking");
  const writer = new Writer(desks.alice.page);
  await writer.open();
  await writer.write(contact, "before", 100);
  assert.equal(await writer.answer("before"), "ok");
  assert.deepEqual([await stage.server.readiness(), await isFresh()], ["ready", true]);

  stage.server.fillDisk();
  const taken = [];
  while (await spoolState() < 2) {
    taken.push(`taken-${taken.length}`);
    await writer.write(contact, taken.at(-1), 16_000);
    await sleep(110); // ten commands a second are allowed
    assert.ok(taken.length < 200, "the spool of 1 MiB is not full after 3 MB of notes");
  }
  await until("the switch is told that we take no callers", async () => (await alive()) === 0, 3_000);
  await until("/ready says why", async () => (await stage.server.readiness()) === "store_full", 3_000);
  await writer.write(contact, "refused", 100);
  assert.equal(await writer.answer("refused"), "store_full");
  const unsaid = Object.entries(await writer.answers()).filter(([id, answer]) => taken.includes(id) && answer === "ok");
  assert.deepEqual(unsaid, [], "none of them is on the disk");

  const late = stage.customer();
  await stage.phone("bob", { answerAfterMs: 100 });
  await stage.call("plain", late);
  assert.equal(await stage.talking(late, 20_000), "agent2", "Queue() takes him");
  assert.equal((await stage.server.queue("plain")).entered, 1, "he was never ours");
  assert.equal(await desks.alice.band("talking"), contact, "who talked talks on");

  stage.server.freeDisk();
  await until("callers are let in", isFresh, 15_000);
  await until("the server is ready", async () => (await stage.server.readiness()) === "ready");
  for (const id of taken) assert.equal(await writer.answer(id), "ok");
  await writer.write(contact, "refused", 100);
  assert.equal(await writer.answer("refused"), "ok", "said again it is taken");
  assert.equal(await stage.server.metric("callwright_writer_contacts_lost_total"), 0);
  await caller.hangUp();
  const { notes } = await stage.server.endedContact(contact);
  assert.deepEqual(notes.map((note) => note.note).sort(), ["before", "refused", ...taken].map((id) => `note-${id}`).sort());
});
