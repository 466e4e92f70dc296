import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeskProtocol, limits } from '../../src/protocol.ts';

const half = () => 0.5;
const welcome = (over = {}) => ({ type: 'welcome', session_id: 's', epoch: 7, hb_ms: 15_000, server_time: 5, resume_token: 't1', resume_ttl_ms: 60_000, user: {}, features: [], ...over });
const snapshot = (seq) => ({ type: 'snapshot', seq, state: { agent: null, contacts: [], centre: null } });
const event = (seq) => ({ type: 'event', seq, ts: 1, kind: 'agent', entity: 'a', rev: seq, data: {} });
const does = (actions, what) => actions.filter((action) => action.do === what);
const sent = (actions) => does(actions, 'send').map((action) => action.frame);
const applied = (actions) => does(actions, 'apply').map((action) => action.frame);

function live(random = half) {
  const p = new DeskProtocol('tab', '1', random);
  p.start(0);
  p.opened(0);
  p.frame(welcome(), 0);
  p.frame(snapshot(40), 0);
  return p;
}
function reconnect(p, now, frame = welcome({ resume_token: 't2' })) {
  const closed = p.closed(1006, now);
  const opening = p.tick(now + limits.first_retry_ms);
  const hello = sent(p.opened(now + limits.first_retry_ms))[0];
  return { closed, opening, hello, greeted: p.frame(frame, now + limits.first_retry_ms) };
}

test('the first frame is hello without resume, and the snapshot begins the sequence', () => {
  const p = new DeskProtocol('tab', '1.2', half);
  assert.deepEqual(p.start(0), [{ do: 'connection', state: 'connecting' }, { do: 'open' }]);
  assert.deepEqual(p.opened(0), [{ do: 'send', frame: { type: 'hello', client_version: '1.2', tab_id: 'tab' } }]);
  const greeted = p.frame(welcome(), 0);
  assert.deepEqual(greeted.map((action) => action.do), ['server_time', 'apply', 'connection']);
  assert.equal(applied(p.frame(event(41), 0)).length, 0, 'nothing before the snapshot');
  p.frame(snapshot(40), 0);
  assert.deepEqual(applied(p.frame(event(41), 0)).map((frame) => frame.seq), [41]);
});

test('a repeated event is applied once', () => {
  const p = live();
  assert.equal(applied(p.frame(event(41), 1)).length, 1);
  assert.equal(applied(p.frame(event(41), 1)).length, 0);
  assert.equal(applied(p.frame(event(40), 1)).length, 0);
  assert.equal(applied(p.frame(event(42), 1)).length, 1);
});

test('a hole in the sequence is asked for again and never guessed over', () => {
  const p = live();
  p.frame(event(41), 1);
  const hole = p.frame(event(43), 2);
  assert.deepEqual(hole.map((action) => action.do), ['close', 'connection', 'open']);
  assert.deepEqual(sent(p.opened(3))[0].resume, { token: 't1', epoch: 7, seq: 41 });
  p.frame(welcome({ resume_token: 't2' }), 3);
  assert.deepEqual(applied(p.frame(event(42), 3)).map((frame) => frame.seq), [42]);
  assert.deepEqual(applied(p.frame(event(43), 3)).map((frame) => frame.seq), [43]);
});

test('a hole that the server cannot fill leads to a snapshot', () => {
  const p = live();
  p.frame(event(43), 2);
  p.opened(3);
  p.frame(welcome({ resume_token: 't2' }), 3);
  p.frame(event(44), 3);
  assert.equal(sent(p.opened(4))[0].resume, undefined);
});

test('a broken connection resumes at the last event', () => {
  const p = live();
  p.frame(event(41), 1000);
  const { hello, greeted } = reconnect(p, 2000);
  assert.deepEqual(hello.resume, { token: 't1', epoch: 7, seq: 41 });
  assert.equal(does(greeted, 'connection')[0].state, 'live');
  assert.equal(applied(p.frame(event(42), 3000)).length, 1);
});

test('after another life of the server only a snapshot counts', () => {
  const p = live();
  reconnect(p, 1000, welcome({ epoch: 8 }));
  assert.equal(applied(p.frame(event(41), 2000)).length, 0);
  p.frame(snapshot(3), 2000);
  assert.equal(applied(p.frame(event(4), 2000)).length, 1);
});

test('a resume that the server refused waits for the snapshot', () => {
  const p = live();
  reconnect(p, 1000, welcome({ resumed: false }));
  assert.equal(applied(p.frame(event(41), 2000)).length, 0);
});

