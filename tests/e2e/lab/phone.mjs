// One SIPp process that plays a caller or an agent's phone, with every SIP message it sent or received.
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SipLog } from "./sip_log.mjs";
import { voice } from "./tone.mjs";

const POLL_MS = 5;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const listening = (port) =>
  readFileSync("/proc/net/udp", "latin1").includes(`0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} `);

export class Phone {
  /** name is for messages; port and mediaPort are its own on loopback; more = SIPp's other arguments. */
  constructor({ name, scenario, port, mediaPort, more }) {
    this.name = name;
    this.port = port;
    /** Everything said so far in this phone's own calls, oldest first. */
    this.messages = [];
    this.calls_ = new Set();
    /** SIPp's exit code, null while it runs. */
    this.exitCode = null;
    this.folder_ = mkdtempSync(join(tmpdir(), `callwright-${name}-`));
    this.log_ = new SipLog(join(this.folder_, "messages.log"));
    writeFileSync(join(this.folder_, "scenario.xml"), scenario);
    writeFileSync(join(this.folder_, "voice.ulaw"), voice());
    this.start_(port, mediaPort, more);
  }

  start_(port, mediaPort, more) {
    const options = ["-sf", "scenario.xml", "-i", "127.0.0.1", "-bind_local", "-p", port, "-mp", mediaPort, "-nostdin",
      "-trace_msg", "-message_file", "messages.log", "-trace_err", "-error_file", "errors.log", "-timer_resol", 1, ...more];
    this.child_ = spawn("sipp", options.map(String), {
      cwd: this.folder_,
      env: { ...process.env, TZ: "UTC", TERM: "dumb" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.stderr_ = "";
    this.child_.stderr.on("data", (data) => (this.stderr_ += data));
    this.ended_ = new Promise((resolve) =>
      this.child_.once("close", (code, signal) => {
        this.exitCode = code ?? `signal ${signal}`;
        this.refresh();
        resolve(this.exitCode);
      }),
    );
  }

  /** Resolves when the port is open; a scenario that SIPp refuses is told at once. */
  async ready() {
    while (!listening(this.port)) {
      if (this.exitCode !== null) throw new Error(`${this.name}: sipp ended with ${this.exitCode}: ${this.errors()}`);
      await sleep(POLL_MS);
    }
    return this;
  }

  // Asterisk repeats the BYE of a phone that was switched off for 32 s. Who then has its port hears it: not this phone's call.
  refresh() {
    for (const message of this.log_.read()) {
      if (message.kind === "INVITE") this.calls_.add(message.callId);
      if (this.calls_.has(message.callId)) this.messages.push(message);
    }
  }

  find(direction, kind, { method, after = 0 } = {}) {
    const inMethod = (message) => !method || new RegExp(`^CSeq:.*\\b${method}`, "im").test(message.text);
    return this.messages.filter((m) => m.direction === direction && m.kind === kind && m.at > after && inMethod(m));
  }

  /**
   * The first message of that direction and kind ("180", "INVITE", ...) that came after `after` (epoch ms), waited for.
   * `method` narrows an answer to the method of its CSeq.
   */
  async wait(direction, kind, { timeoutMs = 10_000, ...narrow } = {}) {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      this.refresh();
      const [message] = this.find(direction, String(kind), narrow);
      if (message) return message;
      if (this.exitCode !== null) throw new Error(`${this.name}: ended (${this.exitCode}) before ${direction} ${kind}\n${this.story()}`);
      if (Date.now() > deadline) throw new Error(`${this.name}: no ${direction} ${kind} within ${timeoutMs} ms\n${this.story()}`);
      await sleep(POLL_MS);
    }
  }

  /** Resolves with SIPp's exit code: 0 when every call went as its scenario says. */
  async ended({ timeoutMs = 10_000 } = {}) {
    const code = await Promise.race([this.ended_, sleep(timeoutMs).then(() => undefined)]);
    if (code === undefined) throw new Error(`${this.name}: still running after ${timeoutMs} ms\n${this.story()}`);
    return code;
  }

  /** One line a message, for failures. */
  story() {
    this.refresh();
    const line = (m) => `  ${new Date(m.at).toISOString()} ${m.direction === "sent" ? "->" : "<-"} ${m.first}`;
    return [...this.messages.map(line), this.errors()].filter(Boolean).join("\n");
  }

  /** What SIPp complained about; empty when all is well. */
  errors() {
    let file = "";
    try {
      file = readFileSync(join(this.folder_, "errors.log"), "utf8");
    } catch {
      // written only when there is something to say
    }
    const harmless = /^$|The following events occurred|jumping to label|^Resolving remote host/;
    return [...new Set((file + this.stderr_).split("\n"))].filter((line) => !harmless.test(line)).join("\n");
  }

  /**
   * Steers the newest call that is not over by a request that belongs to no dialogue; SIPp finds the call by its Call-ID alone.
   * (Asterisk rings for 32 s for a phone that was off; who then has its port hears that, and its CANCEL.)
   */
  async steer(method, headers = [], wish = "") {
    this.refresh();
    const over = new Set(this.messages.filter(({ kind }) => kind === "CANCEL" || kind === "BYE").map(({ callId }) => callId));
    const callId = (this.messages.findLast((message) => !over.has(message.callId)) ?? this.messages.at(-1))?.callId;
    if (!callId) throw new Error(`${this.name}: no call to steer`);
    const text = [`${method} sip:phone@127.0.0.1:${this.port} SIP/2.0`, `Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-steer${wish}`,
      "From: <sip:test@127.0.0.1>;tag=steer", "To: <sip:phone@127.0.0.1>", `Call-ID: ${callId}`, `CSeq: 900 ${method}`,
      ...headers, "Content-Length: 0", "", ""].join("\r\n");
    const socket = createSocket("udp4");
    await new Promise((resolve, reject) => socket.send(text, this.port, "127.0.0.1", (e) => (e ? reject(e) : resolve())));
    socket.close();
  }

  /**
   * Steers until one of `kinds` has been sent, and resolves with it. SIPp loses a request that reaches it just before it begins to
   * listen for it, so it is said again. Nothing is left to say to a phone whose calls are over.
   */
  async told_(method, kinds, of) {
    this.refresh();
    const before = this.messages.at(-1)?.at ?? 0;
    for (let tries = 0; tries < 4; ++tries) {
      await this.steer(method, [], kinds[0]);  // to SIPp the same again is the first one that was lost, and another wish is not
      for (const deadline = Date.now() + 1_000; Date.now() < deadline; await sleep(POLL_MS)) {
        this.refresh();
        const [said] = kinds.flatMap((kind) => this.find("sent", kind, { method: of, after: before }));
        if (said || this.exitCode !== null) return said;
      }
    }
    throw new Error(`${this.name}: told four times to say ${kinds.join(" or ")} and did not\n${this.story()}`);
  }

  /** Ends the process at once, whatever it does: the phone loses power. */
  async kill() {
    if (this.exitCode === null) this.child_.kill("SIGKILL");
    await this.ended_;
  }

  async close() {
    await this.kill();
    rmSync(this.folder_, { recursive: true, force: true });
  }

  // Last resort when the test process itself goes away.
  killNow() {
    this.child_.kill("SIGKILL");
    rmSync(this.folder_, { recursive: true, force: true });
  }
}

export class Agent extends Phone {
  /** While it rings. */
  answer() { return this.told_("INFO", ["200"], "INVITE"); }
  reject() { return this.steer("MESSAGE"); }
  /** While it talks. */
  hangUp() { return this.told_("INFO", ["BYE"]); }
  hold() { return this.told_("MESSAGE", ["INVITE"]); }
  retrieve() { return this.told_("MESSAGE", ["INVITE"]); }
  /**
   * Hands the other side on to a number, or to whom this phone talks with in the call of `second`; the phone itself then
   * waits to be hung up.
   */
  refer(number, second) {
    const replaces = second ? `?Replaces=${encodeURIComponent(second.dialogue())}` : "";
    return this.steer("OPTIONS", [`Refer-To: <sip:${number}@127.0.0.1${replaces}>`]);
  }
}

export class Caller extends Phone {
  /** His dialogue, as a Replaces header names it to the switch. */
  dialogue() {
    this.refresh();
    const [answer] = this.find("received", "200", { method: "INVITE" });
    const tag = (header) => new RegExp(`^${header}:.*;tag=([^;\\s]+)`, "im").exec(answer.text)[1];
    return `${answer.callId};to-tag=${tag("To")};from-tag=${tag("From")}`;
  }
  /** Resolves with the 200 to the INVITE. */
  answered(options) { return this.wait("received", "200", { method: "INVITE", ...options }); }
  /** Cancels when not yet answered, otherwise says BYE. */
  hangUp() { return this.told_("INFO", ["BYE", "CANCEL"]); }
}
