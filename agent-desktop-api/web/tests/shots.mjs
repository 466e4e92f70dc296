// Pictures of every view in both themes and languages, to look at beside the target: node tests/shots.mjs FOLDER [view...]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, open } from './browser.mjs';
import { MockServer } from './mock_server.mjs';
import * as w from './world.mjs';

const [folder, ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const browser = await launch();
const sizes = process.env.SIZES === 'small' ? [{ width: 1366, height: 768 }] : [{ width: 1440, height: 900 }];
const looks = process.env.LOOKS === 'all' ? [['light', 'en'], ['dark', 'en'], ['light', 'zh-CN'], ['dark', 'zh-CN']] : [['light', 'en'], ['dark', 'zh-CN']];
const note = 'Hose drips from the left joint since the 12 Nov install. Water is turned off.\nEngineer did not come on 17 Nov; nobody called.';

const views = {
  '00-sign-in': [null, async () => {}],
  '01-ready': ['sofia', async (server) => {
    server.floor.queues.forEach((queue) => server.queue(queue.queue, { waiting: 0, longest_since: null }));
    server.queue('repairs', { waiting: 2, longest_since: w.now() - 41 * w.second });
    server.queue('complaints', { waiting: 1, longest_since: w.now() - 18 * w.second });
  }],
  '02-ringing': ['sofia', async (server, page, zh) => { server.ring(zh ? { card: w.lin, customer: '502', e164: '+8610055500142' } : {}, { spent: 9 }); }],
  '03-in-call': ['sofia', async (server, page) => {
    server.answer(server.ring().contact, 391);
    server.set_agent({ next: 'not_ready', next_reason: 'break' });
    await page.getByTestId('note').fill(note);
    await page.locator('[data-testid="note-status"][data-saved="true"]').waitFor();
  }],
  '03-held': ['sofia', async (server) => { const c = server.ring(); server.answer(c.contact, 391); server.set_contact(c.contact, { state: 'held' }); server.set_agent({ state: 'held' }); }],
  '04-written': ['sofia', async (server, page, zh) => {
    const [kim, lin] = [server.offer({ caller_name: 'Kim Seo-yeon', queue: 'delivery' }), server.offer({ card: w.lin, customer: '502', match: 'known', ani: '+8610055500142', e164: '+8610055500142', caller_name: '', queue: 'orders' })];
    server.work_on(kim.contact, 754);
    server.work_on(lin.contact, 130);
    server.answer(server.ring().contact, 391);
    await page.getByTestId('hold').waitFor();
    server.work_done(kim.contact, { left: 22 });
    if (zh) await page.locator(`[data-testid="my-contact"][data-contact="${lin.contact}"]`).click();
    await page.getByTestId(zh ? 'open-work' : 'hold').waitFor();
  }],
  '05-wrap-up': ['sofia', async (server, page) => {
    const c = server.ring();
    server.answer(c.contact, 391);
    server.hang_up(c.contact, { left: 52, of: 90 });
    await page.locator('[data-testid="disposition"][data-code="visit_booked"]').click();
    await page.getByTestId('note').fill(note);
    await page.locator('[data-testid="note-status"][data-saved="true"]').waitFor();
  }],
  '06-choose': ['sofia', async (server) => { server.ring({ match: 'maybe', customer: null, candidates: ['601', '602', '603'], card: { candidates: w.heads }, queue: 'trade', e164: '+442079460142', caller_name: '' }, { spent: 6 }); }],
  '06-unknown': ['sofia', async (server) => { server.ring({ match: 'none', customer: null, card: null, e164: '+447700900999', caller_name: 'B & Q <b>trade</b>' }, { spent: 6, can_answer: false }); }],
  '10-lost': ['sofia', async (server, page) => { server.answer(server.ring().contact, 61); server.refuse_upgrade = true; await page.getByTestId('end').waitFor(); server.cut(); await page.getByTestId('lost').waitFor(); }],
  '11-no-answer': ['sofia', async (server) => { server.set_agent({ state: 'not_ready', reason: 'no_answer', since: w.now() }); }],
  '12-keys': ['sofia', async (server, page) => { await page.getByTestId('keys').click(); await page.getByTestId('user-menu').click(); }],
  '07-steer': ['ruth', async (server, page) => {
    server.floor.contacts[4] = { ...server.floor.contacts[4], rev: 2, parked: true, boost: 250 };
    server.topic('contacts', [server.floor.contacts[4]]);
    await page.locator('[data-contact="8005"]').getByTestId('steer').click();
  }],
  '07-wallboard': ['ruth', async (server, page) => { // half an hour of a morning, played fast, for the sparklines
    await page.getByTestId('queue-row').first().waitFor();
    const play = 40;
    for (let i = 1; i <= play; i++) {
      const ahead = i * 10 * w.second;
      const wave = (n, by) => Math.max(0, Math.round(n * (0.55 + 0.45 * Math.sin(i / by)) + (i / play) * n * 0.5));
      const last = i === play;
      server.topic('queues', server.floor.queues.map((queue, k) => ({
        ...queue, rev: i + 1, waiting: last ? queue.waiting : wave(queue.waiting, 3 + k), answered: queue.answered - Math.round((play - i) / 2), answered_within: queue.answered_within - Math.round((play - i) / (2 + (i % 3) / 4)),
        entered: queue.entered - Math.round((play - i) / 2), abandoned: Math.round(queue.abandoned * (0.5 + i / play / 2)),
        longest_since: queue.longest_since ? queue.longest_since + ahead - (last ? 0 : (k ? 0 : -252 + 6.3 * i) * w.second) : null,
      })));
      server.topic('agents', server.floor.agents.map((agent, k) => ({ ...agent, rev: i + 1, state: !last && agent.state === 'talking' && (k + i) % 5 === 0 ? 'ready' : agent.state, since: agent.since + ahead })));
      server.topic('contacts', server.floor.contacts.map((contact) => ({ ...contact, rev: i + 1, state_since: contact.state_since + ahead })));
      const orders = server.floor.queues.find((queue) => queue.queue === 'orders');
      await page.locator('tr[data-queue="orders"] [data-col="offered"]', { hasText: String(orders.entered - Math.round((play - i) / 2)) }).waitFor();
      await page.clock.runFor(10_000);
    }
    for (const socket of server.sockets) socket.say({ type: 'tick', ts: w.now() }); // heard just now, by the page's fast clock too
    await page.locator('[data-testid="live"][data-old="false"]').waitFor();
  }, '#/live'],
  '08-contacts': ['ruth', async (server, page) => { await page.getByTestId('contact-row').first().waitFor(); }, '#/contacts'],
  '08-contact': ['ruth', async (server, page) => { await page.getByTestId('decision-row').first().waitFor(); }, '#/contacts/8001'],
  '09-why': ['ruth', async (server, page) => { await page.getByTestId('scores').waitFor(); }, '#/contacts/8001/184220'],
};
for (const [name, [login, steps, hash]] of Object.entries(views)) {
  if (only.length && !only.includes(name)) continue;
  for (const size of sizes) for (const [theme, lang] of looks) {
    const server = await new MockServer(dist).start();
    const page = await open(browser, server, login, { theme, lang, size, hash: hash ?? '', clock: name === '07-wallboard' });
    await steps(server, page, lang === 'zh-CN');
    await page.evaluate(() => Promise.all([document.fonts.ready, ...document.getAnimations().map((one) => one.finished.catch(() => {}))]));
    const file = join(folder, `${name}-${theme}-${lang}-${size.width}x${size.height}.png`);
    await page.screenshot({ path: file });
    console.log(file, [...page.errors, ...server.breaches].join(' | '));
    await page.context().close();
    await server.stop();
  }
}
await browser.close();
