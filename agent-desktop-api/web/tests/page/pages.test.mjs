// The pages in a real browser against the mock server. Each test has its own server and its own browser context.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe } from 'node:test';
import { at, connection, is_picked, names, on_page, outcome, phase, problem, saved, state, until, with_browser } from './steps.mjs';
import { observed } from './observed.mjs';
import { written_contacts } from './written.mjs';
import * as w from '../world.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** All that a minute of the page's own time brings; it must have been opened with `clock`. */
const a_minute_later = (page) => page.clock.runFor(60_000);

describe('pages', { concurrency: 3 }, () => {
with_browser();

// --- signing in -----------------------------------------------------------------------------------------------------------

on_page('a wrong password is told, the right one opens the desk', null, {}, async (page) => {
  await at(page, 'login').fill('sofia');
  await at(page, 'password').fill('wrong');
  await at(page, 'sign-in').click();
  await page.getByText('Sign-in name or password is wrong.').waitFor();
  assert.equal(await at(page, 'password').inputValue(), '');
  await at(page, 'password').fill('demo');
  await page.keyboard.press('Enter');
  await state(page, 'ready');
  assert.match(await page.title(), /Callwright$/);
});

on_page('signing out ends the session on both sides', 'sofia', {}, async (page, server) => {
  await at(page, 'user-menu').click();
  await at(page, 'sign-out').click();
  await at(page, 'login').waitFor();
  assert.deepEqual(names(server), ['sign_out']);
  await page.reload();
  await at(page, 'login').waitFor();
});

on_page('an expired session leads to sign-in, not to a loop', 'sofia', { clock: true }, async (page, server) => {
  const hellos = server.hellos.length;
  server.tokens.clear();
  server.close(4401);
  await page.getByText('Your session ended.').waitFor();
  await a_minute_later(page);
  assert.equal(server.hellos.length, hellos);
});

on_page('a cookie that ran out while away leads to sign-in too', 'sofia', {}, async (page, server) => {
  server.tokens.clear();
  server.cut();
  await page.getByText('Your session ended.').waitFor();
});

on_page('a tab that was replaced waits until it is asked', 'sofia', { clock: true }, async (page, server) => {
  server.close(4409);
  await page.getByText('This page was opened again').waitFor();
  const hellos = server.hellos.length;
  await a_minute_later(page);
  assert.equal(server.hellos.length, hellos);
  await at(page, 'use-here').click();
  await state(page, 'ready');
});

// --- one call -------------------------------------------------------------------------------------------------------------

on_page('the pop shows the customer, is announced once, and leaves the focus alone', 'sofia', {}, async (page, server) => {
  await at(page, 'search').focus();
  await page.keyboard.type('typing');
  server.ring({}, { spent: 9 });
  await phase(page, 'ringing');
  assert.equal(await at(page, 'customer-name').textContent(), 'Margaret Ellis');
  assert.equal(await at(page, 'tier').textContent(), 'Gold');
  assert.equal(await at(page, 'flag').textContent(), 'Complaint open');
  assert.match(await page.locator('.facts').textContent(), /£1,840.*4\/5 = 0\.80.*6 days ago/);
  assert.equal(await at(page, 'timeline-item').count(), 6);
  assert.match(await at(page, 'timeline-item').first().textContent(), /Complaint opened.*Grace Holm · 7:12.*Not solved/);
  const said = await at(page, 'announce').textContent();
  assert.match(said, /^Ringing: Margaret Ellis, Repairs, waited 1:[45]\d$/);
  const waited = await at(page, 'waited').textContent();
  await until(async () => (await at(page, 'waited').textContent()) !== waited);
  assert.equal(await at(page, 'announce').textContent(), said, 'the timer is not announced');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'search');
  assert.match(await page.title(), /^Ringing · Margaret Ellis/);
});

on_page('a whole call: answer, hold, retrieve, end, outcome, note, done', 'sofia', {}, async (page, server) => {
  const contact = server.ring();
  const offer = contact.offers[0].offer;
  await phase(page, 'ringing');
  await at(page, 'answer').click();
  await phase(page, 'talking');
  await state(page, 'talking');
  await at(page, 'note').fill('Hose drips.');
  await saved(page);
  await at(page, 'hold').click();
  await phase(page, 'held');
  await at(page, 'hold').click();
  await phase(page, 'talking');
  await at(page, 'end').click();
  await phase(page, 'wrap_up');
  assert.match(await at(page, 'wrap-left').textContent(), /^1:(30|29|28) left of 1:30$/);
  await at(page, 'done').click();
  assert.equal(await at(page, 'outcome-hint').textContent(), 'Choose an outcome first');
  await page.locator('[data-testid="disposition"][data-code="part_ordered"]').click();
  await at(page, 'solved-yes').click();
  await at(page, 'extend').click();
  await until(async () => /^2:/.test(await at(page, 'wrap-left').textContent()));
  await at(page, 'done').click();
  await state(page, 'ready');
  await phase(page, 'none');
  const c = contact.contact;
  const note = server.commands.find((command) => command.name === 'note').args.note;
  assert.deepEqual(server.commands.map(({ name, args }) => [name, args]), [
    ['accept', { offer }], ['note', { contact: c, note, text: 'Hose drips.' }], ['hold', { contact: c }], ['retrieve', { contact: c }], ['end', { contact: c }],
    ['disposition', { contact: c, code: 'part_ordered', resolved: false }], ['disposition', { contact: c, code: 'part_ordered', resolved: true }],
    ['extend_wrap_up', { contact: c }], ['end_wrap_up', { contact: c }],
  ]);
  assert.equal(new Set(server.commands.map((command) => command.id)).size, server.commands.length);
  assert.match(await at(page, 'last-contact').textContent(), /Margaret Ellis.*Part ordered.*Solved/);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => /^callwright\.(note|outcome)\./.test(key)).length), 0, 'what is acknowledged of a finished contact is dropped');
});

on_page('a caller is handed on: into a queue, to a colleague, and letters typed there are no commands', 'sofia', {}, async (page, server) => {
  const contact = server.ring();
  await at(page, 'answer').click();
  await phase(page, 'talking');
  await page.keyboard.press('Control+Alt+t');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'transfer-queue');
  await page.keyboard.press('e');
  await page.keyboard.press('h');
  await phase(page, 'talking');
  await page.keyboard.press('Escape');
  assert.equal(await at(page, 'hand-on').count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'transfer');
  await at(page, 'transfer').click();
  assert.equal(await at(page, 'transfer-send').isDisabled(), true);
  const queue = await at(page, 'transfer-queue').locator('option').nth(2).getAttribute('value');
  await at(page, 'transfer-queue').selectOption(queue);
  const colleague = await at(page, 'transfer-colleague').locator('option').nth(1).getAttribute('value');
  await at(page, 'transfer-colleague').selectOption(colleague);
  await at(page, 'transfer-send').click();
  await phase(page, 'wrap_up');
  assert.deepEqual(server.commands.filter(({ name }) => name !== 'accept').map(({ name, args }) => [name, args]), [['transfer', { contact: contact.contact, queue, agent: colleague }]]);
});

on_page('a callback says so: whom, since when, how often he was called, and that his phone rings', 'sofia', {}, async (page, server) => {
  const contact = server.ring();
  server.set_contact(contact.contact, { callback: w.callback({ attempts: 1, last_cause: 'busy', note: 'about the hose' }) });
  await phase(page, 'ringing');
  await at(page, 'callback-facts').waitFor();
  assert.match(await at(page, 'callback-facts').textContent(), /by the caller.*1 of 3 · /);
  assert.match(await at(page, 'callback-facts').textContent(), /about the hose/);
  server.set_contact(contact.contact, { callback: w.callback({ attempts: 2, called_at: w.now() }) });
  await at(page, 'band').getByText('calling the customer').waitFor();
});

