// What `./dev run` starts: the server with its demo beside callwright-switch. A newcomer does what the terminal says.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { AgentPage, launch } from "./page.mjs";
import { freePort } from "./server.mjs";
import { until } from "./until.mjs";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const BIN = process.env.CALLWRIGHT_BIN ?? join(REPOSITORY, "build/dev/bin");
const FIRST_POP_MS = 30_000;

let folder, browser, printed = "", logged = "";
const programs = [];

function start(program, words, onOut = () => {}) {
  const child = spawn(join(BIN, program), words, { cwd: REPOSITORY, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.setEncoding("utf8").on("data", onOut);
  child.stderr.setEncoding("utf8").on("data", (data) => (logged += data));
  programs.push(child);
  return child;
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "callwright-demo-"));
  browser = await launch();
});
after(async () => {
  for (const program of programs) program.kill("SIGKILL");
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("The first pop appears within 30 s of the address, for who signs in and goes Ready as the terminal says", { timeout: 90_000 }, async () => {
  const feedPort = await freePort();
  start("callwright", ["serve", "--demo", folder, "--demo-centre", "packaging/demo/centre.toml", "--demo-web", "agent-desktop-api/web/dist",
    "--set", "http.port=0", "--set", `feed.port=${feedPort}`], (data) => (printed += data));
  const [, url] = await until(() => `the address\n${logged}`, () => /^Callwright is at (\S+)/m.exec(printed), 40_000);
  const began = Date.now();
  start("callwright-switch", ["--connect", `127.0.0.1:${feedPort}`, "--demo", folder]);
  const [, login] = await until("who to sign in as", () => /^Sign in as (\S+) and go Ready/m.exec(printed));
  const [, password] = new RegExp(`^  ${login} / (\\S+) `, "m").exec(printed);
  const desk = await AgentPage.open(browser, { url }, login, password);
  await desk.ready();
  const pop = await desk.pop({ timeoutMs: FIRST_POP_MS });
  assert.ok(pop.at - began <= FIRST_POP_MS, `${(pop.at - began).toFixed(0)} ms after the address`);
  await desk.band("ringing");
  await desk.press("answer");
  await desk.band("talking");
  assert.deepEqual(desk.errors, []);
});
