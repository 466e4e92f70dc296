// What page tests are made of: a server and a page for each, and the conditions that they wait for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open } from '../browser.mjs';
import { MockServer } from '../mock_server.mjs';

const dist = process.env.CALLWRIGHT_WEB_OUT ?? new URL('../../dist', import.meta.url).pathname;
let browser;

/** For all tests of a suite. */
export function with_browser() {
  before(async () => { browser = await launch(); });
  after(() => browser?.close());
}

/** A test with a server and one page; what the page logs as an error or CSP blocks fails it. */
export function on_page(name, login, options, body) {
  test(name, { timeout: 60_000 }, async () => {
    const server = new MockServer(dist);
    options.before?.(server);
    await server.start();
    const page = await open(browser, server, login, options);
    try {
      await body(page, server);
      assert.deepEqual(page.errors, []);
      assert.deepEqual(server.breaches.slice(0, 3), []);
    } finally {
      await page.context().close();
      await server.stop();
    }
  });
}
export const at = (page, id) => page.getByTestId(id);
export const phase = (page, name) => page.locator(`[data-testid="band"][data-phase="${name}"]:not([data-guard])`).waitFor();
export const state = (page, name) => page.locator(`[data-testid="state"][data-state="${name}"]`).waitFor();
export const connection = (page, name) => page.locator(`[data-testid="connection"][data-state="${name}"]`).waitFor({ state: 'attached' });
export const saved = (page) => page.locator('[data-testid="note-status"][data-saved="true"]').waitFor();
export const problem = (page, text) => page.locator('[data-testid="problem"]', { hasText: text }).waitFor();
export const outcome = (page, code) => page.locator(`[data-testid="disposition"][data-code="${code}"]`);
export const is_picked = (page, code) => page.locator(`[data-testid="disposition"][data-code="${code}"][aria-pressed="true"]`).waitFor();
export const names = (server) => server.commands.map((command) => command.name);
export async function until(what, limit = 8000) {
  for (const end = Date.now() + limit; ;) {
    const value = await what();
    if (value) return value;
    if (Date.now() > end) assert.fail(`never true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