on_page('a callback is agreed in wrap-up, and a closed queue says when it opens', 'sofia', {}, async (page, server) => {
  const contact = server.ring();
  server.answer(contact.contact);
  server.hang_up(contact.contact);
  await phase(page, 'wrap_up');
  assert.equal(await at(page, 'callback-ask').isDisabled(), true, 'without a time nothing can be agreed');
  server.refusals.set('callback', { status: 422, code: 'queue_closed', detail: 'it opens at 2030-01-07T09:00:00Z' });
  await at(page, 'callback-when').fill('2030-01-06T10:30');
  await at(page, 'callback-note-text').fill('the part has come');
  await at(page, 'callback-mine').check();
  await at(page, 'callback-ask').click();
  await problem(page, /No callback agreed\. The queue is closed at that time\. It opens /);
  server.refusals.delete('callback');
  await at(page, 'callback-when').fill('2030-01-07T10:30');
  await at(page, 'callback-ask').click();
  await at(page, 'callback-owed').waitFor();
  const { args } = server.commands.filter((command) => command.name === 'callback').at(-1);
  assert.deepEqual({ ...args, due: typeof args.due }, { contact: contact.contact, due: 'number', agent: 'a1001', note: 'the part has come' });
});

on_page('owed callbacks stand among the calls and can be cancelled', 'ruth', {}, async (page, server) => {
  server.topic('contacts', [{ ...server.floor.contacts[2], rev: 9, state: 'owed', call_state: 'ended', callback: w.callback({ due: w.now() + 3600 * w.second }) }]);
  const row = page.locator(`[data-contact="${server.floor.contacts[2].contact}"]`);
  await row.getByTestId('callback-tag').waitFor();
  await row.getByTestId('callback-cancel').click();
  await until(() => server.commands.some(({ name }) => name === 'cancel_callback'));
});

on_page('a second click where Answer stood hits nothing', 'sofia', {}, async (page, server) => {
  server.ring();
  await phase(page, 'ringing');
  const box = await at(page, 'answer').boundingBox();
  await page.mouse.dblclick(box.x + 20, box.y + 20);
  await phase(page, 'talking');
  assert.deepEqual(names(server), ['accept']);
  const decline = server.ring({ contact: '99' });
  assert.ok(decline);
});

on_page('for 400 ms after the band changed its buttons ignore the pointer, not the keys', 'sofia', {}, async (page, server) => {
  const contact = server.ring();
  await phase(page, 'ringing');
  await page.evaluate(() => {
    // the earliest pointer press after the change, as an impatient hand would make it
    new MutationObserver((_, observer) => {
      const end = document.querySelector('[data-testid="end"]');
      if (!end) return;
      observer.disconnect();
      end.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 1 }));
    }).observe(document.body, { childList: true, subtree: true });
  });
  server.answer(contact.contact);
  await at(page, 'end').waitFor();
  await page.keyboard.press('Control+Alt+H');
  await phase(page, 'held');
  assert.deepEqual(names(server), ['hold']);
});

on_page('a phone that must be picked up has no Answer button, and its key does nothing', 'sofia', {}, async (page, server) => {
  server.ring({}, { can_answer: false });
  await phase(page, 'ringing');
  await page.getByText('Answer on your phone').waitFor();
  assert.equal(await at(page, 'answer').count(), 0);
  await page.keyboard.press('Control+Alt+A');
  await page.keyboard.press('Control+Alt+D');
  await phase(page, 'none');
  assert.deepEqual(names(server), ['refuse']);
});

on_page('a contact to claim has a Claim button, and what a colleague claims first is told calmly', 'sofia', {}, async (page, server) => {
  const colleague = (over = {}) => ({ offer: '99', agent: 'a1002', made_at: w.now(), expires_at: w.now() + 20 * w.second, decision: 184221, can_answer: true, claim: true, claimed: false, ...over });
  const first = server.ring({}, { claim: true });
  server.set_contact(first.contact, { offers: [...first.offers, colleague()] });
  await phase(page, 'ringing');
  await page.getByText('Whoever claims first has the call').waitFor();
  assert.match(await at(page, 'answer').innerText(), /Claim/);
  server.set_contact(first.contact, { offers: [colleague({ claim: false, claimed: true })] });
  server.set_agent({ state: 'ready', until: null, contacts: [] });
  await phase(page, 'none');
  await at(page, 'band').getByText('Answered by a colleague.').waitFor();

  server.ring({ contact: '8802' }, { claim: true });
  await phase(page, 'ringing');
  await page.keyboard.press('Control+Alt+A');
  await page.getByText('Answer on your phone').waitFor();
  assert.equal(await page.getByTestId('claim-hint').count(), 0);
});

on_page('without control from the page, hold and end are left to the phone', 'sofia', {}, async (page, server) => {
  const contact = server.ring();
  server.answer(contact.contact);
  server.set_contact(contact.contact, { can_control: false });
  await phase(page, 'talking');
  assert.equal(await at(page, 'hold').isDisabled(), true);
  assert.equal(await at(page, 'end').isDisabled(), true);
  await page.getByText('Use your phone to hold or end.').waitFor();
});

on_page('while nobody hears the switch the call is shown as last known, and says so', 'sofia', {}, async (page, server) => {
  const contact = server.ring();
  server.answer(contact.contact);
  server.set_contact(contact.contact, { call_state: 'unknown' });
  await phase(page, 'talking');
  await page.getByText('The switch is not heard: the call as last known.').waitFor();
  server.set_contact(contact.contact, { call_state: 'connected' });
  await page.getByText('The switch is not heard').waitFor({ state: 'detached' });
});

on_page('a refused press rolls back with its reason', 'sofia', {}, async (page, server) => {
  server.refusals.set('accept', { status: 409, code: 'wrong_state', title: 'no' });
  server.ring();
  await phase(page, 'ringing');
  await at(page, 'answer').click();
  await page.getByText('It does not fit the present state.').waitFor();
  assert.equal(await at(page, 'problem').getAttribute('data-code'), 'wrong_state');
  assert.equal(await at(page, 'answer').isEnabled(), true);
});

on_page('an unanswered press shows as pending and rolls back after five seconds', 'sofia', {}, async (page, server) => {
  server.deaf.add('accept');
  server.ring({}, { seconds: 60 });
  await phase(page, 'ringing');
  const size = await at(page, 'answer').boundingBox();
  await at(page, 'answer').click();
  await page.getByText('Answering...').waitFor();
  assert.deepEqual(await at(page, 'answer').boundingBox(), size, 'the button keeps its size');
  await page.getByText('The server did not answer.').waitFor({ timeout: 7000 });
  assert.equal(await at(page, 'answer').isEnabled(), true);
});

on_page('every press of wrap-up and readiness shows that it waits, in a button of the same size', 'sofia', {}, async (page, server) => {
  const waits = async (button, command) => {
    server.deaf.add(command);
    const size = await at(page, button).boundingBox();
    await at(page, button).click();
    await page.locator(`[data-testid="${button}"]:disabled`, { hasText: 'Wait...' }).waitFor();
    assert.deepEqual(await at(page, button).boundingBox(), size, button);
  };
  server.set_agent({ state: 'not_ready', reason: 'break' });
  await at(page, 'go-ready').waitFor();
  await waits('go-ready', 'set_state');
  const { contact } = server.ring();
  server.answer(contact, 30);
  server.hang_up(contact);
  await phase(page, 'wrap_up');
  await outcome(page, 'recall').click();
  await waits('extend', 'extend_wrap_up');
  await waits('done', 'end_wrap_up');
});

