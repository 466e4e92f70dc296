// A switch that speaks the native feed: callwright-switch, with callers whose names are hostile, and the agent's page.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { FEED_CENTRE } from "./centre.mjs";
import { AgentPage, launch } from "./page.mjs";
import { Server, freePort } from "./server.mjs";

const BIN = process.env.CALLWRIGHT_BIN ?? fileURLToPath(new URL("../../build/dev/bin", import.meta.url));
const TOKEN = "feed-token-of-the-test-0123456789abcdef";

const NAMES = {
  "+493022630001": `<img src=x onerror="window.pwned=1"><b>bold</b>`,
  "+493022630002": `</script><script>window.pwned=1</script>`,
  "+493022630003": `zero\0 return\rtab\tescape\u001b[31m end`,
  "+493022630004": "Ä".repeat(5000), // 10 kB
  "+493022630005": `👩🏽‍💻 王小明 שלום מرحبا`,
};
/** What a page may show of a control character: nothing, or a space. */
const legible = (text) => text.replace(/[\u0000-\u001f\u007f]+/g, " ").replace(/\s+/g, " ").trim();

let server, browser, alice, peer, said = "";

before(async () => {
  const feedPort = await freePort();
  server = await Server.of({ centre: FEED_CENTRE, secret: TOKEN, feedPort, agents: [{ id: "alice", name: "Alice Weber" }] });
  await server.startAlone();
  // Five times, since the first fifth of the list calls most.
  writeFileSync(server.file("numbers.txt"), Object.entries(NAMES).map(([number, name]) => `${number},${name}\n`).join("").repeat(5));
  peer = spawn(join(BIN, "callwright-switch"), ["--connect", `127.0.0.1:${feedPort}`, "--name", "lab", "--token-file", server.file("lab.secret"),
    "--numbers-file", server.file("numbers.txt"), "--devices", "1001", "--manual-devices", "1001", "--queues", "4001",
    "--profile", "flat", "--calls-per-minute", "45", "--first-call-after", "1"], { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [peer.stdout, peer.stderr]) stream.setEncoding("utf8").on("data", (data) => (said += data));
  await server.linkIs("up");
  browser = await launch();
  alice = await AgentPage.open(browser, server, "alice");
});
after(async () => {
  peer?.kill("SIGKILL");
  await browser?.close();
  await server?.close();
});

test("Callers' names of markup, NUL, control characters, 10 kB and emoji pop as text, and the page answers and ends each call", { timeout: 90_000 }, async () => {
  await alice.ready();
  const met = new Set();
  for (let after_ = 0; met.size < Object.keys(NAMES).length;) {
    const pop = await alice.pop({ after: after_ });
    after_ = pop.at;
    await alice.band("ringing");
    const name = NAMES[pop.data.e164];
    if (name !== undefined) { // the switch has strangers of its own too, without names
      const shown = await alice.at("caller-name").textContent();
      const [wanted, seen] = [legible(name), legible(shown.replace(/…$/, ""))];
      assert.ok(seen === wanted || (wanted.length > 120 && seen.length > 50 && wanted.startsWith(seen)), `${JSON.stringify(shown.slice(0, 200))} for ${JSON.stringify(name.slice(0, 200))}`);
      assert.equal(await alice.page.evaluate(() => window.pwned), undefined);
      assert.equal(await alice.page.locator("img").count(), 0);
      met.add(pop.data.e164);
    }
    await alice.press("answer");
    await alice.band("talking");
    await alice.press("end");
  }
  assert.deepEqual(alice.errors, []);
});

test("SIGTERM ends the server with exit code 0 within seconds, everything ended and written", { timeout: 30_000 }, async () => {
  const began = Date.now();
  assert.equal(await server.stop(), 0);
  const took = Date.now() - began;
  assert.match(server.log(), /event=drained /);
  assert.doesNotMatch(server.log(), /drain_incomplete|facts_not_written/);
  assert.ok(took < 6_000, `${took} ms`);
});
