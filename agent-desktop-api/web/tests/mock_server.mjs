// A server that plays FRAMES.md for the pages' tests: sign-in, REST, and the socket with sequence, resume and commands.
// It keeps the words of the contract and a little of the sense (accept leads to talking, or to working on a written contact, end to wrap-up); tests steer the rest.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { breach } from './contract.mjs';
import * as w from './world.mjs';

const csp = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', woff2: 'font/woff2' };
export const users = {
  sofia: { id: '11', login: 'sofia', name: 'Sofia Marin', roles: ['agent'], agent: 'a1001' },
  lee: { id: '13', login: 'lee', name: 'Daniel Okafor', roles: ['agent'], agent: 'a1002' },
  dana: { id: '14', login: 'dana', name: 'Sofia Marin', roles: ['agent', 'supervisor'], agent: 'a1001' },
  ruth: { id: '12', login: 'ruth', name: 'Ruth Adler', roles: ['supervisor'], agent: null },
};

const frame_bytes = 64 * 1024;
const tick_ms = 2000;

export class MockServer {
  epoch = 7;
  hb_ms = 15_000;
  agent = w.agent_view();
  contacts = new Map();
  floor = w.floor();
  customers = new Map([w.margaret, w.lin, w.harold].map((card) => [card.customer, card]));
  logged = [w.logged(), w.logged({ contact: '8010', customer: null, match: 'none', caller_name: '', ani: '', e164: '', outcome: 'abandoned', agent: null, disposition: null, talk_us: 0, cause: 'caller_cancel' })];
  decisions = [w.decision()];
  /** Every command that arrived, in order. */
  commands = [];
  requests = [];
  hellos = [];
  /** Where a page, or this server itself, broke the contract's schemas. */
  breaches = [];
  deaf = new Set(); // commands that are heard and not answered
  refusals = new Map(); // command name -> problem
  hold_effects = false; // acknowledge, but change nothing
  recovering = false; // folds its journal: every hello is sent away
  black_hole = false; // what it says never arrives, and nothing tells so
  sockets = new Set();
  tokens = new Map(); // cookie -> user
  rings = new Map(); // resume token -> session
  answered = new Map(); // command id -> answer
  topic_seqs = { queues: 1, agents: 1, contacts: 1, links: 1, own_queues: 1 };

  constructor(dist) {
    this.dist = dist;
    this.manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'));
  }