on_page('a caller who leaves while it rings takes the card along', 'sofia', {}, async (page, server) => {
  const contact = server.ring();
  await phase(page, 'ringing');
  server.set_contact(contact.contact, { state: 'ended', offers: [], outcome: 'abandoned', cause: 'caller_cancel' });
  server.set_agent({ state: 'ready', until: null, contacts: [] });
  await phase(page, 'none');
  assert.equal(await at(page, 'customer-name').count(), 0);
});

on_page('no answer from the phone: the band says what to do, and one click makes ready', 'sofia', {}, async (page, server) => {
  server.set_agent({ state: 'not_ready', reason: 'no_answer', since: w.now() });
  await page.getByText('No answer from the phone. Check the headset, then go ready.').waitFor();
  await at(page, 'go-ready').click();
  await state(page, 'ready');
});

on_page('a pause asked for during a call is shown as next, and can be taken back', 'sofia', {}, async (page, server) => {
  server.answer(server.ring().contact);
  await phase(page, 'talking');
  await at(page, 'state-menu').click();
  await at(page, 'set-not-ready-break').click();
  await at(page, 'next-state').waitFor();
  assert.match(await at(page, 'next-state').textContent(), /Next: Break/);
  await state(page, 'talking');
  await at(page, 'next-state').getByRole('button').click();
  await until(async () => (await at(page, 'next-state').count()) === 0);
  assert.deepEqual(server.commands.map(({ args }) => args), [{ state: 'not_ready', reason: 'break' }, { state: 'ready', reason: '' }]);
});

on_page('the band and the list tell who waits in the queues that the agent serves', 'sofia', {}, async (page, server) => {
  server.floor.queues.forEach((queue) => server.queue(queue.queue, { waiting: 0, longest_since: null }));
  server.queue('repairs', { waiting: 2, longest_since: w.now() - 41 * w.second });
  server.queue('billing', { waiting: 7, longest_since: w.now() - 99 * w.second }); // not his
  await page.locator('.band', { hasText: /Waiting in your queues2Longest wait0:4\d/ }).waitFor();
  assert.match(await page.locator('tr[data-queue="repairs"]').textContent(), /^Repairs0:2020:4\d$/);
  assert.equal(await page.locator('tr[data-queue="billing"]').count(), 0);
});

on_page('the agent reads why the call came to him, while it rings, in the call, and after a reload', 'sofia', {}, async (page, server) => {
  const { contact } = server.ring();
  const text = 'Best total for this caller, 685: Repairs 270, Gold care 140.';
  await page.locator('[data-testid="why-you"]', { hasText: text }).waitFor();
  server.answer(contact, 30);
  await phase(page, 'talking');
  await page.reload();
  await page.locator('[data-testid="why-you"]', { hasText: text }).waitFor();
});

on_page('a change of state shows as pending', 'sofia', {}, async (page, server) => {
  server.deaf.add('set_state');
  await at(page, 'state-menu').click();
  await at(page, 'set-not-ready-break').click();
  await at(page, 'state-changing').waitFor();
  await state(page, 'ready');
});

on_page('a ringing call closes what floats over Answer', 'sofia', {}, async (page, server) => {
  await at(page, 'state-menu').click();
  await at(page, 'set-ready').waitFor();
  server.ring();
  await phase(page, 'ringing');
  assert.equal(await at(page, 'set-ready').count(), 0);
  await at(page, 'answer').click();
  await phase(page, 'talking');
  assert.deepEqual(names(server), ['accept']);
});

// --- who is calling -------------------------------------------------------------------------------------------------------

on_page('several candidates: nothing is guessed, and a key chooses', 'sofia', {}, async (page, server) => {
  const contact = server.ring({ match: 'maybe', customer: null, candidates: ['601', '602', '603'], card: { candidates: w.heads } });
  await phase(page, 'ringing');
  assert.equal(await at(page, 'band-name').textContent(), 'One of 3 customers');
  assert.deepEqual(await at(page, 'candidate').evaluateAll((rows) => rows.map((row) => row.dataset.customer)), ['601', '602', '603']);
  await at(page, 'answer').click();
  await phase(page, 'talking');
  await at(page, 'choose').nth(1).focus();
  await page.keyboard.press('1');
  await until(async () => (await at(page, 'customer-name').textContent()) === 'Harold Finch');
  assert.deepEqual(server.commands.at(-1).args, { contact: contact.contact, customer: '601' });
});

on_page('an unknown caller gets a blank card that becomes a customer', 'sofia', {}, async (page, server) => {
  const contact = server.ring({ match: 'none', customer: null, card: null, e164: '+447700900999', caller_name: 'B & Q' });
  await phase(page, 'ringing');
  assert.equal(await at(page, 'customer-name').textContent(), 'Unknown caller');
  await at(page, 'answer').click();
  await phase(page, 'talking');
  await at(page, 'blank-save').click();
  await page.getByText('Enter a name.').waitFor();
  await at(page, 'blank-name').fill('  Ada 李  ');
  await at(page, 'blank-lang').selectOption('zh');
  await at(page, 'blank-save').click();
  await until(async () => (await at(page, 'customer-name').textContent()) === 'Ada 李');
  const made = server.requests.find((request) => request.method === 'POST' && request.path === '/customers');
  assert.deepEqual(made.body, { name: 'Ada 李', lang: 'zh', contact: contact.contact });
  assert.match(made.command, /^[0-9a-f-]{36}$/, 'a second press makes nobody twice');
  assert.equal(server.contacts.get(contact.contact).match, 'chosen');
});

on_page('the search finds a record and attaches it', 'sofia', {}, async (page, server) => {
  const contact = server.ring({ match: 'none', customer: null, card: null });
  server.answer(contact.contact);
  await phase(page, 'talking');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('harold');
  await page.getByRole('button', { name: 'This is the caller' }).click();
  await until(async () => (await at(page, 'customer-name').textContent()) === 'Harold Finch');
  assert.deepEqual(server.commands.at(-1).args, { contact: contact.contact, customer: '601' });
});

// --- connection -----------------------------------------------------------------------------------------------------------

on_page('the socket killed in mid-call resumes at once and loses no event', 'sofia', {}, async (page, server) => {
  const contact = server.ring();
  server.answer(contact.contact, 30);
  await phase(page, 'talking');
  server.refuse_upgrade = true;
  server.cut();
  await at(page, 'lost').waitFor();
  await connection(page, 'reconnecting');
  assert.equal(await at(page, 'end').isDisabled(), true);
  assert.equal(await at(page, 'customer-name').textContent(), 'Margaret Ellis');
  await at(page, 'note').fill('written while away');
  await page.getByText('Kept here, sent when connected').waitFor();
  server.set_contact(contact.contact, { state: 'held', state_since: w.now() });
  server.set_contact(contact.contact, { state: 'talking', state_since: w.now() });
  server.set_contact(contact.contact, { disposition: 'recall' });
  server.refuse_upgrade = false;
  await connection(page, 'live');
  await saved(page);
  assert.equal(server.resumed, 1);
  assert.equal(server.hellos.length, 2); // with the first connection that is let in
  await page.getByText('Recall', { exact: true }).first().waitFor();
  assert.equal(server.commands.find((command) => command.name === 'note').args.text, 'written while away');
  await at(page, 'end').click();
  await phase(page, 'wrap_up');
});

on_page('events that come twice are harmless, and a hole is filled', 'sofia', {}, async (page, server) => {
  server.sessions()[0].twice = true;
  const contact = server.ring();
  await phase(page, 'ringing');
  server.sessions()[0].twice = false;
  server.sessions()[0].lose = 1;
  server.set_contact(contact.contact, { state: 'talking', agent: 'a1001', offers: [], can_control: true, answered_at: w.now() }); // this one is lost
  server.set_agent({ state: 'talking', since: w.now() });
  await phase(page, 'talking');
  await state(page, 'talking');
  assert.equal(server.resumed, 1);
  await at(page, 'end').click();
  await phase(page, 'wrap_up');
  assert.deepEqual(names(server), ['end']);
});