test('the first reconnection is within half a second, later ones back off with full jitter up to 30 s', () => {
  const waits = [];
  const p = new DeskProtocol('tab', '1', () => 0.999);
  p.start(0);
  let now = 0;
  for (let i = 0; i < 9; i++) {
    p.closed(1006, now);
    let wait = 0;
    while (!does(p.tick(now + wait), 'open').length) wait += 50;
    waits.push(wait);
    now += wait;
  }
  assert.ok(waits[0] <= 500, String(waits));
  assert.ok(waits.slice(1).every((wait, i) => wait > (i ? waits[i] * 0.99 : 0)), String(waits));
  assert.ok(Math.max(...waits) <= 30_000, String(waits));
  const lucky = new DeskProtocol('tab', '1', () => 0);
  lucky.start(0);
  lucky.closed(1006, 0);
  lucky.tick(0);
  lucky.closed(1006, 0);
  assert.equal(does(lucky.tick(0), 'open').length, 1, 'full jitter may be nothing');
});

test('two missed beats end the connection without waiting for its close', () => {
  const p = live();
  assert.deepEqual(p.tick(30_000), []);
  const actions = p.tick(30_001);
  assert.equal(does(actions, 'close')[0].code, 4000);
  assert.equal(does(actions, 'connection')[0].state, 'reconnecting');
  assert.equal(does(p.tick(30_600), 'open').length, 1);
});

test('a ping is answered with its number and teaches the clock', () => {
  const p = live();
  assert.deepEqual(p.frame({ type: 'ping', n: 3, ts: 99 }, 1), [{ do: 'send', frame: { type: 'pong', n: 3 } }, { do: 'server_time', micros: 99 }]);
});

test('what was seen is said every five seconds, and only if there is news', () => {
  const p = live();
  p.frame(event(41), 0);
  assert.deepEqual(sent(p.tick(6000)), [{ type: 'seen', seq: 41 }]);
  assert.deepEqual(sent(p.tick(12_000)), []);
});

test('a pop is said to be seen as soon as it is shown', () => {
  const p = live();
  const pop = { ...event(41), kind: 'reserved' };
  assert.deepEqual(p.frame(pop, 0), [{ do: 'apply', frame: pop }, { do: 'send', frame: { type: 'seen', seq: 41 } }]);
  assert.deepEqual(sent(p.tick(6000)), []);
});

test('a command without a connection is refused at once', () => {
  const p = live();
  p.closed(1006, 0);
  assert.deepEqual(p.command('c1', 'hold', {}, false, 1), [{ do: 'answer', id: 'c1', answer: { ok: false, problem: { code: 'disconnected', retryable: true } } }]);
});

test('a command unanswered for five seconds is rolled back, and a late answer is nothing', () => {
  const p = live();
  p.command('c1', 'hold', { contact: '1' }, false, 0);
  assert.deepEqual(p.tick(4999), []);
  assert.deepEqual(p.tick(5000), [{ do: 'answer', id: 'c1', answer: { ok: false, problem: { code: 'timeout', retryable: true } } }]);
  assert.deepEqual(p.frame({ type: 'ack', id: 'c1', ok: true, seq: 1 }, 5001), []);
});

test('a command cut off by the network is sent again under the same id', () => {
  const p = live();
  p.command('c1', 'hold', { contact: '1' }, false, 0);
  const { greeted } = reconnect(p, 100);
  assert.deepEqual(sent(greeted), [{ type: 'cmd', id: 'c1', name: 'hold', args: { contact: '1' } }]);
  assert.deepEqual(p.frame({ type: 'ack', id: 'c1', ok: true, seq: 1 }, 700), [{ do: 'answer', id: 'c1', answer: { ok: true } }]);
});

test('a durable command outlives connections and retryable refusals', () => {
  const p = live();
  p.closed(1006, 0);
  assert.deepEqual(p.command('n1', 'note', { text: 'x' }, true, 1), []);
  p.tick(600);
  p.opened(600);
  assert.deepEqual(sent(p.frame(welcome({ resume_token: 't2' }), 600)).map((frame) => frame.id), ['n1']);
  const problem = { code: 'store_full', retryable: true };
  assert.deepEqual(p.frame({ type: 'nack', id: 'n1', problem }, 700), [{ do: 'delayed', id: 'n1', problem }]);
  assert.deepEqual(sent(p.tick(5000)), []);
  assert.deepEqual(sent(p.tick(5700)).map((frame) => frame.id), ['n1']);
  assert.deepEqual(p.frame({ type: 'ack', id: 'n1', ok: true, seq: 1 }, 5800), [{ do: 'answer', id: 'n1', answer: { ok: true } }]);
});

