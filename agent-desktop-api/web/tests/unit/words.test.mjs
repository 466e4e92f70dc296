import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { age_text, day_text, length_text, money_text, month_text, phone_text, plain, signed_text, spaced } from '../../src/format.ts';
import { figures, is_breached } from '../../src/figures.ts';
import { read_decision } from '../../src/why.ts';
import { t, tn } from '../../src/i18n.ts';
import { language } from '../../src/prefs.ts';
import { parse } from '../../src/router.ts';
import { centre as centre_signal } from '../../src/stores/centre.ts';
import { agent_state_word, problem_word, way_words } from '../../src/words.ts';
import { centre, day, decision, minute, queue_view, second } from '../world.mjs';

afterEach(() => { language.value = 'en'; });
const noon = Date.UTC(2026, 10, 22, 12) * 1000;

test('lengths are m:ss, with hours when there are, and never negative', () => {
  assert.deepEqual([9, 391, 3730, -5].map((s) => length_text(s * second)), ['0:09', '6:31', '1:02:10', '0:00']);
});

test('ages are words, in Chinese with a space beside the number', () => {
  assert.equal(age_text(noon - 6 * day, noon), '6 days ago');
  assert.equal(age_text(noon - 21 * day, noon), '3 weeks ago');
  assert.equal(age_text(noon - 155 * day, noon), '5 months ago');
  language.value = 'zh-CN';
  assert.equal(age_text(noon - 6 * day, noon), '6 天前');
});

test('dates follow the language and the centre’s zone', () => {
  centre_signal.value = { ...centre, time_zone: 'Asia/Shanghai' };
  assert.equal(day_text(Date.UTC(2026, 10, 16, 18) * 1000, noon), '17 Nov');
  language.value = 'zh-CN';
  assert.equal(day_text(Date.UTC(2026, 10, 16, 18) * 1000, noon), '11-17');
  assert.equal(month_text(Date.UTC(2023, 2, 4) * 1000), '2023 年 3 月');
  centre_signal.value = { ...centre, time_zone: 'No/Where' };
  assert.equal(day_text(Date.UTC(2026, 10, 16, 18) * 1000, noon), '11-16');
});

test('money is whole units of its currency', () => {
  assert.equal(money_text(184000, 'GBP'), '£1,840');
  assert.equal(money_text(184000, 'JPY'), '¥184,000');
  assert.equal(money_text(null, 'GBP'), '—');
  assert.equal(money_text(100, 'not a currency'), '1 not a currency');
});

test('numbers are grouped for reading, and anything else is left as it came', () => {
  assert.equal(phone_text('+447700900142'), '+44 7700 900142');
  assert.equal(phone_text('+442079460110'), '+44 20 7946 0110');
  assert.equal(phone_text('+8613800138000'), '+86 138 0013 8000');
  assert.equal(phone_text('+861055500142'), '+86 10 5550 0142');
  assert.equal(phone_text('+85221234567'), '+852 2123 4567');
  assert.equal(phone_text('0044/77 00'), '0044/77 00');
  assert.equal(phone_text(null), '');
});

test('text from outside loses control characters and endless length', () => {
  assert.equal(plain('a\r\nb\0c'), 'a b c');
  assert.equal(plain('\u202eevil'), 'evil');
  assert.equal([...plain('😀'.repeat(10_000), 80)].length, 81);
  assert.equal(signed_text(-30), '−30');
  assert.equal(spaced('等6天'), '等 6 天');
});

test('a missing parameter stays visible, and Chinese keeps its space beside Latin names', () => {
  assert.equal(t('user_menu'), '{name}: settings and sign out');
  assert.equal(tn('contacts', 1), '1 contact');
  assert.equal(tn('contacts', 1234), '1,234 contacts');
  language.value = 'zh-CN';
  assert.equal(t('why.title', { agent: 'Sofia' }), '为什么是 Sofia？');
  assert.equal(t('why.title', { agent: '陈思远' }), '为什么是陈思远？');
});

test('names that this page does not know are shown as they came', () => {
  assert.equal(agent_state_word('on_the_moon'), 'on_the_moon');
  assert.equal(problem_word({ code: 'brand_new', detail: 'the switch sleeps' }), 'Not done: the switch sleeps');
  assert.equal(problem_word({}), 'The server refused. Try again.');
});

