// Beside a switch that keeps routing: what is shown, and that nothing of it can be pressed.
import assert from 'node:assert/strict';
import { at, names, on_page, phase, state } from './steps.mjs';
import * as w from '../world.mjs';

export function observed() {
  on_page('whose state the switch decides sees it, and what to do, and cannot choose', 'sofia', {}, async (page, server) => {
    server.set_agent({ observed: true, state: 'not_ready', reason: 'lunch' });
    await at(page, 'state-observed').getByText('your switch decides').waitFor();
    await state(page, 'not_ready');
    assert.equal(await at(page, 'state-menu').count(), 0);
    assert.equal(await at(page, 'go-ready').count(), 0);
    assert.equal(await at(page, 'pause-break').count(), 0);
    await at(page, 'observed').getByText('Sign in, pause and leave as you do there.').waitFor();
    await at(page, 'user-menu').click();
    await at(page, 'lang-zh-CN').click();
    await at(page, 'state-observed').getByText('由交换机决定').waitFor();
  });

  on_page('a call of the switch’s own queue pops with its record, and is answered and ended on the phone alone', 'sofia', {}, async (page, server) => {
    server.set_agent({ observed: true });
    const contact = w.contact_view({ state: 'offered', observed: true, offers: [{ offer: '77', agent: 'a1001', made_at: w.now(), expires_at: null, decision: 0, can_answer: false, claim: false, claimed: false }] });
    server.set_contact(contact.contact, contact, 'reserved');
    server.set_agent({ state: 'reserved', until: null, contacts: [contact.contact] });
    await phase(page, 'ringing');
    await at(page, 'band-name').getByText('Margaret Ellis').waitFor();
    await page.getByText('Answer on your phone').waitFor();
    await at(page, 'rings-since').waitFor();
    assert.equal(await at(page, 'decline').count(), 0);
    await page.keyboard.press('Control+Alt+A');
    await page.keyboard.press('Control+Alt+D');
    server.set_contact(contact.contact, { state: 'talking', agent: 'a1001', offers: [], answered_at: w.now(), state_since: w.now() });
    server.set_agent({ state: 'talking', contacts: [contact.contact] });
    await phase(page, 'talking');
    assert.equal(await at(page, 'hold').isDisabled(), true);
    assert.equal(await at(page, 'end').isDisabled(), true);
    assert.deepEqual(names(server), []);
  });

  on_page('a supervisor sees the switch’s queues, callers and agents, and steers none of them', 'ruth', {
    hash: '#/live', before: (server) => {
      const queue = server.floor.queues.find((one) => one.queue === 'repairs');
      queue.observed = true;
      for (const contact of server.floor.contacts) if (contact.queue === 'repairs') contact.observed = true;
      for (const agent of server.floor.agents) if (agent.state === 'ready') agent.observed = true;
    },
  }, async (page) => {
    const row = page.locator('[data-testid="queue-row"][data-queue="repairs"]');
    await row.getByTestId('observed').waitFor();
    assert.equal(await row.getByTestId('emergency').count(), 0);
    await page.locator('[data-testid="queue-row"][data-queue="complaints"]').getByTestId('emergency').waitFor();
    const call = (id) => page.locator(`[data-testid="call-row"][data-contact="${id}"]`);
    await call('8005').waitFor();
    assert.equal(await call('8005').getByTestId('steer').count(), 0);
    await call('8003').getByTestId('steer').click();
    assert.deepEqual(await at(page, 'steer-agent').locator('option').allTextContents(), ['Nobody ready']);
    await page.locator('[data-testid="agent-cell"]', { has: page.locator('[data-state="ready"]') }).first().click();
    await page.getByText('the telephone switch decides the state').waitFor();
  });
}
