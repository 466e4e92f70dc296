// One headless Chromium (its headless shell: half the time of the whole browser) for all page tests; each test gets its own context, so nothing is shared.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
export const chromium_path = process.env.CALLWRIGHT_CHROMIUM ?? '/usr/bin/chromium-headless-shell';
export const has_chromium = existsSync(chromium_path);

export const launch = () => chromium.launch({ executablePath: chromium_path, args: flags });

/** A signed-in page. Anything the page logs as an error, or that CSP blocks, is kept in `page.errors`. */
export async function open(browser, server, login, { theme = 'light', lang = 'en', size = { width: 1440, height: 900 }, hash = '', clock = false } = {}) {
  const context = await browser.newContext({ viewport: size, locale: lang, colorScheme: theme, reducedMotion: 'reduce' });
  await context.addInitScript((language) => { localStorage.getItem('callwright.language') ?? localStorage.setItem('callwright.language', language); }, lang);
  const page = await context.newPage();
  if (clock) await page.clock.install();
  page.errors = [];
  page.on('pageerror', (error) => page.errors.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text())) page.errors.push(message.text()); });
  if (login) await context.addCookies([{ name: 'sid', value: server.sign_in(login), url: server.url }]);
  await page.goto(`${server.url}/${hash}`);
  if (login) {
    await page.locator('[data-testid="connection"][data-state="live"]').waitFor({ state: 'attached' });
  }
  return page;
}