on_page('a server that started anew is believed, with its lower numbers', 'sofia', {}, async (page, server) => {
  server.answer(server.ring().contact, 5);
  await phase(page, 'talking');
  server.epoch = 8;
  server.rings.clear();
  server.agent = { ...server.agent, rev: 1 };
  for (const [id, contact] of server.contacts) server.contacts.set(id, { ...contact, rev: 1, state: 'held' });
  server.cut();
  await phase(page, 'held');
});

on_page('a reload in mid-call brings back call and note', 'sofia', {}, async (page, server) => {
  const contact = server.ring();
  server.answer(contact.contact, 30);
  await phase(page, 'talking');
  await at(page, 'note').fill('first words');
  await saved(page);
  server.deaf.add('note');
  await at(page, 'note').fill('first words, and more');
  await page.reload();
  server.deaf.clear();
  await phase(page, 'talking');
  assert.equal(await at(page, 'note').inputValue(), 'first words, and more');
  await until(() => server.commands.filter((command) => command.name === 'note').length >= 2);
  const notes = server.commands.filter((command) => command.name === 'note').map((command) => command.args);
  assert.equal(new Set(notes.map((note) => note.note)).size, 1, 'one note, replaced');
  await page.reload();
  await phase(page, 'talking');
  await saved(page);
  assert.equal(notes.at(-1).text, 'first words, and more');
});

/** In wrap-up, with an outcome and a note that the server does not answer. */
async function unsaved_wrap_up(page, server) {
  const { contact } = server.ring();
  server.answer(contact, 30);
  server.hang_up(contact);
  await phase(page, 'wrap_up');
  server.deaf.add('disposition').add('note');
  await outcome(page, 'recall').click();
  await at(page, 'note').fill('not yet there');
  await at(page, 'note').blur();
  await until(() => server.commands.length === 2);
  return contact;
}

on_page('a reload in wrap-up brings back the outcome and sends it once', 'sofia', {}, async (page, server) => {
  const contact = await unsaved_wrap_up(page, server);
  await page.reload();
  await phase(page, 'wrap_up');
  await is_picked(page, 'recall');
  server.deaf.clear();
  await page.reload();
  await until(() => server.contacts.get(contact).disposition === 'recall');
  assert.equal(new Set(server.commands.filter((command) => command.name === 'disposition').map((command) => command.id)).size, 1, 'one command, repeated');
  await until(() => page.evaluate(() => !Object.keys(localStorage).some((key) => key.startsWith('callwright.outcome.'))));
});

on_page('what one person typed and picked is never sent as another, and sent when he is back', 'sofia', {}, async (page, server) => {
  const contact = await unsaved_wrap_up(page, server);
  server.tokens.clear();
  server.close(4401);
  const sign_in = async (login) => {
    await at(page, 'login').fill(login);
    await at(page, 'password').fill('demo');
    await at(page, 'sign-in').click();
    await connection(page, 'live');
  };
  server.deaf.clear();
  server.commands.length = 0;
  await sign_in('lee');
  assert.equal(await at(page, 'note').count(), 0);
  await at(page, 'state-menu').click();
  await at(page, 'set-not-ready-break').click();
  await until(() => server.commands.length > 0);
  assert.deepEqual(names(server), ['set_state'], 'nothing of the one before');
  await at(page, 'user-menu').click();
  await at(page, 'sign-out').click();
  await sign_in('sofia');
  await until(() => server.contacts.get(contact).disposition === 'recall');
  await saved(page);
  assert.deepEqual([...new Set(server.commands.filter(({ name }) => name === 'note' || name === 'disposition').map(({ by }) => by))], ['sofia']);
});

on_page('an outcome that is refused goes back, with the reason', 'sofia', {}, async (page, server) => {
  const { contact } = server.ring();
  server.answer(contact, 30);
  server.hang_up(contact);
  await phase(page, 'wrap_up');
  server.refusals.set('disposition', { status: 409, code: 'unknown_disposition' });
  await outcome(page, 'recall').click();
  await problem(page, 'Outcome not saved. This choice no longer exists.');
  assert.equal(await outcome(page, 'recall').getAttribute('aria-pressed'), 'false');
});

on_page('Done works right after the outcome is picked', 'sofia', {}, async (page, server) => {
  const contact = await unsaved_wrap_up(page, server);
  await at(page, 'done').click();
  await phase(page, 'none');
  assert.deepEqual(server.commands.map(({ name, args }) => [name, args.contact]).at(-1), ['end_wrap_up', contact]);
});

on_page('an outcome that the server cannot take yet says so and is tried again', 'sofia', {}, async (page, server) => {
  const { contact } = server.ring();
  server.answer(contact, 30);
  server.hang_up(contact);
  await phase(page, 'wrap_up');
  server.refusals.set('disposition', { status: 503, code: 'store_full', retryable: true });
  await outcome(page, 'recall').click();
  await page.locator('[data-testid="outcome-hint"]', { hasText: 'disk is full' }).waitFor();
  server.refusals.clear();
  server.answered.clear();
  await until(() => server.contacts.get(contact).disposition === 'recall');
});

on_page('a note of 70 kB is kept here and not sent, over reloads and after the contact, until it is shortened', 'sofia', {}, async (page, server) => {
  const { contact } = server.ring();
  server.answer(contact, 30);
  await phase(page, 'talking');
  const long = 'x'.repeat(70_000);
  await at(page, 'note').fill(long);
  await at(page, 'note').blur();
  await page.getByText('Too long: 16 KiB at most').waitFor();
  await page.reload();
  await phase(page, 'talking');
  assert.equal(await at(page, 'note').inputValue(), long);
  server.hang_up(contact);
  server.finish(contact);
  await page.locator('[data-testid="stranded-note"]', { hasText: 'Note not stored: Margaret Ellis' }).waitFor();
  await page.reload();
  await at(page, 'stranded-note').waitFor();
  assert.equal(await at(page, 'stranded-text').inputValue(), long);
  assert.deepEqual(names(server), [], 'nothing was sent');
  assert.equal(server.hellos.length, 3, 'one connection a load');
  await at(page, 'stranded-text').fill('short enough');
  await at(page, 'stranded-text').blur();
  await at(page, 'stranded-note').waitFor({ state: 'detached' });
  assert.deepEqual(server.commands.map(({ args }) => [args.contact, args.text]), [[contact, 'short enough']]);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).some((key) => key.startsWith('callwright.note.'))), false);
});

on_page('a second page of the same person takes no unsaved note away', 'sofia', {}, async (page, server) => {
  const { contact } = server.ring();
  server.answer(contact, 30);
  await phase(page, 'talking');
  await at(page, 'note').fill('first');
  await saved(page);
  const other = await page.context().newPage();
  await other.goto(server.url);
  await saved(other);
  server.deaf.add('note');
  await at(page, 'note').fill('first and second');
  await at(page, 'note').blur();
  await until(() => server.commands.length === 2);
  await page.close();
  server.hang_up(contact);
  server.finish(contact);
  await phase(other, 'none');
  server.deaf.clear();
  await other.reload();
  await until(() => server.commands.length === 3);
  assert.equal(server.commands.at(-1).args.text, 'first and second');
});

