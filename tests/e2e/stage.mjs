// What one file of end-to-end tests stands on: the lab, one server, one browser with an agent's page each.
//
//   const stage = new Stage(["alice", "bob"]);
//   before(() => stage.open());   afterEach(() => stage.quiet());   after(() => stage.close());
//
// A test begins with nobody on the line and nobody ready.
import assert from "node:assert/strict";
import { AGENTS, CUSTOMERS, NUMBER, UNKNOWN } from "./centre.mjs";
import { Lab } from "./lab/lab.mjs";
import { AgentPage, launch } from "./page.mjs";
import { Server } from "./server.mjs";
import { until } from "./until.mjs";

const phoneOf = Object.fromEntries(AGENTS.map((agent) => [agent.id, agent.phone]));
const phoneNamed = /^PJSIP\/(agent\d)-/;

export class Stage {
  constructor(agents, options = {}) {
    this.agents_ = agents;
    this.options_ = options;
    this.nextCustomer_ = 0;
    this.nextUnknown_ = 0;
    this.desks = {};
  }

  async open() {
    this.lab = await Lab.open();
    await this.lab.ari("POST", "/asterisk/variable", { variable: "CALLWRIGHT_ALIVE", value: 0 });
    await this.lab.quiet();
    const options = typeof this.options_ === "function" ? await this.options_(this.lab) : this.options_;
    [this.server, this.browser] = await Promise.all([(options.centre ? Server.of(options) : Server.make(this.lab, options)).then((server) => server.start()), launch()]);
    const desks = await Promise.all(this.agents_.map((agent) => AgentPage.open(this.browser, this.server, agent)));
    for (const desk of desks) this.desks[desk.agent] = desk;
  }

  /** A customer of the store whom no other test of this file has used. */
  customer() { return CUSTOMERS[this.nextCustomer_++]; }
  /** A number that nobody in the store has. */
  stranger() { return { from: UNKNOWN[this.nextUnknown_++] }; }

  /** Somebody dials the number of a queue. */
  call(queue, who, options) { return this.dial(NUMBER[queue], who, options); }
  /** Somebody dials any number of the switch. */
  dial(number, who, options = {}) { return this.lab.call(number, { from: who.from, name: who.name, ...options }); }
  /** The phone of an agent. */
  phone(agent, options) { return this.lab.agent(phoneOf[agent], options); }

  /** The live contact from that number that waits in a queue, once it does. */
  async waiting(who, timeoutMs) {
    return until(() => `${who.from} waits\n${this.server.log()}`,
      async () => (await this.server.contactsFrom(who.from)).find((row) => !row.outcome && row.entered_at && !row.answered_at), timeoutMs);
  }

  /** Who talks with whom now, as Asterisk has it: the caller's number and the name of the phone. */
  async talks() {
    const [channels, bridges] = await Promise.all([this.lab.channels(), this.lab.ari("GET", "/bridges")]);
    const byId = new Map(channels.map((channel) => [channel.id, channel]));
    return bridges.body.map((bridge) => bridge.channels.map((id) => byId.get(id)).filter(Boolean)).flatMap((both) => {
      const phone = both.find((channel) => phoneNamed.test(channel.name));
      return both.filter((channel) => phone && channel !== phone).map((caller) => ({ from: caller.caller.number, phone: phoneNamed.exec(phone.name)[1] }));
    });
  }
  /** Resolves with the name of the phone that talks with `who`. */
  async talking(who, timeoutMs) {
    return until(() => `${who.from} talks with an agent`, async () => (await this.talks()).find((talk) => talk.from === who.from)?.phone, timeoutMs);
  }

  /** Between tests: nobody on the line, nobody ready, no page with work. */
  async quiet() {
    await this.lab.quiet();
    const problems = [];
    for (const desk of Object.values(this.desks)) {
      problems.push(...desk.errors.splice(0));
      const left = await until(() => `${desk.agent} has no call left\n${desk.story()}\n${this.server.log()}`, async () => {
        const phase = await desk.at("band").getAttribute("data-phase");
        return ["none", "wrap_up"].includes(phase) && phase;
      });
      if (left === "wrap_up") await desk.finish();
      if (!(await desk.isObserved())) await desk.pause();
    }
    assert.deepEqual(problems, [], "errors in the pages");
  }

  async close() {
    // What did not open cannot be closed; the first failure is the one to see.
    await this.browser?.close();
    await this.server?.close();
    await this.lab?.close();
  }
}

/** Asserts that `frame` came within `limitMs` of the SIP message; 20 ms are the exactness of the phones' clocks. */
export function soonAfter(frame, message, what, limitMs = 250) {
  const late = frame.at - message.at;
  assert.ok(late > -20 && late <= limitMs, `${what}: ${late.toFixed(1)} ms after ${message.first}`);
  return late;
}

/** Asserts that two moments, or lengths, in milliseconds differ by less than a second. */
export function withinOneSecond(ours, theirs, what) {
  assert.ok(Math.abs(ours - theirs) < 1000, `${what}: ${ours.toFixed(0)} ms, the phones say ${theirs.toFixed(0)} ms`);
}
