import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { EntityStore } from '../../src/stores/entity_store.ts';
import { apply_event, apply_snapshot, contacts, finished, forget_desk, taken, work } from '../../src/stores/desk.ts';
import { agents, apply_topic, floor_contacts, forget_floor, queues } from '../../src/stores/floor.ts';
import { agent_view, contact_view, queue_view } from '../world.mjs';

let seq = 0;
const event = (kind, data) => apply_event({ type: 'event', seq: ++seq, ts: 1, kind, entity: 'x', rev: data.rev, data });
const offer = { offer: '5', agent: 'a1001', made_at: 1, expires_at: 2, decision: 1, can_answer: true, claim: false, claimed: false };

beforeEach(() => {
  forget_desk();
  forget_floor();
  apply_snapshot({ type: 'snapshot', seq: 1, state: { agent: agent_view(), contacts: [], centre: null } });
});

test('an older or equal revision never replaces a newer one', () => {
  const store = new EntityStore((entity) => entity.id);
  store.apply({ id: 'a', rev: 2, v: 'new' });
  store.apply({ id: 'a', rev: 1, v: 'old' });
  store.apply({ id: 'a', rev: 2, v: 'same' });
  assert.equal(store.get('a').v, 'new');
});

test('a snapshot begins anew, even with lower revisions', () => {
  const store = new EntityStore((entity) => entity.id);
  store.replace([{ id: 'a', rev: 9 }, { id: 'b', rev: 9 }]);
  store.replace([{ id: 'a', rev: 1 }]);
  assert.deepEqual(store.all(), [{ id: 'a', rev: 1 }]);
});

test('the band follows a contact from offer to wrap-up', () => {
  const contact = contact_view({ contact: '1', state: 'offered', offers: [offer] });
  event('reserved', contact);
  assert.equal(work.value.phase, 'ringing');
  event('contact', { ...contact, rev: 2, state: 'talking', agent: 'a1001', offers: [] });
  assert.equal(work.value.phase, 'talking');
  event('contact', { ...contact, rev: 3, state: 'held', agent: 'a1001', offers: [] });
  assert.equal(work.value.phase, 'held');
  event('contact', { ...contact, rev: 4, state: 'wrap_up', agent: 'a1001', offers: [] });
  assert.equal(work.value.phase, 'wrap_up');
  event('contact', { ...contact, rev: 5, state: 'ended', agent: 'a1001', offers: [], outcome: 'answered' });
  assert.equal(work.value.phase, 'none');
  assert.equal(finished.value.length, 1);
});

test('a contact that ended while the agent still wraps up stays in the band', () => {
  const contact = contact_view({ contact: '1', state: 'talking', agent: 'a1001' });
  event('contact', contact);
  event('agent', agent_view({ rev: 2, state: 'wrap_up', contacts: ['1'] }));
  event('contact', { ...contact, rev: 2, state: 'ended' });
  assert.equal(work.value.phase, 'wrap_up');
  event('agent', agent_view({ rev: 3, state: 'ready' }));
  assert.equal(work.value.phase, 'none');
  assert.equal(contacts.all().length, 0);
});

test('an offer to somebody else is not ours, and one taken away is gone', () => {
  event('contact', contact_view({ contact: '1', state: 'offered', offers: [{ ...offer, agent: 'a1002' }] }));
  assert.equal(work.value.phase, 'none');
  const mine = contact_view({ contact: '2', state: 'offered', offers: [offer] });
  event('reserved', mine);
  event('contact', { ...mine, rev: 2, state: 'waiting', offers: [] });
  assert.equal(work.value.phase, 'none');
  assert.equal(contacts.get('2'), undefined);
});

test('a colleague who takes what was offered here too is told, and nothing else is', () => {
  const colleague = { ...offer, offer: '6', agent: 'a1002' };
  const both = (contact) => contact_view({ contact, state: 'offered', offers: [offer, colleague] });
  event('reserved', both('1'));
  event('contact', { ...both('1'), rev: 2, offers: [colleague] });
  assert.equal(taken.value, null, 'this offer alone is over: declined, or not answered');
  event('reserved', both('2'));
  event('contact', { ...both('2'), rev: 2, state: 'waiting', offers: [] });
  assert.equal(taken.value, null, 'nobody has it');
  event('reserved', both('3'));
  event('contact', { ...both('3'), rev: 2, offers: [{ ...colleague, claimed: true }] });
  assert.equal(taken.value.contact, '3', 'claimed by a colleague, whose phone rings');
  event('reserved', both('4'));
  event('contact', { ...both('4'), rev: 2, state: 'talking', agent: 'a1002', offers: [] });
  assert.equal(taken.value.contact, '4');
  event('reserved', both('5'));
  event('contact', { ...both('5'), rev: 2, state: 'talking', agent: 'a1001', offers: [] });
  assert.equal(taken.value.contact, '4', 'it is mine');
});

test('a repeated end is counted once', () => {
  const contact = contact_view({ contact: '1', state: 'talking', agent: 'a1001' });
  event('contact', contact);
  for (let i = 0; i < 3; i++) event('contact', { ...contact, rev: 2, state: 'ended' });
  assert.equal(finished.value.length, 1);
});

test('a topic stands once its last part has come, and keeps nothing of an unfinished one', () => {
  const part = (part, data, topic_seq = 4) => apply_topic({ type: 'topic', topic: 'queues', topic_seq, part, data });
  part('begin', []);
  part('item', [queue_view('repairs')]);
  assert.equal(queues.all().length, 0);
  part('begin', []);
  part('item', [queue_view('gold')]);
  part('item', [queue_view('trade')]);
  part('end', []);
  assert.deepEqual(queues.all().map((queue) => queue.queue), ['gold', 'trade']);
  assert.equal(part('update', [queue_view('gold', { rev: 2, waiting: 4 })], 5), true);
  assert.equal(queues.get('gold').waiting, 4);
  assert.equal(part('update', [], 7), false, 'a part is missing');
});

test('ended contacts leave the floor', () => {
  const contact = contact_view({ contact: '1' });
  apply_topic({ type: 'topic', topic: 'contacts', topic_seq: 1, part: 'update', data: [contact] });
  assert.equal(floor_contacts.all().length, 1);
  apply_topic({ type: 'topic', topic: 'contacts', topic_seq: 2, part: 'update', data: [{ ...contact, rev: 2, state: 'ended' }] });
  assert.equal(floor_contacts.all().length, 0);
  assert.equal(agents.all().length, 0);
});