on_page('a note that nobody wants any more can be dropped', 'sofia', {}, async (page, server) => {
  const { contact } = server.ring();
  server.answer(contact, 30);
  await phase(page, 'talking');
  await at(page, 'note').fill('y'.repeat(20_000));
  await at(page, 'note').blur();
  server.hang_up(contact);
  server.finish(contact);
  await at(page, 'drop-note').click();
  await at(page, 'stranded-note').waitFor({ state: 'detached' });
  await page.reload();
  await phase(page, 'none');
  assert.equal(await at(page, 'stranded-note').count(), 0);
});

on_page('a note that the server cannot take yet is kept and tried again', 'sofia', {}, async (page, server) => {
  server.answer(server.ring().contact, 30);
  await phase(page, 'talking');
  server.refusals.set('note', { status: 503, code: 'store_full', retryable: true });
  await at(page, 'note').fill('precious');
  await page.locator('[data-testid="note-status"]', { hasText: 'disk is full. Your text is kept here and sent later.' }).waitFor();
  assert.equal(server.commands.length, 1);
  server.refusals.clear();
  server.answered.clear();
  await saved(page);
  assert.deepEqual(server.commands.map((command) => command.id), [server.commands[0].id, server.commands[0].id]);
});

on_page('a note refused outright is said to be unsaved, and tried again while the contact is here', 'sofia', {}, async (page, server) => {
  server.ring({}, { seconds: 60 });
  await phase(page, 'ringing');
  server.refusals.set('note', { status: 403, code: 'not_yours' });
  await at(page, 'note').fill('too early');
  await page.getByText('Not saved: The contact is with another agent.').waitFor();
  server.refusals.clear();
  await saved(page);
  assert.deepEqual(server.commands.map((command) => command.args.text), ['too early', 'too early']);
});

on_page('a note about a contact that the full disk took is said to be lost, and not said again', 'sofia', { clock: true }, async (page, server) => {
  server.answer(server.ring().contact, 30);
  await phase(page, 'talking');
  server.refusals.set('note', { status: 410, code: 'contact_lost' });
  await at(page, 'note').fill('too late');
  await page.clock.runFor(3000);
  await page.getByText('Not saved: The server’s disk was full and this contact was lost').waitFor();
  await page.clock.runFor(30_000);
  assert.equal(server.commands.filter((command) => command.name === 'note').length, 1);
});

on_page('a server that folds its journal is said to be starting, not lost', 'sofia', {}, async (page, server) => {
  server.answer(server.ring().contact, 30);
  await phase(page, 'talking');
  server.recovering = true;
  server.cut();
  await connection(page, 'recovering');
  assert.match(await at(page, 'connection').textContent(), /Server starting/);
  await page.locator('[data-testid="lost"]', { hasText: 'The server is starting. Call goes on. Notes are kept here.' }).waitFor();
  server.recovering = false;
  await connection(page, 'live');
  assert.equal(await at(page, 'lost').count(), 0);
});

on_page('figures grow old by silence alone, while the socket still seems to live', 'ruth', { clock: true, hash: '#/live' }, async (page, server) => {
  await at(page, 'queue-row').first().waitFor();
  await page.locator('[data-testid="live"][data-old="false"]').waitFor();
  server.black_hole = true;
  await page.clock.runFor(6000);
  await page.locator('[data-testid="live"][data-old="true"]').waitFor();
  await page.locator('[data-testid="as-of"].warn').waitFor();
  await connection(page, 'live');
  server.black_hole = false;
  await page.locator('[data-testid="live"][data-old="false"]').waitFor();
});

on_page('the column of estimates is there where waits are estimated, and says how they came true', 'ruth', { hash: '#/live' }, async (page, server) => {
  await at(page, 'queue-row').first().waitFor();
  assert.equal(await page.locator('[data-col="estimates"]').count(), 0);
  const second = 1_000_000;
  const [first] = server.floor.queues;
  server.topic('queues', [{ ...first, rev: first.rev + 1, estimated: 4, estimated_within: 3, estimate_us: 400 * second, estimated_wait_us: 440 * second, estimate_error_us: 80 * second }]);
  await page.locator(`[data-queue="${first.queue}"] [data-col="estimates"]`, { hasText: '± 0:20' }).waitFor();
  await page.locator(`[data-queue="${first.queue}"] [data-col="estimates"] .vh`, { hasText: 'Estimated wait 1:40 on average, it was 1:50; mean error 0:20; 75 % waited at most as long as estimated' }).waitFor({ state: 'attached' });
});

on_page('an agent is told of a silent connection too, and how old his figures are', 'sofia', { clock: true }, async (page, server) => {
  await page.locator('.band', { hasText: 'Waiting in your queues' }).waitFor();
  server.black_hole = true;
  await page.clock.runFor(6000);
  await page.locator('[data-testid="connection"][data-state="live"].warn', { hasText: 'Checking connection' }).waitFor();
  await page.locator('[data-testid="band-as-of"]', { hasText: /^as of \d\d:\d\d:\d\d$/ }).waitFor();
  assert.equal(server.hellos.length, 1); // by silence alone, not because the page connects again
  server.black_hole = false;
  await page.locator('[data-testid="connection"]', { hasText: 'Connected' }).waitFor();
  assert.equal(await at(page, 'band-as-of').count(), 0);
});

on_page('two missed beats are enough to reconnect', 'sofia', { before: (server) => { server.hb_ms = 400; } }, async (page, server) => {
  await until(() => (server.resumed ?? 0) >= 1);
  assert.deepEqual(server.hellos[1].resume.epoch, 7);
});

on_page('pings are answered by message', 'sofia', {}, async (page, server) => {
  for (const socket of server.sockets) socket.say({ type: 'ping', n: 1, ts: w.now() });
  await until(() => server.pongs === 1);
});

// --- what comes from outside ----------------------------------------------------------------------------------------------

const hostile = {
  html: '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>',
  lines: 'Robert\r\nSet-Cookie: a=b\u0000\u0007 Tables',
  long: 'x'.repeat(10_240),
  emoji: '👩‍👩‍👧‍👦🇨🇳 Zoë \u202eevil',
};

for (const [kind, text] of Object.entries(hostile)) {
  on_page(`names with ${kind} are text and stay in their place`, 'sofia', {}, async (page, server) => {
    const card = { ...w.margaret, name: text, name_alt: text, tier: text, flags: [text], account: text, attrs: { [text]: text }, last_contacts: [{ ...w.margaret.last_contacts[0], agent: text, disposition: text, queue: text }] };
    server.ring({ caller_name: text, ani: text, e164: text, dnis: text, queue: text, card });
    await phase(page, 'ringing');
    const shown = await at(page, 'customer-name').textContent();
    if (kind === 'html') assert.equal(shown, text);
    if (kind === 'lines') assert.equal(shown, 'Robert Set-Cookie: a=b Tables');
    if (kind === 'long') assert.equal(shown, 'x'.repeat(120) + '…');
    if (kind === 'emoji') assert.equal(shown, '👩‍👩‍👧‍👦🇨🇳 Zoë evil');
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator('#app img, #app script').count(), 0);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.querySelector('[data-testid="band"]').offsetHeight === 72));
    const answer = await at(page, 'answer').boundingBox();
    assert.deepEqual([answer.x, answer.width, answer.height], [16, 136, 52]);
    server.set_contact([...server.contacts.keys()][0], { match: 'none', card: null, customer: null });
    await at(page, 'blank-card').waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  });
}