test('a refusal carries the server’s problem', () => {
  const p = live();
  p.command('c1', 'hold', {}, false, 0);
  assert.deepEqual(p.frame({ type: 'nack', id: 'c1', problem: { code: 'wrong_state' } }, 1), [{ do: 'answer', id: 'c1', answer: { ok: false, problem: { code: 'wrong_state' } } }]);
});

test('4401 leads to sign-in and not to a loop', () => {
  const p = live();
  const actions = p.closed(4401, 0);
  assert.equal(does(actions, 'sign_in').length, 1);
  assert.deepEqual(p.tick(100_000), []);
});

test('4409 and 4403 stay quiet until asked', () => {
  for (const [code, state] of [[4409, 'replaced'], [4403, 'forbidden']]) {
    const p = live();
    assert.deepEqual(p.closed(code, 0), [{ do: 'connection', state }]);
    assert.deepEqual(p.tick(100_000), []);
    assert.equal(does(p.start(100_000), 'open').length, 1);
  }
});

test('4400 forgets the resume, so that a bad one is not sent for ever', () => {
  const p = live();
  p.closed(4400, 0);
  p.tick(30_000);
  assert.equal(sent(p.opened(30_000))[0].resume, undefined);
});

test('what was on its way when a frame was refused is not sent again', () => {
  for (const code of [4400, 1009]) {
    const p = live();
    p.closed(1006, 0);
    p.command('kept', 'note', { text: 'not sent yet' }, true, 1);
    const q = live();
    q.command('n1', 'note', { text: 'x' }, true, 0);
    assert.deepEqual(does(q.closed(code, 1), 'answer'), [{ do: 'answer', id: 'n1', answer: { ok: false, problem: { code: 'bad_frame', retryable: false } } }]);
    assert.deepEqual(does(p.closed(code, 2), 'answer'), [], 'nothing was on its way');
    q.tick(100_000);
    q.opened(100_000);
    assert.deepEqual(sent(q.frame(welcome({ resume_token: 't2' }), 100_000)), []);
  }
});

test('a command that does not fit a frame is refused by the page and never sent', () => {
  const p = live();
  const too_long = { do: 'answer', id: 'n1', answer: { ok: false, problem: { code: 'too_long', retryable: false } } };
  assert.deepEqual(p.command('n1', 'note', { text: '\u0001'.repeat(12_000) }, true, 0), [too_long]);
  assert.deepEqual(sent(reconnect(p, 0).greeted), []);
});

test('nothing that was asked for is sent after signing out', () => {
  const p = live();
  p.closed(1006, 0);
  p.command('n1', 'note', { text: 'x' }, true, 1);
  assert.deepEqual(does(p.stop(), 'answer').map((action) => action.id), ['n1']);
  p.start(2);
  p.opened(2);
  assert.deepEqual(sent(p.frame(welcome(), 2)), []);
});

test('a server that says it is recovering is not a lost one, until it is', () => {
  const p = live();
  p.closed(1006, 0);
  p.tick(500);
  p.opened(500);
  p.frame({ type: 'bye', code: 1012, reason: 'recovering', retry_after_ms: 500 }, 500);
  const closed = p.closed(1012, 501);
  assert.deepEqual(closed, [{ do: 'connection', state: 'recovering' }], 'the session is not in doubt');
  assert.deepEqual(p.tick(1001), [{ do: 'open' }]);
  assert.equal(does(p.closed(1006, 1002), 'connection')[0].state, 'reconnecting');
});

test('a connection refused before its welcome asks whether the session still stands', () => {
  const p = new DeskProtocol('tab', '1', half);
  p.start(0);
  assert.equal(does(p.closed(1006, 0), 'check_session').length, 1);
});

test('bye says when to come back', () => {
  const p = live();
  p.frame({ type: 'bye', code: 1012, reason: 'restart', retry_after_ms: 2000 }, 0);
  p.closed(1012, 10);
  assert.deepEqual(p.tick(1990), []);
  assert.equal(does(p.tick(2010), 'open').length, 1);
});

test('topics are asked for again on every connection', () => {
  const p = live();
  p.subscribe(['queues']);
  assert.deepEqual(sent(reconnect(p, 0).greeted), [{ type: 'sub', topics: ['queues'] }]);
});

test('frames of a later version are ignored', () => {
  assert.deepEqual(live().frame({ type: 'weather', sun: true }, 1), []);
});
