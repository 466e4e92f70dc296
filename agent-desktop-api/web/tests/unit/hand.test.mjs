// What an agent has in hand, which of it he looks at, and what may be opened.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beside, follow, hand_of, look_at } from '../../src/hand.ts';
import { opening } from '../../src/opening.ts';
import { works_text } from '../../src/words.ts';
import { agent_view, contact_view, work_view, written_view } from '../world.mjs';

const me = 'a1001';
const offer = (over = {}) => ({ offer: '5', agent: me, made_at: 70, expires_at: 90, decision: 1, can_answer: true, claim: false, claimed: false, ...over });
const works = (...all) => agent_view({ works: all, contacts: all.map((work) => work.contact) });
const chat = (contact, over = {}) => written_view({ contact, state: 'talking', agent: me, ...over });
const offered = (contact) => chat(contact, { state: 'offered', agent: null, offers: [offer({ offer: `o${contact}` })] });
const call = (contact, over = {}) => contact_view({ contact, state: 'talking', agent: me, ...over });
const seen = (hand) => hand.map((one) => [one.contact.contact, one.phase]);
const only = (...contacts) => hand_of(works(...contacts.filter((one) => one.channel !== 'voice').map((one) => work_view(one.contact))), contacts);

test('the call stands first, then the written contacts as they were offered; one just offered is last', () => {
  const agent = works(work_view('1'), work_view('2'));
  assert.deepEqual(seen(hand_of(agent, [offered('3'), chat('2'), call('9'), chat('1')])), [['9', 'talking'], ['1', 'working'], ['2', 'working'], ['3', 'ringing']]);
});

test('what a contact shows goes before the agent’s own view, whose event comes later', () => {
  const reserved = work_view('1', { state: 'reserved', until: 90 });
  assert.deepEqual(seen(hand_of(works(reserved), [chat('1')])), [['1', 'working']]);
  assert.deepEqual(seen(hand_of(works(reserved), [chat('1', { state: 'waiting', agent: null })])), [], 'declined: he has it no more');
  assert.deepEqual(seen(hand_of(works(work_view('1')), [chat('1', { state: 'wrap_up' })])), [['1', 'wrap_up']]);
});

test('each wrap-up has its own time, whatever the state of the agent', () => {
  const agent = { ...works(work_view('1', { state: 'wrap_up', since: 10, until: 40, wrap_up_extensions_left: 1 }), work_view('2', { since: 7 })), state: 'wrap_up', since: 20, until: 60, wrap_up_extensions_left: 2, contacts: ['9', '1', '2'] };
  const hand = hand_of(agent, [call('9', { state: 'ended' }), chat('1', { state: 'ended' }), chat('2')]);
  assert.deepEqual(hand.map((one) => [one.contact.contact, one.phase, one.since, one.until, one.extensions_left]), [['9', 'wrap_up', 20, 60, 2], ['1', 'wrap_up', 10, 40, 1], ['2', 'working', 7, null, 0]]);
});

test('the wrap-up of a call is not taken for one of a chat', () => {
  const agent = { ...works(work_view('1')), state: 'wrap_up', until: 60, contacts: ['1'] };
  assert.deepEqual(seen(hand_of(agent, [chat('1')])), [['1', 'working']]);
});

test('an offer of a written contact is looked at only by who has nothing else', () => {
  assert.deepEqual(follow([], [], hand_of(works(), [offered('1')])), ['1']);
  assert.deepEqual(follow(['1'], only(chat('1')), hand_of(works(work_view('1')), [chat('1'), offered('2')])), ['1']);
});

test('a call that comes is looked at, and then what was looked at before it', () => {
  const chats = only(chat('1'), chat('2'));
  const ringing = only(call('9', { state: 'offered', agent: null, offers: [offer()] }), chat('1'), chat('2'));
  const looked = follow(['2', '1'], chats, ringing);
  assert.deepEqual(looked, ['9', '2', '1']);
  assert.deepEqual(follow(look_at(looked, '1'), ringing, only(call('9'), chat('1'), chat('2'))), ['1', '9', '2'], 'only when it comes');
  assert.deepEqual(follow(looked, ringing, chats), ['2', '1']);
});

test('who looks at nothing that he still has looks at the most urgent: the call, an offer, work, a wrap-up', () => {
  const wrapping = chat('1', { state: 'wrap_up' });
  assert.deepEqual(follow([], [], only(wrapping, call('9'))), ['9']);
  assert.deepEqual(follow(['7'], only(chat('7'), wrapping, chat('2'), offered('3')), only(wrapping, chat('2'), offered('3'))), ['3']);
  assert.deepEqual(follow(['7'], only(chat('7'), wrapping, chat('2')), only(wrapping, chat('2'))), ['2']);
  assert.deepEqual(follow(['7'], only(chat('7')), []), []);
});

test('next and previous go round', () => {
  const hand = only(call('9'), chat('1'), chat('2'));
  assert.deepEqual(['9', '1', '2'].map((one) => beside(hand, one, 1)), ['1', '2', '9']);
  assert.deepEqual(['9', '1', '2'].map((one) => beside(hand, one, -1)), ['2', '9', '1']);
  assert.equal(beside([], null, 1), null);
});

test('only web addresses and paths of this host are opened', () => {
  const origin = 'https://desk.example';
  assert.equal(opening('https://chat.example/7?a=b#c', origin), 'https://chat.example/7?a=b#c');
  assert.equal(opening('HTTP://chat.example', origin), 'http://chat.example/');
  assert.equal(opening('/chats/7', origin), 'https://desk.example/chats/7');
  for (const bad of [null, undefined, '', 'javascript:alert(1)', ' javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '//evil.example', '/\\evil.example', '/\t/evil.example', 'chats/7', 'https://', 'mailto:a@b']) {
    assert.equal(opening(bad, origin), null, String(bad));
  }
});

test('how many written contacts somebody has is said by channel, or in one number; an offer does not count', () => {
  assert.equal(works_text([work_view('1'), work_view('2', { state: 'wrap_up' }), work_view('3', { state: 'reserved' })]), '2 chats');
  assert.equal(works_text([work_view('1'), work_view('2', { channel: 'email' })]), '2 written');
  assert.equal(works_text([]), '');
});
