// Written contacts: several at once, beside a call.
import assert from 'node:assert/strict';
import { at, connection, is_picked, names, on_page, outcome, phase, saved, state, until } from './steps.mjs';
import * as w from '../world.mjs';

const row = (page, { contact }) => page.locator(`[data-testid="my-contact"][data-contact="${contact}"]`);
const shown = (page, { contact }) => page.locator(`[data-testid="band"][data-contact="${contact}"]`).waitFor();
const rows = (page) => at(page, 'my-contact').evaluateAll((all) => all.map((one) => [one.dataset.contact, one.dataset.phase, one.getAttribute('aria-current') === 'true']));

/** A call that goes on, and two chats that are worked on; the page shows the first chat. */
async function call_and_two_chats(page, server) {
  const chats = ['Kim', 'Lea'].map((name) => server.offer({ caller_name: name, ani: `${name.toLowerCase()}@example.org` }));
  chats.forEach(({ contact }, i) => server.work_on(contact, 60 + i));
  const call = server.ring();
  server.answer(call.contact, 30);
  await shown(page, call);
  await row(page, chats[0]).click();
  await shown(page, chats[0]);
  return [call, ...chats];
}

export function written_contacts() {
  on_page('a chat is accepted, opened in a tab that knows nothing of the desk, done and finished', 'sofia', {}, async (page, server) => {
    const chat = server.offer();
    await phase(page, 'ringing');
    assert.match(await at(page, 'answer').innerText(), /^Accept/);
    assert.match(await at(page, 'announce').textContent(), /^Chat offered: Kim, Repairs, waited/);
    assert.match(await page.title(), /^Offered · Kim/);
    const [tab] = await Promise.all([page.context().waitForEvent('page'), at(page, 'answer').click()]);
    await tab.waitForURL(`${server.url}/a-place-elsewhere`); // a tab without opener is there before its address is
    assert.equal(await tab.evaluate(() => window.opener), null);
    await tab.close();
    await phase(page, 'working');
    assert.equal(await at(page, 'hold').count(), 0);
    assert.deepEqual(await at(page, 'open-work').evaluate((link) => [link.getAttribute('href'), link.target, link.rel]), [`${server.url}/a-place-elsewhere`, '_blank', 'noopener']);
    assert.match(await at(page, 'state').textContent(), /^Ready· 1 chat\d/);
    await at(page, 'end').click();
    await phase(page, 'wrap_up');
    assert.match(await at(page, 'wrap-left').textContent(), /^[01]:\d\d left of 1:00$/);
    assert.equal(await at(page, 'done-break').count(), 0);
    await at(page, 'done').click();
    assert.equal(await at(page, 'outcome-hint').textContent(), 'Choose an outcome first');
    await outcome(page, 'recall').click();
    await at(page, 'done').click();
    await phase(page, 'none');
    await at(page, 'my-contacts').waitFor({ state: 'detached' });
    const { contact } = chat;
    assert.deepEqual(server.commands.map(({ name, args }) => [name, args]), [
      ['accept', { offer: chat.offers[0].offer }], ['end', { contact }], ['disposition', { contact, code: 'recall', resolved: false }], ['end_wrap_up', { contact }],
    ]);
  });

  on_page('an offer takes nothing away from who is typing, and no key goes to another contact', 'sofia', {}, async (page, server) => {
    const first = server.offer();
    server.work_on(first.contact);
    await phase(page, 'working');
    await at(page, 'note').focus();
    await page.keyboard.type('about the ');
    await page.evaluate(() => { // the notes that sound
      const { setValueAtTime } = AudioParam.prototype;
      AudioParam.prototype.setValueAtTime = function (...given) { window.sounded = true; return setValueAtTime.apply(this, given); };
    });
    const second = server.offer({ caller_name: 'Lea', ani: 'lea@example.org' });
    await row(page, second).waitFor();
    await page.keyboard.type('hose');
    assert.equal(await at(page, 'note').inputValue(), 'about the hose');
    assert.deepEqual(await rows(page), [[first.contact, 'working', true], [second.contact, 'ringing', false]]);
    assert.match(await row(page, second).innerText(), /Chat\s+Lea\s+Offered\s*0:\d\d/);
    assert.match(await at(page, 'announce').textContent(), /^Chat offered: Lea/);
    await until(() => page.evaluate(() => window.sounded));
    await until(async () => /^Chat: Offered · Lea/.test(await page.title()));
    await until(async () => /^Working · Kim/.test(await page.title()));
    await page.keyboard.press('Control+Alt+N');
    await shown(page, second);
    await until(() => page.evaluate(() => document.activeElement?.id === 'note'));
    await page.keyboard.type('of Lea');
    await page.keyboard.press('Control+Alt+D');
    await shown(page, first);
    assert.equal(await at(page, 'note').inputValue(), 'about the hose');
    await saved(page);
    await until(() => names(server).filter((name) => name === 'note').length >= 2);
    const last = (contact) => server.commands.filter(({ name, args }) => name === 'note' && args.contact === contact).at(-1).args.text;
    assert.deepEqual([last(first.contact), last(second.contact)], ['about the hose', 'of Lea']);
  });

  on_page('a call is shown when it comes, and afterwards what was shown before; half a form waits meanwhile', 'sofia', {}, async (page, server) => {
    const chats = ['Kim', 'Lea'].map((name) => server.offer({ caller_name: name }));
    chats.forEach(({ contact }) => server.work_on(contact));
    await row(page, chats[1]).click();
    await shown(page, chats[1]);
    await at(page, 'blank-name').fill('Lea Brandt');
    await at(page, 'note').focus();
    await page.keyboard.type('half a sen');
    const call = server.ring();
    await shown(page, call);
    await page.keyboard.type('tence');
    assert.equal(await at(page, 'note').inputValue(), '', 'what is typed blindly goes to nobody');
    assert.deepEqual(await rows(page), [[call.contact, 'ringing', true], [chats[0].contact, 'working', false], [chats[1].contact, 'working', false]]);
    await page.keyboard.press('Control+Alt+D');
    await shown(page, chats[1]);
    assert.deepEqual([await at(page, 'note').inputValue(), await at(page, 'blank-name').inputValue()], ['half a sen', 'Lea Brandt']);
    await state(page, 'ready');
  });

  on_page('wrap-ups run side by side, each with its own time and outcome, over a reload too', 'sofia', {}, async (page, server) => {
    const all = await call_and_two_chats(page, server);
    const [call, kim, lea] = all;
    await at(page, 'end').click();
    await phase(page, 'wrap_up');
    server.work_done(lea.contact, { left: 30, of: 45 });
    server.hang_up(call.contact);
    await until(async () => (await rows(page)).every(([, now]) => now === 'wrap_up'));
    assert.equal(await page.locator('[data-testid="my-contact"][aria-current]').getAttribute('data-contact'), kim.contact, 'who wraps up is left where he is');
    await at(page, 'extend').click();
    await until(async () => /left of 2:00$/.test(await at(page, 'wrap-left').textContent()));
    server.deaf.add('disposition');
    for (const [one, code] of [[kim, 'recall'], [lea, 'part_ordered'], [call, 'not_a_fault']]) {
      await row(page, one).click();
      await shown(page, one);
      await outcome(page, code).click();
    }
    assert.match(await at(page, 'wrap-left').textContent(), /left of 1:30$/, 'of the call');
    await page.reload();
    await shown(page, call);
    for (const [one, code, left] of [[call, 'not_a_fault', /of 1:30/], [lea, 'part_ordered', /of 0:45/], [kim, 'recall', /of 2:00/]]) {
      await row(page, one).click();
      await is_picked(page, code);
      assert.match(await at(page, 'wrap-left').textContent(), left);
    }
    await at(page, 'done').click();
    await shown(page, lea);
    assert.deepEqual(server.commands.map(({ name, args }) => [name, args.contact]).filter(([name]) => name !== 'disposition'), [['end', kim.contact], ['extend_wrap_up', kim.contact], ['end_wrap_up', kim.contact]]);
    server.deaf.clear();
    await page.reload();
    await until(() => server.contacts.get(lea.contact).disposition === 'part_ordered' && server.contacts.get(call.contact).disposition === 'not_a_fault');
  });

  on_page('a broken connection leaves everything where it was, and says what becomes of a chat', 'sofia', {}, async (page, server) => {
    const [call, kim, lea] = await call_and_two_chats(page, server);
    server.refuse_upgrade = true;
    server.cut();
    await page.locator('[data-testid="lost"]', { hasText: 'After a minute this contact goes back to its queue.' }).waitFor();
    server.set_contact(lea.contact, { state: 'ended', outcome: 'answered' });
    server.contacts.delete(lea.contact);
    server.set_agent({ works: server.agent.works.filter(({ contact }) => contact === kim.contact) });
    server.refuse_upgrade = false;
    await connection(page, 'live');
    await row(page, lea).waitFor({ state: 'detached' });
    assert.deepEqual(await rows(page), [[call.contact, 'talking', false], [kim.contact, 'working', true]]);
  });

  on_page('an address that is no web address is text and opens nothing', 'sofia', { before: (server) => { server.lenient = true; } }, async (page, server) => {
    server.offer({ url: 'javascript:void(window.hacked = 1)' });
    await phase(page, 'ringing');
    await at(page, 'answer').click();
    await phase(page, 'working');
    await at(page, 'band').getByText('javascript:void(window.hacked = 1)').waitFor();
    assert.equal(await at(page, 'open-work').count(), 0);
    await page.keyboard.press('Control+Alt+O');
    await at(page, 'end').click();
    await phase(page, 'wrap_up');
    assert.deepEqual([page.context().pages().length, await page.evaluate(() => window.hacked), await page.locator('a[href^="javascript"]').count()], [1, undefined, 0]);
  });

  on_page('presses about two contacts wait side by side, and a refusal is told beside its own', 'sofia', {}, async (page, server) => {
    const [call, kim] = await call_and_two_chats(page, server);
    server.deaf.add('end');
    await at(page, 'end').click();
    await row(page, call).click();
    await shown(page, call);
    assert.equal(await at(page, 'end').isEnabled(), true);
    server.deaf.clear();
    server.refusals.set('end', { status: 409, code: 'wrong_state' });
    await at(page, 'end').click();
    await at(page, 'problem').waitFor();
    await row(page, kim).click();
    await shown(page, kim);
    assert.equal(await at(page, 'problem').count(), 0);
    await row(page, call).getByText('The last press did not work').waitFor();
    assert.deepEqual(server.commands.map(({ name, args }) => [name, args.contact]), [['end', kim.contact], ['end', call.contact]]);
  });

  on_page('who signs out with a chat in hand finishes it first', 'sofia', {}, async (page, server) => {
    const chat = server.offer();
    server.work_on(chat.contact);
    await phase(page, 'working');
    await at(page, 'user-menu').click();
    await at(page, 'sign-out').click();
    await page.locator('[data-testid="state"]', { hasText: 'Signing out' }).waitFor();
    assert.match(await at(page, 'next-state').textContent(), /Next: Signed out/);
    assert.deepEqual(names(server), ['sign_out']);
    server.drop_work(chat.contact, { state: 'ended', outcome: 'answered', cause: 'normal' });
    await at(page, 'login').waitFor();
    assert.ok(server.requests.some(({ method, path }) => method === 'DELETE' && path === '/session'));
  });

  on_page('a supervisor sees who has how many of which channel, and what waits', 'ruth', {
    before: (server) => {
      server.floor.agents[24] = { ...server.floor.agents[24], works: [w.work_view('8101'), w.work_view('8102'), w.work_view('8103', { channel: 'email', state: 'wrap_up' }), w.work_view('8104', { state: 'reserved', until: w.now() + 9 * w.second })], contacts: ['8101', '8102', '8103', '8104'] };
      server.floor.contacts.push(w.written_view({ contact: '8105', card: null, channel: 'email' }), w.written_view({ contact: '8101', card: null, state: 'talking', agent: server.floor.agents[24].agent }));
      const [decision] = server.decisions;
      server.decisions = [{ ...decision, best: decision.best.map((one, i) => ({ ...one, terms: [...one.terms, { kind: 'load', skill: null, points: -i * 100_000 }] })) }];
      server.logged[0] = { ...server.logged[0], channel: 'chat' };
    },
  }, async (page, server) => {
    const cell = page.locator(`[data-agent="${server.floor.agents[24].agent}"]`);
    assert.deepEqual(await cell.getByTestId('works').evaluateAll((all) => all.map((one) => [one.dataset.channel, one.title])), [['chat', '2 chats'], ['email', '1 e-mail']]);
    assert.match(await page.locator('[data-testid="call-row"][data-contact="8105"]').innerText(), /E-mail\s*kim@example\.org\s.*Waiting/s);
    assert.match(await page.locator('[data-testid="call-row"][data-contact="8101"]').innerText(), /Chat.*Working/s);
    await page.goto(`${page.url().split('#')[0]}#/contacts/8001`);
    await page.locator('.labs', { hasText: /ChannelChatFrom/ }).waitFor();
    await at(page, 'why').click();
    await at(page, 'scores').waitFor();
    assert.equal(await page.locator('[data-gate="capacity"] td').first().textContent(), 'Has room for this contact');
    assert.match(await page.locator('.sg.hdr').innerText(), /Load\s+contacts in hand/);
    assert.equal(await page.locator('[data-testid="why-term"][data-kind="load"]').nth(1).textContent(), '−100');
  });
}