  async start() {
    this.http = createServer((request, response) => this.#http(request, response));
    this.wss = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has('cti.v1.json') ? 'cti.v1.json' : false) });
    this.http.on('upgrade', (request, socket, head) => {
      if (this.refuse_upgrade) return socket.destroy();
      const user = this.#user(request);
      if (!user || request.url !== '/api/v1/agent') {
        socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
        return;
      }
      this.wss.handleUpgrade(request, socket, head, (ws) => this.#socket(ws, user));
    });
    await new Promise((resolve) => this.http.listen(0, '127.0.0.1', resolve));
    this.ticking = setInterval(() => { for (const socket of this.sockets) if (socket.session) socket.say({ type: 'tick', ts: w.now() }); }, tick_ms);
    this.url = `http://127.0.0.1:${this.http.address().port}`;
    return this;
  }

  async stop() {
    clearInterval(this.ticking);
    for (const socket of this.sockets) socket.ws.terminate();
    this.http.closeAllConnections?.();
    await new Promise((resolve) => this.http.close(resolve));
  }

  /** A cookie as after signing in. */
  sign_in(login) {
    const sid = Math.random().toString(36).slice(2);
    this.tokens.set(sid, users[login]);
    return sid;
  }

  /** Cuts every socket as a broken network would. */
  cut() {
    for (const socket of this.sockets) socket.ws.terminate();
  }
  close(code) {
    for (const socket of this.sockets) socket.ws.close(code);
  }

  // --- what happens in the centre ---------------------------------------------------------------------------------------

  set_agent(over) {
    const works = over.works ?? this.agent.works;
    const written = new Set([...this.agent.works, ...works].map((work) => work.contact));
    const calls = (over.contacts ?? this.agent.contacts).filter((id) => !written.has(id));
    this.agent = { ...this.agent, ...over, contacts: [...calls, ...works.map((work) => work.contact)], rev: this.agent.rev + 1 };
    this.event('agent', this.agent.agent, this.agent);
  }
  set_contact(id, over, kind = 'contact') {
    const before = this.contacts.get(id);
    const contact = { ...before, ...over, rev: (before?.rev ?? 0) + 1 };
    this.contacts.set(id, contact);
    this.event(kind, id, contact);
    return contact;
  }
  /** A contact is reserved for the agent: the pop. */
  ring(over = {}, { seconds = 20, spent = 0, can_answer = true, claim = false } = {}) {
    const contact = w.contact_view({ ...over });
    contact.state = 'offered';
    contact.state_since = w.now() - spent * w.second;
    contact.offers = [{ offer: w.new_id(), agent: 'a1001', made_at: w.now() - spent * w.second, expires_at: w.now() + (seconds - spent) * w.second, decision: 184220, can_answer, claim, claimed: false }];
    contact.why = w.why();
    this.contacts.set(contact.contact, contact);
    this.event('reserved', contact.contact, contact);
    this.set_agent({ state: 'reserved', since: w.now() - spent * w.second, until: contact.offers[0].expires_at, contacts: [contact.contact] });
    return contact;
  }
  answer(id, spent = 0) {
    const before = this.contacts.get(id);
    const entered_at = spent ? w.now() - (spent + 102) * w.second : before.entered_at;
    this.set_contact(id, { state: 'talking', agent: 'a1001', offers: [], can_control: true, entered_at, opened_at: entered_at - 16 * w.second, answered_at: w.now() - spent * w.second, state_since: w.now() - spent * w.second });
    this.set_agent({ state: 'talking', since: w.now() - spent * w.second, until: null, contacts: [id] });
  }
  hang_up(id, { left = 90, of = 90 } = {}) {
    this.set_contact(id, { state: 'wrap_up', can_control: false, state_since: w.now() - (of - left) * w.second });
    this.set_agent({ state: 'wrap_up', wrap_up_extensions_left: 2, since: w.now() - (of - left) * w.second, until: w.now() + left * w.second });
  }
  finish(id) {
    const next = this.agent.next === 'not_ready' ? { state: 'not_ready', reason: this.agent.next_reason } : { state: 'ready', reason: null };
    this.set_contact(id, { state: 'ended', outcome: 'answered', cause: 'normal' });
    this.set_agent({ ...next, since: w.now(), until: null, contacts: [], next: 'ready', next_reason: null });
    this.contacts.delete(id);
  }

  // --- written contacts -------------------------------------------------------------------------------------------------

  /** A written contact is offered to the agent. */
  offer(over = {}, { seconds = 20 } = {}) {
    const offer = { offer: w.new_id(), agent: 'a1001', made_at: w.now(), expires_at: w.now() + seconds * w.second, decision: 184220, can_answer: true, claim: false, claimed: false };
    const contact = w.written_view({ state: 'offered', state_since: w.now(), offers: [offer], ...over });
    this.contacts.set(contact.contact, contact);
    this.event('reserved', contact.contact, contact);
    this.set_work(contact.contact, { state: 'reserved', until: offer.expires_at });
    return contact;
  }
  /** The agent has accepted it. */
  work_on(id, spent = 0) {
    this.set_contact(id, { state: 'talking', agent: 'a1001', offers: [], answered_at: w.now() - spent * w.second, state_since: w.now() - spent * w.second });
    this.set_work(id, { state: 'working', since: w.now() - spent * w.second, until: null });
  }
  /** The agent has done with it, or its customer has left. */
  work_done(id, { left = 60, of = 60 } = {}) {
    this.set_contact(id, { state: 'wrap_up', state_since: w.now() - (of - left) * w.second });
    this.set_work(id, { state: 'wrap_up', since: w.now() - (of - left) * w.second, until: w.now() + left * w.second, wrap_up_extensions_left: 2 });
  }
  /** The agent has it no more: it is over, or goes to somebody else. */
  drop_work(id, over) {
    this.set_contact(id, { offers: [], ...over });
    this.contacts.delete(id);
    const works = this.agent.works.filter((work) => work.contact !== id);
    this.set_agent({ works, ...(this.agent.reason === 'signing_out' && !works.length ? { state: 'signed_out', reason: null } : {}) });
  }
  set_work(id, over) {
    const before = this.agent.works.find((work) => work.contact === id);
    const now = { ...(before ?? w.work_view(id, { channel: this.contacts.get(id).channel })), ...over };
    this.set_agent({ works: before ? this.agent.works.map((work) => (work.contact === id ? now : work)) : [...this.agent.works, now] });
  }

  event(kind, entity, data) {
    for (const session of new Set([...this.rings.values()])) {
      if (session.user.agent !== this.agent.agent && kind !== 'centre') continue;
      const frame = { type: 'event', seq: ++session.seq, ts: w.now(), kind, entity, rev: data.rev ?? 1, data };
      session.ring.push(frame);
      if (session.ring.length > 256) session.ring.shift();
      if (session.lose > 0) session.lose--;
      else session.socket?.say(frame);
      if (session.twice) session.socket?.say(frame);
    }
  }
  /** Figures of a queue move: supervisors and the agents who serve it hear of it. */
  queue(id, over) {
    const i = this.floor.queues.findIndex((one) => one.queue === id);
    const queue = { ...this.floor.queues[i], ...over, rev: this.floor.queues[i].rev + 1 };
    this.floor.queues[i] = queue;
    this.topic('queues', [queue]);
    if (this.agent.queues.includes(id)) this.topic('own_queues', [queue]);
  }
  topic(topic, data, part = 'update') {
    const seq = ++this.topic_seqs[topic];
    for (const socket of this.sockets) if (socket.topics?.includes(topic)) socket.say({ type: 'topic', topic, topic_seq: seq, part, data });
  }
  sessions() {
    return [...new Set(this.rings.values())];
  }

  // --- socket ------------------------------------------------------------------------------------------------------------

  #socket(ws, user) {
    const say = (frame) => {
      this.#hold(`frame_${frame.type}`, frame);
      if (frame.type === 'topic' && frame.topic === 'contacts' && frame.data.some((contact) => contact.card || contact.why)) this.breaches.push('a topic carries a card or why');
      if (ws.readyState === 1 && !this.black_hole) ws.send(JSON.stringify(frame));
    };
    const socket = { ws, user, session: null, topics: null, say };
    this.sockets.add(socket);
    ws.on('close', () => {
      this.sockets.delete(socket);
      if (socket.session?.socket === socket) socket.session.socket = null;
    });
    ws.on('message', (text) => {
      if (text.length > frame_bytes) return ws.close(4400, 'a frame of over 64 KiB');
      const frame = JSON.parse(text);
      this.#hold(`frame_${frame.type}`, frame);
      this.#frame(socket, frame);
    });
  }

  #hold(schema, value) {
    const why = this.lenient ? null : breach(schema, value);
    if (why) this.breaches.push(why);
  }

  #frame(socket, frame) {
    switch (frame.type) {
      case 'hello': return this.#hello(socket, frame);
      case 'cmd': return this.#command(socket, frame);
      case 'sub': {
        const role = (topic) => (topic === 'own_queues' ? 'agent' : 'supervisor');
        if (!frame.topics.every((topic) => socket.user.roles.includes(role(topic)))) return socket.ws.close(4403);
        socket.topics = frame.topics;
        for (const topic of frame.topics) {
          const all = topic === 'own_queues' ? this.floor.queues.filter((queue) => this.agent.queues.includes(queue.queue)) : this.floor[topic];
          socket.say({ type: 'topic', topic, topic_seq: this.topic_seqs[topic], part: 'begin', data: [] });
          socket.say({ type: 'topic', topic, topic_seq: this.topic_seqs[topic], part: 'item', data: all.slice(0, 10) });
          if (all.length > 10) socket.say({ type: 'topic', topic, topic_seq: this.topic_seqs[topic], part: 'item', data: all.slice(10) });
          socket.say({ type: 'topic', topic, topic_seq: this.topic_seqs[topic], part: 'end', data: [] });
        }
        return;
      }
      case 'pong': this.pongs = (this.pongs ?? 0) + 1; return;
      case 'seen': this.seen = frame.seq; return;
    }
  }

  #hello(socket, frame) {
    this.hellos.push(frame);
    if (this.recovering) {
      socket.say({ type: 'bye', code: 1012, reason: 'recovering', retry_after_ms: 100 });
      return socket.ws.close(1012, 'recovering');
    }
    const resumed = frame.resume && frame.resume.epoch === this.epoch ? this.rings.get(frame.resume.token) : null;
    const session = resumed ?? { user: socket.user, seq: 40, ring: [], lose: 0, twice: false };
    session.socket = socket;
    socket.session = session;
    const token = `r${Math.random()}`;
    if (resumed) this.rings.delete(frame.resume.token);
    this.rings.set(token, session);
    socket.say({
      type: 'welcome', session_id: 's1', epoch: this.epoch, hb_ms: this.hb_ms, server_time: w.now(), resume_token: token, resume_ttl_ms: 60_000, user: socket.user, resumed: !!resumed, features: ['resync'],
    });
    const missed = resumed ? session.ring.filter((event) => event.seq > frame.resume.seq) : [];
    if (resumed && !this.forget_ring) {
      this.resumed = (this.resumed ?? 0) + 1;
      for (const event of missed) socket.say(event);
    } else {
      socket.say({ type: 'snapshot', seq: session.seq, state: { agent: this.#agent_of(socket.user), contacts: socket.user.agent === this.agent.agent ? [...this.contacts.values()] : [], centre: w.centre } });
    }
  }

  #agent_of(user) {
    if (user.agent === this.agent.agent) return this.agent;
    return user.agent ? w.agent_view({ agent: user.agent, name: user.name }) : null;
  }

  #command(socket, frame) {
    this.commands.push({ ...frame, by: socket.user.login });
    if (this.deaf.has(frame.name)) return;
    const before = this.answered.get(frame.id);
    if (before) return socket.say(before);
    const problem = this.refusals.get(frame.name);
    const answer = problem ? { type: 'nack', id: frame.id, problem: { type: `/problems/${problem.code}`, title: problem.code, detail: '', retryable: false, errors: [], ...problem } } : { type: 'ack', id: frame.id, ok: true, seq: socket.session.seq };
    this.answered.set(frame.id, answer);
    if (!problem && !this.hold_effects && (socket.user.agent === this.agent.agent || frame.name === 'force_state')) this.#act(frame);
    if (!problem && !this.hold_effects) this.#steer(frame);
    socket.say(answer);
  }

  /** A supervisor's hand on a call that waits. */
  #steer({ name, args }) {
    if (name === 'emergency') {
      const at = this.floor.queues.findIndex((one) => one.queue === args.queue);
      this.floor.queues[at] = { ...this.floor.queues[at], rev: this.floor.queues[at].rev + 1, emergency: args.on, emergency_since: args.on ? w.now() : null };
      return this.topic('queues', [this.floor.queues[at]]);
    }
    const i = this.floor.contacts.findIndex((one) => one.contact === args.contact);
    const change = {
      raise: (one) => ({ boost: one.boost + args.points }), park: () => ({ parked: true, state: 'waiting', offers: [] }), resume: () => ({ parked: false }), move: () => ({ queue: args.queue }),
      pull: () => ({ state: 'offered', parked: false, offers: [{ offer: w.new_id(), agent: args.agent, made_at: w.now(), expires_at: w.now() + 20 * w.second, decision: 184221, can_answer: true, claim: false, claimed: false }] }),
    }[name];
    if (i < 0 || !change) return;
    const before = this.floor.contacts[i];
    this.floor.contacts[i] = { ...before, ...change(before), rev: before.rev + 1 };
    this.topic('contacts', [this.floor.contacts[i]]);
  }

  #act({ name, args }) {
    const by_offer = [...this.contacts.values()].find((one) => one.offers.some((offer) => offer.offer === args.offer));
    const written = (by_offer ?? this.contacts.get(args.contact))?.channel !== 'voice';
    switch (name) {
      case 'accept':
        if (by_offer && written) this.work_on(by_offer.contact);
        else if (by_offer?.offers[0].claim) this.set_contact(by_offer.contact, { offers: [{ ...by_offer.offers[0], claim: false, claimed: true, can_answer: false }] });
        else if (by_offer) this.answer(by_offer.contact);
        break;
      case 'refuse':
        if (!by_offer) break;
        if (written) return this.drop_work(by_offer.contact, { state: 'waiting' });
        this.set_contact(by_offer.contact, { state: 'waiting', offers: [] });
        this.contacts.delete(by_offer.contact);
        this.set_agent({ state: 'ready', since: w.now(), until: null, contacts: [] });
        break;
      case 'hold': this.set_contact(args.contact, { state: 'held', state_since: w.now() }); this.set_agent({ state: 'held', since: w.now() }); break;
      case 'retrieve': this.set_contact(args.contact, { state: 'talking', state_since: w.now() }); this.set_agent({ state: 'talking', since: w.now() }); break;
      case 'transfer': this.hang_up(args.contact); break;
      case 'end': if (written) this.work_done(args.contact); else this.hang_up(args.contact); break;
      case 'extend_wrap_up':
        if (written) this.set_work(args.contact, { until: this.agent.works.find((work) => work.contact === args.contact).until + 60 * w.second });
        else this.set_agent({ until: this.agent.until + 60 * w.second });
        break;
      case 'end_wrap_up': if (written) this.drop_work(args.contact, { state: 'ended', outcome: 'answered', cause: 'normal' }); else this.finish(args.contact); break;
      case 'sign_out': this.set_agent(this.agent.works.length ? { state: 'not_ready', reason: 'signing_out' } : { state: 'signed_out', reason: null }); break;
      case 'disposition': if (this.contacts.has(args.contact)) this.set_contact(args.contact, { disposition: args.code, resolved: args.resolved }); break; // of one that is over it changes only the log
      case 'callback':
        this.set_contact(args.contact, { callback: w.callback({ by: 'agent', due: args.due, agent: args.agent ?? null, note: args.note ?? null }) });
        break;
      case 'choose_customer':
        this.set_contact(args.contact, { match: 'chosen', customer: args.customer, candidates: [], card: this.customers.get(args.customer) ?? null });
        break;
      case 'set_state':
        if (['ready', 'not_ready', 'signed_out', 'unreachable'].includes(this.agent.state)) this.set_agent({ state: args.state, reason: args.reason || null, since: w.now() });
        else this.set_agent({ next: args.state, next_reason: args.reason || null });
        break;
    }
  }

  // --- HTTP --------------------------------------------------------------------------------------------------------------

  #user(request) {
    const sid = /sid=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    return this.tokens.get(sid);
  }

  async #http(request, response) {
    const url = new URL(request.url, 'http://x');
    const path = url.pathname;
    response.setHeader('content-security-policy', csp);
    response.setHeader('x-content-type-options', 'nosniff');
    const file = this.manifest[path];
    if (file) {
      response.setHeader('content-type', types[file.split('.').pop()]);
      return response.end(readFileSync(join(this.dist, file)));
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    const json = (status, value, schema) => {
      if (schema) this.#hold(schema, value);
      response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
      response.end(value === undefined ? '' : JSON.stringify(value));
    };
    const problem = (status, code) => json(status, { type: `/problems/${code}`, title: code, status, code, retryable: status >= 429 });
    if (!path.startsWith('/api/v1/')) return problem(404, 'not_found');
    const route = path.slice('/api/v1'.length);
    const user = this.#user(request);
    if (route === '/session' && request.method === 'POST') {
      const { login, password } = JSON.parse(body);
      if (!users[login] || password !== 'demo') return problem(401, 'bad_login');
      const sid = this.sign_in(login);
      response.setHeader('set-cookie', `sid=${sid}; HttpOnly; SameSite=Lax; Path=/`);
      return json(204);
    }
    if (!user) return problem(401, 'not_signed_in');
    if (request.method !== 'GET' && request.headers['x-csrf-token'] !== 'csrf-1') return problem(403, 'bad_csrf');
    this.requests.push({ method: request.method, path: route, query: Object.fromEntries(url.searchParams), body: body ? JSON.parse(body) : null, command: request.headers['idempotency-key'] });
    if (route === '/session') {
      if (request.method === 'DELETE') {
        this.tokens.clear();
        return json(204);
      }
      return json(200, { user, csrf: 'csrf-1' }, 'session');
    }
    if (route === '/centre') return json(200, w.centre, 'centre_head');
    if (route === '/customers' && request.method === 'GET') {
      const q = (url.searchParams.get('q') ?? '').toLowerCase();
      return json(200, { items: [...this.customers.values()].filter((card) => `${card.name} ${card.name_alt} ${card.account}`.toLowerCase().includes(q)).map(({ customer, name, name_alt, tier, stage, contacts_total, account }) => ({ customer, name, name_alt, tier, stage, last_contact_at: null, contacts_total, account })), next: null }, 'customer_page');
    }
    if (route === '/customers') {
      const made = JSON.parse(body);
      this.#hold('customer_edit', made);
      const { contact, ...given } = made;
      const card = { ...w.margaret, ...given, numbers: [this.contacts.get(contact)?.e164].filter(Boolean), customer: w.new_id(), version: 1, name_alt: null, tier: null, stage: null, stage_since: null, flags: [], account: null, household: null, value_12m_minor: null, satisfaction: null, last_contacts: [], contacts_total: 0 };
      this.customers.set(card.customer, card);
      return json(201, card, 'card');
    }
    const [, kind, id, part] = route.split('/');
    if (kind === 'customers' && part === 'timeline') {
      const card = this.customers.get(id);
      if (!card) return problem(404, 'not_found');
      if (url.searchParams.get('before')) return json(200, { items: w.margaret_older, next: null }, 'timeline_page');
      return json(200, { items: card.last_contacts, next: card.contacts_total > card.last_contacts.length ? card.last_contacts.at(-1).contact : null }, 'timeline_page');
    }
    if (kind === 'customers') return this.customers.has(id) ? json(200, this.customers.get(id), 'card') : problem(404, 'not_found');
    if (!user.roles.includes('supervisor')) return problem(403, 'not_allowed');
    if (route === '/contacts') return json(200, { items: this.logged.filter((row) => !url.searchParams.get('outcome') || row.outcome === url.searchParams.get('outcome')), next: null }, 'contact_page');
    if (kind === 'contacts' && part === 'decisions') return json(200, { items: this.decisions.filter((one) => one.contact === id), next: null }, 'decision_page');
    if (kind === 'contacts') {
      const row = this.logged.find((one) => one.contact === id);
      if (!row) return problem(404, 'not_found');
      return json(200, {
        ...row, segments: [{ segment: 1, agent: 'a1001', what: 'ring', from_at: row.opened_at, to_at: row.answered_at }, { segment: 2, agent: 'a1001', what: 'talk', from_at: row.answered_at, to_at: row.ended_at }],
        offers: [{ made_at: row.opened_at, ended_at: row.answered_at, offer: '1', agent: 'a1001', queue: 'repairs', decision: 184220, how: 'accepted' }],
        notes: [{ note: 'n1', agent: 'a1001', at: row.ended_at, text: 'Hose drips from the left joint.\nOffered Tue 08:00–10:00' }],
        visits: [{ visit: 1, queue: 'repairs', entered_at: row.entered_at, ended_at: row.answered_at, how: 'answered', waited_us: row.waited_us }], data: [],
      }, 'contact_detail');
    }
    return problem(404, 'not_found');
  }
}
