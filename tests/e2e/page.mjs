// An agent at his desk in a real browser, and every frame that his page got or sent with the moment of it.
import { chromium } from "playwright-core";
import { PASSWORD } from "./server.mjs";
import { until } from "./until.mjs";

const CHROMIUM = process.env.CALLWRIGHT_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows"];

export const launch = () => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

// Runs in the page before anything else: tells each frame with the time at which the page has it.
function listenToFrames() {
  const Original = window.WebSocket;
  const tell = (direction, data) => window.callwrightTestFrame(performance.timeOrigin + performance.now(), direction, String(data));
  window.WebSocket = class extends Original {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", (event) => tell("received", event.data));
      this.addEventListener("close", (event) => tell("closed", JSON.stringify({ type: "close", code: event.code })));
    }
    send(data) {
      tell("sent", data);
      super.send(data);
    }
  };
}

export class AgentPage {
  /** Signs the agent in; he is not ready yet. */
  static async open(browser, server, agent, password = PASSWORD) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en" });
    const desk = new AgentPage(agent, await context.newPage());
    await desk.begin_(server, password);
    return desk;
  }

  constructor(agent, page) {
    this.agent = agent;
    this.page = page;
    /** { at: epoch ms, direction: "received" | "sent" | "closed", ...frame }, oldest first. */
    this.frames = [];
    /** What the page threw, or what its policy blocked. */
    this.errors = [];
  }

  async begin_(server, password) {
    const { page } = this;
    await page.exposeFunction("callwrightTestFrame", (at, direction, text) => { this.frames.push({ ...JSON.parse(text), at, direction }); });
    await page.addInitScript(listenToFrames);
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("dialog", (dialog) => { this.errors.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
    page.on("console", (line) => {
      if (line.type() === "error" && !/Failed to load resource|WebSocket connection/.test(line.text())) this.errors.push(line.text());
    });
    await page.goto(server.url);
    await this.at("login").fill(this.agent);
    await this.at("password").fill(password);
    await this.at("sign-in").click();
    await this.connected();
  }

  at(testid) { return this.page.getByTestId(testid); }

  /** Connected, for the first time or again: a page that was refused a few times waits up to half a minute. */
  async connected(timeoutMs = 45_000) {
    await this.page.locator('[data-testid="connection"][data-state="live"]').waitFor({ state: "attached", timeout: timeoutMs });
  }

  /** Presses a button of the call band, which ignores the mouse for a moment after each change. */
  async press(testid) {
    await this.page.locator('[data-testid="band"]:not([data-guard])').waitFor({ state: "attached" });
    await this.at(testid).click();
  }

  /** Where the call band stands: none, ringing, talking, held, wrap_up. */
  async band(phase, timeoutMs = 10_000) {
    await this.page.locator(`[data-testid="band"][data-phase="${phase}"]`).waitFor({ state: "attached", timeout: timeoutMs });
    return this.at("band").getAttribute("data-contact");
  }

  /** The agent's own state as his page shows it. */
  get state() { return this.at("state").first().getAttribute("data-state"); }
  async stateIs(state, timeoutMs = 10_000) {
    await this.page.locator(`[data-testid="state"][data-state="${state}"]`).first().waitFor({ state: "attached", timeout: timeoutMs });
  }

  /** His switch decides what he is: there is nothing to choose. */
  async isObserved() { return (await this.at("state-observed").count()) > 0; }

  /** Ready, or at once reserved for somebody who waits. */
  async ready() {
    await this.choose_("set-ready", /^(ready|reserved|talking)$/);
  }
  async pause() { await this.choose_("set-not-ready-break", /^not_ready$/); }
  async choose_(item, states) {
    if (states.test(await this.state)) return;
    await this.at("state-menu").click();
    await this.at(item).click();
    await until(() => `${this.agent} is ${states}\n${this.story()}`, async () => states.test(await this.state));
  }

  /** Ends wrap-up with an outcome. */
  async finish(code = "solved") {
    await this.page.locator(`[data-testid="disposition"][data-code="${code}"]`).click();
    await this.press("done");
    await this.band("none");
  }

  /** The first frame that fits and came after `after` (epoch ms), waited for. */
  async frame(what, fits, { after = 0, timeoutMs = 10_000 } = {}) {
    return until(() => `${this.agent}'s page gets ${what}\n${this.story(after)}`, () => this.frames.find((one) => one.at > after && fits(one)), timeoutMs);
  }

  /** The pop: the frame that shows a contact reserved for this agent. */
  async pop(options) {
    return this.frame("reserved", (one) => one.direction === "received" && one.type === "event" && one.kind === "reserved", options);
  }

  /** The frame that shows a contact in that state. */
  async contactFrame(state, options) {
    const fits = (one) => one.direction === "received" && one.type === "event" && (one.kind === "contact" || one.kind === "reserved") && one.data.state === state;
    return this.frame(`a contact in state ${state}`, fits, options);
  }

  /** The frame that shows this agent in that state. */
  async agentFrame(state, options) {
    const fits = (one) => one.direction === "received" && one.type === "event" && one.kind === "agent" && one.data.agent === this.agent && one.data.state === state;
    return this.frame(`the state ${state}`, fits, options);
  }

  pops(after = 0) { return this.frames.filter((one) => one.at > after && one.type === "event" && one.kind === "reserved"); }

  /** One line a frame, for failures. */
  story(after = 0) {
    const brief = (one) => one.type === "event" ? `${one.kind} ${one.entity} rev ${one.rev} ${one.data?.state ?? ""}` : `${one.type} ${one.name ?? one.code ?? ""} ${JSON.stringify(one.args ?? one.problem ?? "")}`;
    return this.frames.filter((one) => one.at > after && !["ping", "tick", "pong", "seen", "topic"].includes(one.type)).slice(-40)
      .map((one) => `  ${new Date(one.at).toISOString()} ${one.direction} ${brief(one)}`).join("\n");
  }

  async close() { await this.page.context().close(); }
}