on_page('hostile names on the supervisor’s pages are text too', 'ruth', {
  hash: '#/live', before: (server) => {
    server.floor.agents[0].name = hostile.html;
    server.floor.queues[0].name = hostile.long;
    server.floor.contacts[1] = { ...server.floor.contacts[1], e164: hostile.html };
    server.floor.links[0] = { ...server.floor.links[0], up: false, reason: hostile.html };
    server.logged[0] = { ...server.logged[0], customer: '502', caller_name: hostile.long, e164: null, ani: hostile.html };
    server.customers.set('502', { ...w.lin, name: hostile.html });
  },
}, async (page) => {
  await page.getByText('<img src=x').first().waitFor();
  assert.equal(await page.locator('#app img, #app script').count(), 0);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.goto(`${page.url().split('#')[0]}#/contacts/8001`);
  await at(page, 'decision-row').waitFor();
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

observed();
written_contacts();

// --- the supervisor -------------------------------------------------------------------------------------------------------

on_page('the live view: queues by longest wait, limits passed, agents by state', 'ruth', {
  before: (server) => server.floor.queues.forEach((queue, i) => { if (i && queue.longest_since) queue.longest_since = w.now() - (9 - i) * 1000; }), // in time on the slowest machine
}, async (page, server) => {
  await at(page, 'queue-row').first().waitFor();
  assert.equal(await page.locator('nav [aria-current="page"]').textContent(), 'Live', 'also where the address names no view');
  assert.match(await at(page, 'as-of').textContent(), /London · as of \d\d:\d\d:\d\d$/);
  const rows = await at(page, 'queue-row').evaluateAll((all) => all.map((row) => [row.dataset.queue, row.dataset.breach, row.querySelector('[data-col="waiting"]').textContent]));
  assert.deepEqual(rows.slice(0, 4), [['complaints', 'true', '3'], ['repairs', 'false', '5'], ['delivery', 'false', '2'], ['billing', 'false', '1']]);
  assert.match(await at(page, 'alert').textContent(), /Complaints: longest wait 4:\d\d, limit 0:20.*3 waiting, nobody ready/);
  assert.match(await at(page, 'tile-waiting').textContent(), /11/);
  assert.match(await at(page, 'tile-level').textContent(), /84%/);
  const groups = await page.locator('[data-testid="agents"] .grp').evaluateAll((all) => all.map((group) => [group.dataset.state, group.querySelectorAll('[data-testid="agent-cell"]').length]));
  assert.deepEqual(groups, [['reserved', 1], ['talking', 12], ['held', 2], ['wrap_up', 3], ['ready', 6], ['not_ready', 3], ['unreachable', 1]]);
  server.topic('agents', [{ ...server.floor.agents[0], rev: 2, state: 'talking', since: w.now() }]);
  server.topic('queues', [w.queue_view('complaints', { rev: 2, waiting: 0, answered: 47, answered_within: 28, entered: 51, abandoned: 4 })]);
  await until(async () => (await page.locator('[data-queue="complaints"] [data-col="waiting"]').textContent()) === '0');
  assert.equal(await page.locator('.grp[data-state="talking"] [data-testid="agent-cell"]').count(), 13);
  assert.equal(await at(page, 'alert').count(), 0);
});

on_page('a supervisor sets an agent’s state', 'ruth', {}, async (page, server) => {
  await page.locator('[data-agent="a1021"]').click();
  await page.getByRole('button', { name: 'Meeting' }).click();
  await until(() => server.commands.length === 1);
  assert.deepEqual(server.commands[0].args, { agent: 'a1021', state: 'not_ready', reason: 'meeting' });
});

on_page('a supervisor raises, parks, moves and gives a call that waits, by keyboard alone', 'ruth', {}, async (page, server) => {
  const row = page.locator('[data-contact="8005"]');
  await row.getByTestId('steer').focus();
  await page.keyboard.press('Enter');
  await at(page, 'steer-line').waitFor();
  await until(async () => page.evaluate(() => document.activeElement?.dataset.testid === 'steer-points'));
  await page.keyboard.press('Control+A');
  await page.keyboard.type('250');
  await page.keyboard.press('Enter');
  await row.getByTestId('boost').waitFor();
  assert.equal(await row.getByTestId('boost').textContent(), '+250');
  await at(page, 'steer-park').press('Enter');
  await row.getByTestId('parked').waitFor();
  await at(page, 'steer-park').press('Enter');
  await row.getByTestId('parked').waitFor({ state: 'detached' });
  await at(page, 'steer-queue').selectOption('gold');
  await at(page, 'steer-move').press('Enter');
  await row.locator('td', { hasText: 'Gold line' }).waitFor();
  await at(page, 'steer-agent').selectOption('a1021');
  await at(page, 'steer-give').press('Enter');
  await row.locator('td', { hasText: 'Liu Peng' }).waitFor();
  assert.deepEqual(server.commands.map(({ name, args }) => [name, args]), [
    ['raise', { contact: '8005', points: 250 }], ['park', { contact: '8005' }], ['resume', { contact: '8005' }], ['move', { contact: '8005', queue: 'gold' }], ['pull', { contact: '8005', agent: 'a1021' }],
  ]);
  await page.keyboard.press('Escape');
  await at(page, 'steer-line').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.dataset.steer), '8005', 'the focus is back in its row');
});

on_page('points out of their limits are not sent, and a refusal says why', 'ruth', {}, async (page, server) => {
  await page.locator('[data-contact="8003"]').getByTestId('steer').click();
  for (const points of ['0', '1.5', '100001', '']) {
    await at(page, 'steer-points').fill(points);
    assert.equal(await at(page, 'steer-raise').isDisabled(), true, points);
  }
  server.refusals.set('park', { status: 409, code: 'not_waiting' });
  await at(page, 'steer-park').click();
  await problem(page, 'Not parked. The call does not wait any more.');
  assert.deepEqual(server.commands.map(({ name }) => name), ['park']);
});

on_page('a queue is switched to emergency and back only after a second word, by keyboard alone', 'ruth', {}, async (page, server) => {
  const row = page.locator('[data-queue="repairs"]');
  await row.getByTestId('emergency').focus();
  await page.keyboard.press('Enter');
  await at(page, 'emergency-line').waitFor();
  await until(async () => page.evaluate(() => document.activeElement?.dataset.testid === 'emergency-cancel'));
  await page.keyboard.press('Enter');
  await at(page, 'emergency-line').waitFor({ state: 'detached' });
  assert.deepEqual(server.commands, [], 'the first word switches nothing');
  await row.getByTestId('emergency').press('Enter');
  assert.match(await at(page, 'emergency-line').textContent(), /Switch Repairs to emergency\?.*the 5 who wait/);
  await at(page, 'emergency-confirm').press('Enter');
  await row.getByTestId('emergency-on').waitFor();
  await at(page, 'emergency-line').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.dataset.emergency), 'repairs', 'the focus is back in its row');
  await row.getByTestId('emergency').press('Enter');
  await at(page, 'emergency-confirm').press('Enter');
  await row.getByTestId('emergency-on').waitFor({ state: 'detached' });
  assert.deepEqual(server.commands.map(({ name, args }) => [name, args]), [['emergency', { queue: 'repairs', on: true }], ['emergency', { queue: 'repairs', on: false }]]);
});

on_page('a queue that its hours close is shown as closed', 'ruth', {}, async (page, server) => {
  assert.equal(await at(page, 'closed').count(), 0);
  server.floor.queues[0] = { ...server.floor.queues[0], rev: 2, open: false };
  server.topic('queues', [server.floor.queues[0]]);
  await page.locator(`[data-queue="${server.floor.queues[0].queue}"]`).getByTestId('closed').waitFor();
});

on_page('the line of a steered call goes with it', 'ruth', {}, async (page, server) => {
  await page.locator('[data-contact="8003"]').getByTestId('steer').click();
  await at(page, 'steer-line').waitFor();
  server.topic('contacts', [{ ...server.floor.contacts[2], rev: 9, state: 'talking', agent: 'a1003' }]);
  await at(page, 'steer-line').waitFor({ state: 'detached' });
  assert.equal(await page.locator('[data-contact="8001"]').getByTestId('steer').count(), 1, 'who is offered can be steered');
  assert.equal(await page.locator('[data-contact="8002"]').getByTestId('steer').count(), 0, 'who talks cannot');
});

