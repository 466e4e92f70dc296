// The pictures of docs/images, taken from the real server with the demo's centre and the simulated switch:
//   node tests/e2e/pictures.mjs FOLDER        (after ./dev build; about four minutes, until callers have had to wait)
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { launch } from "./page.mjs";
import { sleep, until } from "./until.mjs";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const BIN = process.env.CALLWRIGHT_BIN ?? join(REPOSITORY, "build/dev/bin");
const pictures = process.argv[2] ?? join(REPOSITORY, "docs/images");
const BUSY_MS = 200_000; // so long the centre runs before its live view is worth a look

const freePort = () => new Promise((resolve) => {
  const probe = createServer().listen(0, "127.0.0.1", () => { const { port } = probe.address(); probe.close(() => resolve(port)); });
});

/** The demo's server: { url, passwords by login }. */
async function serve(folder, feedPort) {
  const server = spawn(join(BIN, "callwright"), ["serve", "--demo", folder, "--demo-centre", join(REPOSITORY, "packaging/demo/centre.toml"),
    "--demo-web", join(REPOSITORY, "agent-desktop-api/web/dist"), "--set", `http.port=${await freePort()}`, "--set", `feed.port=${feedPort}`], { stdio: ["ignore", "pipe", "ignore"] });
  const passwords = {};
  let url = "";
  createInterface({ input: server.stdout }).on("line", (line) => {
    url ||= /^Callwright is at (\S+)/.exec(line)?.[1] ?? "";
    const [, login, password] = /^ +(\w+) \/ (\w+)/.exec(line) ?? [];
    if (login) passwords[login] = password;
  });
  await until("the demo is up", () => url && passwords.admin, 60_000);
  return { server, url, passwords };
}

async function open(browser, { url, passwords }, login) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en", colorScheme: "light", reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByTestId("login").fill(login);
  await page.getByTestId("password").fill(passwords[login]);
  await page.getByTestId("sign-in").click();
  await page.locator('[data-testid="connection"][data-state="live"]').waitFor({ state: "attached" });
  return page;
}

const shoot = async (page, name) => {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(pictures, `${name}.png`) });
  console.log(name);
};
const band = (page, phase) => page.locator(`[data-testid="band"][data-phase="${phase}"]:not([data-guard])`).waitFor({ timeout: 120_000 });

mkdirSync(pictures, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), "callwright-pictures-"));
const feedPort = await freePort();
const demo = await serve(folder, feedPort);
const callers = spawn(join(BIN, "callwright-switch"), ["--connect", `127.0.0.1:${feedPort}`, "--demo", folder, "--profile", "flat", "--calls-per-minute", "7", "--talk-seconds", "45"], { stdio: "ignore" });
const browser = await launch();
try {
  const [sofia, ruth] = [await open(browser, demo, "sofia"), await open(browser, demo, "ruth")];
  const began = Date.now();
  await until("the centre has been busy, and somebody waits too long", async () => Date.now() - began > BUSY_MS && (await ruth.getByTestId("alert").count()) > 0, 600_000);
  await shoot(ruth, "07-live");

  // The first caller whose record has something to show.
  for (;;) {
    if (await sofia.getByTestId("go-ready").count()) await sofia.getByTestId("go-ready").click();
    await band(sofia, "ringing");
    if ((await sofia.getByTestId("timeline-item").count()) >= 4) break;
    const offered = await sofia.getByTestId("band").getAttribute("data-contact");
    await sofia.getByTestId("decline").click();
    await sofia.locator(`[data-testid="band"]:not([data-contact="${offered}"])`).waitFor();
  }
  await shoot(sofia, "02-ringing");
  await sofia.getByTestId("answer").click();
  await band(sofia, "talking");
  await sofia.getByTestId("state-menu").click();
  await sofia.getByTestId("set-not-ready-break").click();
  await sofia.getByTestId("next-state").waitFor();
  await sofia.getByTestId("note").fill("Heating shows E119 since the weekend. Pressure is 0.4 bar; refilled together, runs again.\nWants the yearly service in January, mornings.");
  await sofia.locator('[data-testid="note-status"][data-saved="true"]').waitFor();
  await sleep(4000); // of talk
  await shoot(sofia, "03-in-call");
  await sofia.getByTestId("end").click();
  await band(sofia, "wrap_up");
  await sofia.getByTestId("disposition").first().click();
  await sofia.getByTestId("solved-yes").click();
  await sofia.locator('[data-testid="outcome-hint"]:empty').waitFor({ state: "attached" });
  await shoot(sofia, "05-wrap-up");

  // A decision between three.
  const [contact, decision] = await ruth.evaluate(async () => {
    const get = async (path) => (await (await fetch(`/api/v1${path}`)).json()).items;
    for (const row of await get("/contacts?limit=50")) {
      const chosen = (await get(`/contacts/${row.contact}/decisions`)).find((one) => one.best.length === 3);
      if (chosen && row.customer) return [row.contact, chosen.decision];
    }
    throw new Error("no decision was between three");
  });
  await ruth.goto(`${demo.url}/#/contacts/${contact}/${decision}`);
  await ruth.getByTestId("scores").waitFor();
  await until("the caller's name is read", async () => !/—/.test(await ruth.locator(".labs").first().textContent()));
  await shoot(ruth, "09-why");
} finally {
  await browser.close();
  callers.kill("SIGKILL");
  demo.server.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
