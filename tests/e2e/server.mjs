// The real server in a folder of its own: configured, filled with planted customers and accounts, started, stopped,
// killed and started again on the same address.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { AGENTS, centreDocument, customersCsv } from "./centre.mjs";
import { Rest } from "./rest.mjs";
import { until } from "./until.mjs";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const BIN = process.env.CALLWRIGHT_BIN ?? join(REPOSITORY, "build/dev/bin");
const START_MS = 30_000;

export const PASSWORD = "lab-password-1";
export const SUPERVISOR = "ruth";

/** A port of the loopback that nobody listens on. */
export const freePort = () => new Promise((resolve) => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

/** As the lab does: mounting needs root. */
const asRoot = (...words) => execFileSync(userInfo().uid === 0 ? words[0] : "sudo", userInfo().uid === 0 ? words.slice(1) : words, { stdio: "inherit" });

export class Server {
  /**
   * The lab's centre. ariPort: where the server finds ARI, if not where the lab has it (a wire in between). diskMib: its store has a
   * disk of its own, which can be filled, and the smallest spool.
   */
  static async make(lab, { ariPort = lab.address.ari.port, ariPassword = lab.address.ari.password, diskMib = 0 } = {}) {
    const { host, user, app } = lab.address.ari;
    return Server.of({ centre: centreDocument({ ariUrl: `http://${host}:${ariPort}`, user, app }), secret: ariPassword, diskMib });
  }

  /** Any centre whose one switch is "lab", with the secret "lab" and, if it is a feed, its port. */
  static async of({ centre, secret, feedPort = 0, agents = AGENTS, diskMib = 0 }) {
    const server = new Server();
    server.feedPort_ = feedPort;
    if (diskMib) server.mountDisk_(diskMib);
    server.write_("lab.secret", `${secret}\n`);
    server.write_("password", `${PASSWORD}\n`);
    server.write_("centre.toml", centre);
    server.write_("customers.csv", customersCsv());
    server.writeSettings_();
    await server.must_("centre", "import", server.file("centre.toml"));
    await server.must_("customers", "import", server.file("customers.csv"), "--region", "DE");
    const password = ["--password-file", server.file("password")];
    for (const { id, name } of agents) await server.must_("user", "add", id, "--name", name, "--agent", id, ...password);
    await server.must_("user", "add", SUPERVISOR, "--name", "Ruth Adler", "--role", "supervisor", ...password);
    return server;
  }

  constructor() {
    this.folder_ = mkdtempSync(join(tmpdir(), "callwright-e2e-"));
    this.process_ = null;
    this.port_ = 0;
    this.cleanUp_ = () => { this.process_?.kill("SIGKILL"); };
    process.once("exit", this.cleanUp_);
  }

  writeSettings_({ ca = "" } = {}) {
    const webRoot = JSON.stringify(join(REPOSITORY, "agent-desktop-api/web/dist"));
    const store = this.disk_ ? `[store]\npath = "disk/callwright.db"\nspool_mib = 1\n` : "";
    this.write_("server.toml", `${store}[http]\nport = 0\n[feed]\nport = ${this.feedPort_}\n[web]\nroot = ${webRoot}\n[asterisk]\nca = ${JSON.stringify(ca)}\n[secrets]\nlab = "lab.secret"\n`);
  }

  mountDisk_(mib) {
    this.disk_ = this.file("disk");
    mkdirSync(this.disk_);
    const { uid, gid } = userInfo();
    asRoot("mount", "-t", "tmpfs", "-o", `size=${mib}m,mode=0700,uid=${uid},gid=${gid}`, "callwright-e2e", this.disk_);
  }
  /** From now on the store's disk takes nothing more. */
  fillDisk() {
    const ballast = openSync(join(this.disk_, "ballast"), "a");
    for (const size of [65_536, 4096, 1])
      try {
        for (;;) writeSync(ballast, Buffer.alloc(size));
      } catch (error) {
        if (error.code !== "ENOSPC") throw error;
      }
    closeSync(ballast);
  }
  freeDisk() { rmSync(join(this.disk_, "ballast")); }

  /** From the next start on it finds its switch at `url`, whose certificate `ca` must have signed. */
  async reachBy(lab, { url, ca = "" }) {
    const { user, app } = lab.address.ari;
    this.writeSettings_({ ca });
    await this.importCentre(centreDocument({ ariUrl: url, user, app }));
  }
  async importCentre(document) {
    this.write_("centre.toml", document);
    await this.must_("centre", "import", this.file("centre.toml"));
  }

  file(name) { return join(this.folder_, name); }
  write_(name, text) { writeFileSync(this.file(name), text, { mode: 0o600 }); }
  get url() { return `http://127.0.0.1:${this.port_}`; }
  get pid() { return this.process_?.pid; }

  /** One command of the program, on this server's configuration: { code, out }. */
  async command(...words) {
    const child = spawn(join(BIN, "callwright"), ["--config", this.file("server.toml"), ...words], { cwd: this.folder_, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (data) => (out += data));
    const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
    return { code, out };
  }
  async must_(...words) {
    const { code, out } = await this.command(...words);
    if (code !== 0) throw new Error(`callwright ${words.join(" ")}: exit code ${code}\n${out}`);
  }

  /** Starts it, again on the port it had before, and waits until its link is up and it answers /ready. */
  async start() {
    await this.startAlone();
    await this.linkIs("up", START_MS);
    await until(() => `the server is ready\n${this.log()}`, () => this.answers_("/ready"), START_MS);
    return this;
  }

  /** The same before its switch is there: it serves pages, and is not ready yet. */
  async startAlone() {
    const log = openSync(this.file("server.log"), "a");
    const child = spawn(join(BIN, "callwright"), ["serve", "--config", this.file("server.toml"), "--set", `http.port=${this.port_}`],
      { cwd: this.folder_, stdio: ["ignore", "pipe", log] });
    closeSync(log);
    this.process_ = child;
    child.ended = new Promise((resolve) => child.once("close", (code, signal) => { child.result = code ?? signal; resolve(child.result); }));
    const url = await new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        const found = /^Callwright is at (\S+)/.exec(line);
        if (found) resolve(found[1]);
      });
      child.ended.then((result) => reject(new Error(`the server ended with ${result} before it was up\n${this.log()}`)));
    });
    this.port_ = Number(new URL(url).port);
    await until(() => `the server serves\n${this.log()}`, () => this.answers_("/health"), START_MS);
  }

  async answers_(path) {
    try {
      return (await fetch(this.url + path)).ok;
    } catch {
      return false;
    }
  }
  /** What /ready says: "ready", or the code of the problem. */
  async readiness() {
    const body = await (await fetch(`${this.url}/ready`)).json();
    return body.status === "ready" ? "ready" : body.code;
  }

  /** Resolves once the link to the switch is "up" or "down". */
  async linkIs(state, timeoutMs = 15_000) {
    const supervisor = await this.supervisor();
    const link = async () => (await supervisor.get("/api/v1/links")).items.find((one) => one.switch === "lab");
    return until(() => `the link is ${state}\n${this.log()}`, async () => {
      const view = await link();
      return view && view.up === (state === "up") ? view : undefined;
    }, timeoutMs);
  }

  /** kill -9: nothing is written, nothing is said. */
  async kill() { return this.signal("SIGKILL").ended; }
  /** SIGTERM; resolves with the exit code. */
  async stop() { return this.signal("SIGTERM").ended; }
  signal(name) {
    this.process_.kill(name);
    return this.process_;
  }

  /** A signed-in supervisor; the same one until the server is another. */
  async supervisor() {
    if (this.rest_?.url !== this.url) this.rest_ = await Rest.signIn(this.url, SUPERVISOR, PASSWORD);
    return this.rest_;
  }

  /** The logged contact with its segments, offers, visits and notes. */
  async contact(id) { return (await this.supervisor()).get(`/api/v1/contacts/${id}`); }
  /** The same, once it is logged as ended. */
  async endedContact(id) {
    return until(() => `contact ${id} has ended\n${this.log()}`, async () => {
      const row = await this.contact(id);
      return row.outcome ? row : undefined;
    });
  }
  /** The newest logged contacts from that number. */
  async contactsFrom(from) {
    return (await (await this.supervisor()).get("/api/v1/contacts?limit=50")).items.filter((row) => row.e164 === `+${from}`);
  }
  async queue(id) { return (await (await this.supervisor()).get("/api/v1/queues")).items.find((one) => one.queue === id); }

  /** A value of /metrics, summed over the series that carry these labels. */
  async metric(name, labels = {}) {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
    let sum = 0;
    for (const line of text.split("\n")) {
      const found = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
      if (found && found[1] === name && wanted.every((one) => (found[2] ?? "").includes(one))) sum += Number(found[3]);
    }
    return sum;
  }

  /** The end of what it logged, for failures. */
  log() {
    try {
      return readFileSync(this.file("server.log"), "utf8").split("\n").slice(-40).join("\n");
    } catch {
      return "";
    }
  }

  async close() {
    if (this.process_ && this.process_.result === undefined) {
      this.process_.kill("SIGCONT");
      await this.kill();
    }
    process.removeListener("exit", this.cleanUp_);
    if (this.disk_) asRoot("umount", this.disk_);
    if (!process.env.CALLWRIGHT_KEEP) rmSync(this.folder_, { recursive: true, force: true });
  }
}