on_page('a pause that is longer than its limit is marked', 'ruth', {}, async (page) => {
  await page.locator('[data-agent="a1027"] [data-overdue="true"]', { hasText: 'longer than 5:00' }).waitFor();
  assert.equal(await page.locator('[data-overdue="true"]').count(), 1, 'lunch is within its limit, training has none');
});

on_page('two agents are set within one round trip, and both show as pending', 'ruth', {}, async (page, server) => {
  server.deaf.add('force_state');
  for (const agent of ['a1021', 'a1003']) {
    await page.locator(`[data-agent="${agent}"]`).click();
    await page.getByRole('button', { name: 'Meeting' }).click();
  }
  await until(() => server.commands.length === 2);
  assert.deepEqual(server.commands.map(({ args }) => args.agent), ['a1021', 'a1003']);
  for (const agent of ['a1021', 'a1003']) await page.locator(`[data-agent="${agent}"]`, { hasText: 'Changing...' }).waitFor();
});

on_page('alerts and refusals move nothing, keep their lines, and can be acknowledged', 'ruth', { before: (server) => server.floor.queues.forEach((queue) => { queue.longest_since = null; queue.waiting = 0; }) }, async (page, server) => {
  await at(page, 'queue-row').first().waitFor();
  await page.getByText('No limit passed').waitFor();
  const places = () => page.evaluate(() => ['.tiles', '.live-grid', '[data-testid="agents"]'].map((one) => document.querySelector(one).getBoundingClientRect().toJSON()));
  const before = await places();
  server.queue('repairs', { waiting: 2, longest_since: w.now() - 100 * w.second });
  await page.locator('[data-key="queue repairs"]', { hasText: /Repairs: longest wait 1:4\d, limit 0:20for 1:2\d · 2 waiting/ }).waitFor();
  const first = await page.locator('[data-key="queue repairs"]').boundingBox();
  server.queue('complaints', { waiting: 3, longest_since: w.now() - 300 * w.second });
  server.topic('links', [{ ...server.floor.links[0], rev: 2, up: false, reason: 'refused' }]);
  await until(async () => (await at(page, 'alert').count()) === 3);
  assert.deepEqual(await page.locator('[data-key="queue repairs"]').boundingBox(), first, 'the first alert keeps its line');
  assert.equal(await page.locator('.alerts [role="alert"]').textContent(), 'Limit passed: Switch asterisk: link down, Complaints, Repairs');
  server.queue('billing', { waiting: 1, longest_since: w.now() - 400 * w.second });
  await page.locator('[data-testid="more-alerts"]', { hasText: 'and 1 more' }).waitFor();
  server.queue('billing', { waiting: 0, longest_since: null });
  await at(page, 'more-alerts').waitFor({ state: 'detached' });
  server.refusals.set('force_state', { status: 409, code: 'wrong_state' });
  await page.locator('[data-agent="a1021"]').click();
  await page.getByRole('button', { name: 'Meeting' }).click();
  await problem(page, 'State not changed.');
  assert.deepEqual(await places(), before);
  await page.locator('[data-key="queue complaints"]').getByTestId('open-queue').click();
  await at(page, 'opened-queue').waitFor();
  assert.deepEqual(await at(page, 'call-row').evaluateAll((rows) => rows.map((row) => row.dataset.contact)), ['8003']);
  await page.locator('[data-key="queue complaints"]').getByTestId('acknowledge').click();
  await page.locator('[data-key="queue complaints"]').waitFor({ state: 'detached' });
  server.queue('complaints', { waiting: 0, longest_since: null });
  await until(async () => (await page.locator('tr[data-queue="complaints"] [data-col="waiting"]').textContent()) === '0');
  server.queue('complaints', { waiting: 1, longest_since: w.now() - 200 * w.second });
  await page.locator('[data-key="queue complaints"]').waitFor();
});

on_page('a supervisor who takes calls gets the pop on whatever view he is', 'dana', { hash: '#/live' }, async (page, server) => {
  await at(page, 'queue-row').first().waitFor();
  server.ring();
  await phase(page, 'ringing');
  assert.equal(await at(page, 'customer-name').textContent(), 'Margaret Ellis');
  assert.match(await at(page, 'announce').textContent(), /^Ringing: Margaret Ellis/);
  await at(page, 'answer').click();
  await phase(page, 'talking');
});

on_page('a link that is down and a lost connection are told', 'ruth', {}, async (page, server) => {
  await at(page, 'links').waitFor();
  server.topic('links', [{ ...server.floor.links[0], rev: 2, up: false, reason: 'refused' }]);
  await page.getByText('Switch link down').waitFor();
  server.refuse_upgrade = true;
  server.cut();
  await page.locator('[data-testid="live"][data-old="true"]').waitFor({ timeout: 9000 });
  assert.match(await at(page, 'connection').textContent(), /Reconnecting/);
});

on_page('from the log to why this agent', 'ruth', { hash: '#/contacts' }, async (page) => {
  await page.locator('[data-contact="8001"] a').click();
  await at(page, 'contact-name').waitFor();
  await at(page, 'why').click();
  await at(page, 'scores').waitFor();
  assert.equal(await at(page, 'why-title').textContent(), 'Why Sofia Marin?');
  assert.match(await at(page, 'why-sentence').textContent(), /^Highest total, 685: 37 more than Daniel Okafor\. Knows caller and Repairs count for more/);
  assert.equal(await at(page, 'why-without').textContent(), 'Without “Knows caller”, Daniel Okafor would have won by 3.');
  assert.equal(await at(page, 'why-would').textContent(), 'Daniel Okafor would have had the call with 6:11 more of idle time; or a rank 38 points higher; or Repairs at 93 instead of 80.');
  assert.deepEqual(await at(page, 'gate').evaluateAll((all) => all.map((row) => [row.dataset.gate, row.cells[1].textContent, row.cells[2].textContent])), [
    ['member', '28', '—'], ['signed_in', '28', '0'], ['ready', '9', '−19'], ['capacity', '7', '−2'], ['device_free', '7', '0'], ['skills', '4', '−3'], ['not_excluded', '3', '−1'], ['not_held', '3', '0'], ['switch_up', '3', '0'],
  ]);
  assert.equal(await at(page, 'why-term').count(), 18);
  assert.match(await at(page, 'why-difference').textContent(), /\+300−30\+400−3\+37/);
  const points = await at(page, 'why-term').evaluateAll((cells) => cells.map((cell) => cell.querySelector('i').getBoundingClientRect().width / Number(cell.textContent)));
  assert.ok(Math.max(...points) - Math.min(...points) < 0.02, 'one scale for all bars');
});

on_page('a decision that is gone is said to be gone', 'ruth', { hash: '#/contacts/8001/7' }, async (page) => {
  await page.getByText('This decision is not in the log.').waitFor();
});

on_page('twenty changes among five hundred agents cost little beside five hundred', 'ruth', {
  before: (server) => { server.floor.agents = Array.from({ length: 500 }, (_, i) => w.agent_view({ agent: `b${i}`, name: `Agent ${i}`, state: i % 2 ? 'ready' : 'talking', since: w.now() })); },
}, async (page, server) => {
  await page.locator('[data-agent="b499"]').waitFor({ state: 'attached' });
  // Processor time of the page's own thread, whatever else the machine does.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async () => (await cdp.send('Performance.getMetrics')).metrics.find((one) => one.name === 'TaskDuration').value * 1000;
  let round = 1;
  const cost = async (changes) => {
    const before = await spent();
    for (const state of ['held', 'ready', 'held', 'ready']) {
      round += 1;
      server.topic('agents', server.floor.agents.slice(0, changes).map((agent) => ({ ...agent, rev: round, state, since: w.now() })));
      await page.locator('.grp[data-state="held"]').waitFor({ state: state === 'held' ? 'attached' : 'detached' });
    }
    return (await spent()) - before;
  };
  await cost(20); // the first pass compiles
  const few = await cost(20);
  const all = await cost(500);
  assert.ok(few * 1.5 < all, `${few.toFixed(1)} ms for twenty, ${all.toFixed(1)} ms for five hundred`);
});