test('service level counts those who gave up and those who already wait too long', () => {
  const f = figures([queue_view('repairs', { entered: 12, answered: 8, answered_within: 6, abandoned: 1, short_abandoned: 1, waiting: 2, waiting_past_level: 1, answered_wait_us: 80 * second })], noon);
  assert.equal(f.service_level, 0.6);
  assert.equal(f.offered, 11);
  assert.equal(f.answer_time_us, 10 * second);
  assert.equal(figures([], noon).service_level, null);
});

test('who has just passed the level is a miss before the counts say so', () => {
  const f = figures([queue_view('repairs', { answered: 1, answered_within: 1, waiting: 1, longest_since: noon - 21 * second })], noon);
  assert.deepEqual([f.past_level, f.service_level], [1, 0.5]);
});

test('estimates are held against the waits of those whose wait was estimated, and of nobody else', () => {
  const gold = queue_view('gold', { answered: 9, answered_wait_us: 900 * second });
  const f = figures([queue_view('repairs', { answered: 5, estimated: 4, estimated_within: 3, estimate_us: 400 * second, estimated_wait_us: 440 * second, estimate_error_us: 80 * second }), gold], noon);
  assert.deepEqual(f.estimates, { said_us: 100 * second, came_us: 110 * second, error_us: 20 * second, within: 0.75 });
  assert.equal(figures([gold], noon).estimates, null);
});

test('figures of several queues are sums divided once', () => {
  const f = figures([queue_view('repairs', { answered: 1, answered_within: 1 }), queue_view('gold', { answered: 9, answered_within: 0 })], noon);
  assert.equal(f.service_level, 0.1);
});

test('a breach is a wait longer than the queue promises', () => {
  const queue = queue_view('repairs', { waiting: 1, longest_since: noon - 20 * second });
  assert.equal(is_breached(queue, noon), false);
  assert.equal(is_breached(queue, noon + 1), true);
  assert.equal(is_breached(queue_view('repairs'), noon + minute), false);
});

test('why: the difference, where it comes from, and what would have changed it', () => {
  const reading = read_decision(decision());
  assert.equal(reading.difference, 37);
  assert.deepEqual(reading.columns.map((column) => column.skill ?? column.kind), ['repairs', 'english', 'gold', 'customer_value', 'age', 'idle']);
  assert.deepEqual(reading.ahead.map((column) => column.skill ?? column.kind), ['customer_value', 'repairs']);
  assert.deepEqual(reading.behind.map((column) => column.skill ?? column.kind), ['gold', 'idle']);
  assert.deepEqual([reading.turning.column.kind, reading.turning.winner, reading.turning.by], ['customer_value', 1, 3]);
});

test('why: one candidate, missing terms and ties are told without invention', () => {
  const only = read_decision(decision({ best: [{ agent: 'a', score: 5, terms: [] }] }));
  assert.deepEqual([only.difference, only.turning, only.columns], [null, null, []]);
  const tie = read_decision(decision({ best: [{ agent: 'a', score: 5000, terms: [{ kind: 'age', skill: null, points: 5000 }] }, { agent: 'b', score: 5000, terms: [{ kind: 'idle', skill: null, points: 5000 }] }] }));
  assert.equal(tie.difference, 0);
  assert.deepEqual(tie.columns.map((column) => column.points), [[5, 0], [0, 5]]);
});

test('why: what would have been enough, in words and units', () => {
  centre_signal.value = centre;
  const { ways, missing } = decision().would;
  assert.deepEqual(ways.map((way) => way_words(way, missing)), ['6:11 more of idle time', 'a rank 38 points higher', 'Repairs at 93 instead of 80']);
  assert.equal(way_words({ ...ways[2], from: null, to: null }, missing), 'over 37 points more for Repairs');
  assert.equal(way_words({ ...ways[1], kind: 'resolution', from: 70, to: 83 }, missing), 'Solved at once of 83 % instead of 70 %');
  language.value = 'zh-CN';
  assert.equal(way_words(ways[2], missing), '报修为 93，而非 80');
});

test('addresses lead to views, and nonsense to the desk', () => {
  assert.deepEqual(parse('#/contacts/81/9'), { view: 'why', contact: '81', decision: '9' });
  assert.deepEqual(parse('#/contacts/a%2Fb'), { view: 'contact', contact: 'a/b' });
  assert.deepEqual(parse('#/contacts/%E0%A4%A'), { view: 'contact', contact: '%E0%A4%A' });
  assert.deepEqual(parse('#/<script>'), { view: 'desk' });
});
