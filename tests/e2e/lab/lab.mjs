// The lab as end-to-end tests see it: callers, agents' phones, ARI and the console of the Asterisk that
// `./dev lab up` started (CALLWRIGHT_LAB names the instance).
//
//   const lab = await Lab.open();
//   const alice = await lab.agent("agent1", { answerAfterMs: 300 });
//   const caller = await lab.call("4000", { from: "4930111", name: "Erika Mustermann" });
//   await caller.answered();
//   const ringing = await alice.wait("sent", "180"); // ringing.at: epoch ms
//   await caller.hangUp();
//   await lab.close();
import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Agent, Caller } from "./phone.mjs";
import { agentScenario, callerScenario, NEVER_MS } from "./scenario.mjs";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("lab.sh", import.meta.url));

function addressFile() {
  const labs = process.env.CALLWRIGHT_LAB_HOME ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "callwright/lab");
  return join(labs, "instances", process.env.CALLWRIGHT_LAB ?? "default", "lab.json");
}

// A starting Asterisk answers with a page of HTML.
const parseBody = (answer, text) => (text && /json/.test(answer.headers["content-type"]) ? JSON.parse(text) : text);

async function isFree(port) {
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    socket.once("error", () => resolve(false));
    socket.bind(port, "127.0.0.1", () => socket.close(() => resolve(true)));
  });
}

export class Lab {
  static async open() {
    let text;
    try {
      text = readFileSync(addressFile(), "utf8");
    } catch {
      throw new Error("the lab is down: start it with `./dev lab up`");
    }
    return new Lab(JSON.parse(text));
  }

  constructor(address) {
    /** lab.json: version, ari, sip, agents, log. */
    this.address = address;
    this.phones_ = new Set();
    this.nextPort_ = address.freePorts[0];
    this.cleanUp_ = () => this.phones_.forEach((phone) => phone.killNow());
    process.once("exit", this.cleanUp_);
  }

  /** A port of the instance's own block in which nothing listens, with room for media behind it. */
  async freePort(width = 1) {
    const [first, last] = this.address.freePorts;
    for (let tries = 0; tries <= last - first; tries++) {
      if (this.nextPort_ + width > last) this.nextPort_ = first;
      const port = this.nextPort_;
      this.nextPort_ += width;
      if (await isFree(port)) return port;
    }
    throw new Error("no free port left in the lab's block");
  }

  /**
   * A caller who dials `number`. from: digits; name: his display name; patienceMs: cancels when not answered by then;
   * talkMs: hangs up that long after the answer (never, if not given).
   */
  async call(number, { from = "4930111", name, patienceMs = NEVER_MS, talkMs = NEVER_MS } = {}) {
    const { host, port } = this.address.sip;
    return this.add_(new Caller({
      name: `caller-${from}`,
      scenario: callerScenario({ user: from, name, patienceMs, talkMs }),
      port: await this.freePort(),
      mediaPort: await this.freePort(8),
      more: ["-m", 1, "-s", number, `${host}:${port}`],
    }));
  }

  /**
   * An agent's phone, for any number of calls. answerAfterMs: rings that long, for ever if not given; busy: refuses
   * with 486 at once; talkMs: hangs up that long after answering. An agent without phone is "agent9"; a phone that
   * was never started is one that does not answer packets.
   */
  async agent(name, { answerAfterMs = NEVER_MS, talkMs = NEVER_MS, busy = false } = {}) {
    const { port } = this.address.agents.find((agent) => agent.name === name);
    const phone = this.add_(new Agent({
      name,
      scenario: agentScenario({ user: name, busy, answerAfterMs, talkMs }),
      port,
      mediaPort: await this.freePort(8),
      more: ["-rtp_echo"],
    }));
    return phone.ready();
  }

  /** A customer's own phone behind the trunk: whatever number is called there. Options as of an agent's phone. */
  async customer({ answerAfterMs = NEVER_MS, talkMs = NEVER_MS, busy = false } = {}) {
    const phone = this.add_(new Agent({
      name: "customer",
      scenario: agentScenario({ user: "customer", busy, answerAfterMs, talkMs }),
      port: this.address.sip.trunkPort,
      mediaPort: await this.freePort(8),
      more: ["-rtp_echo"],
    }));
    return phone.ready();
  }

  add_(phone) {
    this.phones_.add(phone);
    return phone;
  }

  /** One command of Asterisk's console. */
  async cli(command) {
    return (await run(SCRIPT, ["cli", command])).stdout;
  }

  /** An ARI request: { status, body }. */
  async ari(method, path, query = {}) {
    const { host, port, user, password } = this.address.ari;
    const search = new URLSearchParams(query).toString();
    return new Promise((resolve, reject) => {
      const call = request({ host, port, method, auth: `${user}:${password}`, path: `/ari${path}${search && "?"}${search}` }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (data) => (text += data));
        answer.on("end", () => resolve({ status: answer.statusCode, body: parseBody(answer, text) }));
      });
      call.once("error", reject).end();
    });
  }

  /** Who talks, rings or waits now, as ARI sees it. */
  async channels() {
    return (await this.ari("GET", "/channels")).body;
  }

  /** Hangs up whatever is still there and switches every phone off, so that the next test begins with a quiet switch. */
  async quiet() {
    for (const channel of await this.channels()) await this.ari("DELETE", `/channels/${channel.id}`);
    for (let tries = 0; tries < 100 && (await this.channels()).length > 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await Promise.all([...this.phones_].map((phone) => phone.close()));
    this.phones_.clear();
  }

  async close() {
    await this.quiet();
    process.removeListener("exit", this.cleanUp_);
  }
}