// --- words, looks, keys ---------------------------------------------------------------------------------------------------

on_page('language, theme and row height change at once and are kept', 'sofia', {}, async (page) => {
  await at(page, 'user-menu').click();
  await at(page, 'lang-zh-CN').click();
  await at(page, 'theme-dark').click();
  await at(page, 'density-compact').click();
  await page.getByText('当前无通话').waitFor();
  await page.reload();
  await page.getByText('当前无通话').waitFor();
  assert.deepEqual(await page.evaluate(() => ({ ...document.documentElement.dataset, lang: document.documentElement.lang })), { theme: 'dark', density: 'compact', lang: 'zh-CN' });
});

on_page('the keys: help outside fields only, single letters in the band only', 'sofia', {}, async (page, server) => {
  await page.keyboard.press('?');
  await at(page, 'keys-help').waitFor();
  await page.keyboard.press('?');
  await until(async () => !(await at(page, 'keys-help').isVisible()));
  const contact = server.ring();
  server.answer(contact.contact);
  await phase(page, 'talking');
  await at(page, 'note').fill('');
  await at(page, 'note').pressSequentially('he? h');
  assert.equal(await at(page, 'note').inputValue(), 'he? h');
  assert.equal(await at(page, 'keys-help').isVisible(), false);
  await at(page, 'hold').focus();
  await page.keyboard.press('h');
  await phase(page, 'held');
  assert.deepEqual(names(server).filter((name) => name !== 'note'), ['hold'], 'what was typed into the note pressed nothing');
  await page.keyboard.press('Control+Alt+E');
  await phase(page, 'wrap_up');
});

const sizes = [[1440, 900], [1366, 768], [1280, 800], [1100, 768], [800, 900]];
const languages = ['en', 'zh-CN'];
for (const lang of languages) for (const density of ['default', 'touch']) {
  on_page(`no window makes the page scroll sideways or moves the band (${density}, ${lang})`, 'sofia', { lang }, async (page, server) => {
    await page.evaluate((value) => { document.documentElement.dataset.density = value; }, density);
    const contact = server.ring({ match: 'maybe', customer: null, card: { candidates: w.heads } });
    await phase(page, 'ringing');
    const check = async (what) => {
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        const found = await page.evaluate(() => ({
          sideways: document.documentElement.scrollWidth > innerWidth, down: document.documentElement.scrollHeight > innerHeight,
          band: document.querySelector('[data-testid="band"]').getBoundingClientRect().toJSON(),
          over: [...document.querySelectorAll('.band button, .band .lab, .hd .rt > *')].filter((one) => one.offsetParent && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.textContent),
        }));
        assert.deepEqual([found.sideways, found.down, found.band.y, found.band.height, found.over], [false, false, 48, 72, []], `${what} at ${width}x${height}`);
      }
    };
    await check('ringing');
    server.answer(contact.contact);
    await phase(page, 'talking');
    await check('talking');
    server.hang_up(contact.contact);
    await phase(page, 'wrap_up');
    await check('wrap-up');
    for (const name of ['Kim', 'x'.repeat(200)]) server.offer({ caller_name: name });
    await at(page, 'my-contact').nth(2).waitFor();
    await check('several');
  });
}

const floor_views = { live: ['#/live', 'queue-row'], contacts: ['#/contacts', 'contact-row'], contact: ['#/contacts/8001', 'decision-row'], why: ['#/contacts/8001/184220', 'scores'] };
for (const lang of languages) for (const [name, [hash, shown]] of Object.entries(floor_views)) {
  on_page(`no window makes the supervisor’s page scroll sideways: ${name}, ${lang}`, 'ruth', { lang, hash }, async (page) => {
    await at(page, shown).first().waitFor();
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      const found = await page.evaluate(() => ({
        sideways: document.documentElement.scrollWidth > innerWidth,
        over: [...document.querySelectorAll('.hd .rt > *, .alert button, .tile, h1')].filter((one) => one.offsetParent && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.textContent),
      }));
      assert.deepEqual(found, { sideways: false, over: [] }, `at ${width}x${height}`);
    }
  });
}

// --- accessibility --------------------------------------------------------------------------------------------------------

const views = {
  'sign-in': [null, async (page) => { await at(page, 'login').waitFor(); }],
  ready: ['sofia', async (page) => { await at(page, 'user-menu').click(); }],
  ringing: ['sofia', async (page, server) => { server.ring(); await phase(page, 'ringing'); }],
  'in call': ['sofia', async (page, server) => { server.answer(server.ring().contact); server.set_agent({ next: 'not_ready', next_reason: 'break' }); await phase(page, 'talking'); await at(page, 'keys').click(); }],
  'wrap-up': ['sofia', async (page, server) => { const c = server.ring(); server.answer(c.contact); server.hang_up(c.contact); await phase(page, 'wrap_up'); }],
  several: ['sofia', async (page, server) => {
    const [chat, mail] = [server.offer(), server.offer({ channel: 'email', caller_name: '' }), server.offer({ channel: 'other' })];
    server.work_on(chat.contact);
    server.work_done(mail.contact);
    server.answer(server.ring().contact);
    await at(page, 'my-contact').nth(3).waitFor();
    await page.locator(`[data-testid="my-contact"][data-contact="${chat.contact}"]`).click();
    await phase(page, 'working');
  }],
  choose: ['sofia', async (page, server) => { server.ring({ match: 'maybe', customer: null, card: { candidates: w.heads } }); await phase(page, 'ringing'); }],
  unknown: ['sofia', async (page, server) => { server.ring({ match: 'none', customer: null, card: null }, { can_answer: false }); await phase(page, 'ringing'); }],
  live: ['ruth', async (page) => { await at(page, 'queue-row').first().waitFor(); await page.locator('[data-contact="8003"]').getByTestId('steer').click(); await at(page, 'steer-line').waitFor(); await page.locator('[data-agent="a1021"]').click(); }],
  contacts: ['ruth', async (page) => { await at(page, 'contact-row').first().waitFor(); }, '#/contacts'],
  contact: ['ruth', async (page) => { await at(page, 'decision-row').waitFor(); }, '#/contacts/8001'],
  why: ['ruth', async (page) => { await at(page, 'scores').waitFor(); }, '#/contacts/8001/184220'],
};
for (const [theme, lang] of [['light', 'en'], ['dark', 'zh-CN']]) for (const [name, [login, steps, hash]] of Object.entries(views)) {
  on_page(`no serious accessibility fault: ${name}, ${theme}, ${lang}`, login, { hash: hash ?? '', theme, lang }, async (page, server) => {
    await steps(page, server);
    assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
    if (lang === 'zh-CN') assert.match(await page.locator('main').first().innerText(), /[\u4e00-\u9fff]{2}/, 'the page speaks Chinese');
    // axe comes in by the debugger, past the page's own policy; it reads colours, so nothing may still be fading
    await page.evaluate(axe);
    await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))));
    const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] }));
    const serious = violations.filter((one) => one.impact === 'serious' || one.impact === 'critical');
    assert.deepEqual(serious.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`).join(' || ')}`), []);
  });
}
});
