// What the server and the pages say to each other, as types. The reading order is ../../FRAMES.md; nothing here decides.

/** Microseconds, UTC for moments, plain for lengths. The server writes null (or 0) for a moment that has not come. */
export type Micros = number;
export type Moment = Micros | null;

export interface User {
  id: string;
  login: string;
  name: string;
  roles: string[];
  agent: string | null;
}

export type Channel = 'voice' | 'chat' | 'email' | 'other';
/** All but calls are *written* contacts: no phone, the work is elsewhere, at `url`. */
export const is_written = (channel: string | undefined): boolean => channel !== undefined && channel !== 'voice';
export type Direction = 'inbound' | 'outbound' | 'internal';
export type Match = 'none' | 'known' | 'maybe' | 'chosen';
export type LegState = 'initiated' | 'dialing' | 'alerting' | 'early' | 'queued' | 'connected' | 'held' | 'unknown' | 'ended' | 'failed';
export type ContactState = 'arriving' | 'waiting' | 'offered' | 'talking' | 'held' | 'wrap_up' | 'ended' | 'owed';
export type AgentState = 'signed_out' | 'not_ready' | 'ready' | 'reserved' | 'talking' | 'held' | 'wrap_up' | 'unreachable';
export type Outcome = 'answered' | 'abandoned' | 'short_abandoned' | 'released' | 'lost' | 'failed' | 'handed_over';
export type Stage = 'exploration' | 'formation' | 'stable' | 'decline';
export type Gate = 'member' | 'signed_in' | 'ready' | 'device_free' | 'skills' | 'not_excluded' | 'not_held' | 'switch_up' | 'capacity';
export type TermKind =
  | 'skill' | 'rank' | 'customer_value' | 'priority' | 'age' | 'idle' | 'boost' | 'target' | 'balance' | 'last_agent' | 'named_agent' | 'resolution' | 'satisfaction'
  | 'occupancy' | 'turn' | 'quota' | 'lot' | 'load';
export type OfferEnd = 'accepted' | 'refused' | 'timed_out' | 'withdrawn' | 'elsewhere' | 'lost';

export interface OfferView {
  offer: string;
  agent: string;
  made_at: Micros;
  /** null: its switch ends it. */
  expires_at: Moment;
  /** 0: its switch decided. */
  decision: number;
  can_answer: boolean;
  /** Nothing rings before he, or a colleague, claims it: accepting is claiming. */
  claim: boolean;
  /** He has taken it; colleagues who were asked with him are not any more. */
  claimed: boolean;
}

/** The customer is to be called. */
export interface CallbackView {
  by: 'caller' | 'agent' | 'rule' | 'desk';
  number: string;
  asked_at: Moment;
  /** Not before; null: as soon as an agent is there. */
  due: Moment;
  expires_at: Moment;
  agent: string | null;
  attempts: number;
  most_attempts: number;
  last_cause: string | null;
  /** He still waits himself. */
  on_the_line: boolean;
  /** His phone rings since then. */
  called_at: Moment;
  note: string | null;
}

export interface ContactView {
  contact: string;
  rev: number;
  state: ContactState;
  channel: Channel;
  direction: Direction;
  switch: string | null;
  ani: string | null;
  caller_name: string | null;
  dnis: string | null;
  /** Where a written contact is worked on; missing if it has no such place. */
  url?: string | null;
  queue: string | null;
  visit: number;
  call_state: LegState;
  opened_at: Moment;
  entered_at: Moment;
  answered_at: Moment;
  state_since: Moment;
  match: Match;
  customer: string | null;
  candidates: string[];
  e164: string | null;
  card: Card | Candidates | null;
  why: Why | null;
  agent: string | null;
  can_control: boolean;
  /** Its switch routes it: notes, outcome and customer are all that can be changed here. */
  observed: boolean;
  offers: OfferView[];
  boost: number;
  parked: boolean;
  callback: CallbackView | null;
  disposition: string | null;
  resolved: boolean;
  outcome: Outcome | null;
  cause: string | null;
}

/** Why the newest offer of a contact went to this agent: his terms of the decision, without the others'. */
export interface Why {
  decision: number;
  agent: string;
  score: number;
  terms: Term[];
}

/** A written contact that an agent has, beside his own state. */
export interface WorkView {
  contact: string;
  channel: Channel;
  state: 'reserved' | 'working' | 'wrap_up';
  since: Moment;
  /** When an offer or a wrap-up ends by itself. */
  until: Moment;
  wrap_up_extensions_left: number;
}

export interface AgentView {
  agent: string;
  rev: number;
  name: string;
  state: AgentState;
  reason: string | null;
  since: Moment;
  until: Moment;
  next: AgentState | null;
  next_reason: string | null;
  contacts: string[];
  works: WorkView[];
  queues: string[];
  device: string | null;
  /** The switch decides what he is. */
  observed: boolean;
  device_reachable: boolean;
  device_busy: boolean;
  wrap_up_extensions_left: number;
}

export interface QueueView {
  queue: string;
  rev: number;
  name: string;
  name_zh: string;
  waiting: number;
  longest_since: Moment;
  entered: number;
  answered: number;
  answered_within: number;
  abandoned: number;
  short_abandoned: number;
  flowed_out: number;
  callback_requested: number;
  lost: number;
  answered_wait_us: Micros;
  estimated: number;
  estimated_within: number;
  estimate_us: Micros;
  estimated_wait_us: Micros;
  estimate_error_us: Micros;
  service_level_us: Micros;
  waiting_past_level: number;
  /** Its switch routes it. */
  observed: boolean;
  open: boolean;
  emergency: boolean;
  emergency_since: Moment;
  callbacks_waiting: number;
  callbacks_scheduled: number;
}

export interface LinkView {
  switch: string;
  rev: number;
  up: boolean;
  since: Moment;
  reason: string | null;
  boot_epoch: number;
}

export interface Term {
  kind: TermKind;
  skill: string | null;
  /** In thousandths of a point, like `score`. */
  points: number;
}
export interface DecisionView {
  decision: number;
  at: Micros;
  contact: string;
  queue: string;
  agent: string;
  gates: { gate: Gate; left: number }[];
  best: { agent: string; score: number; terms: Term[] }[];
  pulled_by: string | null;
  /** The first offer of those that were made together; null: he alone was asked. */
  group: string | null;
  claim: boolean;
  ended_at: Moment;
  how: OfferEnd | null;
  would: Would | null;
}
/** What would have given the contact to somebody else: each way alone. */
export interface Would {
  agent: string;
  missing: number; // thousandths of a point; 0: the order of ties decided
  idle_per_minute: number;
  ways: Way[];
}
export interface Way {
  kind: 'skill' | 'rank' | 'customer_value' | 'idle' | 'resolution' | 'satisfaction';
  skill: string | null;
  points: number; // thousandths of a point
  from: number | null;
  to: number | null;
  longer_us: Micros | null;
}

export interface Named {
  name: string;
  name_zh: string;
}
export interface Centre {
  version: number;
  name: string;
  time_zone: string;
  skills: ({ id: string } & Named)[];
  queues: ({ id: string; service_level_us: Micros; wrap_up_us: Micros; callbacks: boolean; observed: boolean; dispositions: string[] } & Named)[];
  agents: { id: string; name: string }[];
  pause_reasons: ({ code: string; limit_us: Micros } & Named)[];
  dispositions: ({ code: string; group: string; group_zh: string } & Named)[];
}

/** A line of a customer's timeline. */
export interface PastContact {
  contact: string;
  started_at: Micros;
  channel: Channel;
  direction: Direction;
  queue: string | null;
  agent: string | null;
  outcome: Outcome | null;
  disposition: string | null;
  resolved: boolean;
  talk_us: Micros;
}

export interface CardHead {
  customer: string;
  name: string;
  name_alt: string | null;
  tier: string | null;
  stage: Stage | null;
  last_contact_at?: Moment;
  contacts_total: number;
  account: string | null;
}

export interface Card extends CardHead {
  version: number;
  kind: 'person' | 'org';
  lang: string | null;
  stage_since: Moment;
  flags: string[];
  since: Moment;
  numbers: string[];
  household: number | null;
  value_12m_minor: number | null;
  currency: string | null;
  satisfaction: { a: number; b: number } | null;
  last_contacts: PastContact[];
  attrs: Record<string, unknown> | null;
}

export interface Candidates {
  candidates: CardHead[];
}

/** RFC 9457, as a body of REST and inside `nack`. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  retryable?: boolean;
  errors?: { field?: string; text?: string }[];
}

export interface WelcomeFrame {
  type: 'welcome';
  session_id: string;
  epoch: number;
  hb_ms: number;
  server_time: Micros;
  resume_token: string;
  resume_ttl_ms: number;
  user: User;
  resumed?: boolean;
  features: string[];
}
export interface SnapshotFrame {
  type: 'snapshot';
  seq: number;
  state: { agent: AgentView | null; contacts: ContactView[]; centre: Centre | null };
}
export type EventFrame = { type: 'event'; seq: number; ts: Micros; entity: string; rev: number } & (
  | { kind: 'reserved' | 'contact'; data: ContactView }
  | { kind: 'agent'; data: AgentView }
  | { kind: 'centre'; data: Centre }
);
/** `own_queues` is for agents, the others for supervisors. */
export type TopicName = 'queues' | 'agents' | 'contacts' | 'links' | 'own_queues';
export interface TopicFrame {
  type: 'topic';
  topic: TopicName;
  topic_seq: number;
  part: 'begin' | 'item' | 'end' | 'update';
  data: unknown[] | null;
}
export interface AckFrame {
  type: 'ack';
  id: string;
  ok: boolean;
  seq: number;
}
export interface NackFrame {
  type: 'nack';
  id: string;
  problem: Problem;
}
export interface PingFrame {
  type: 'ping';
  n: number;
  ts: Micros;
}
/** Comes when nothing else did for two seconds: what the page shows is still true. */
export interface TickFrame {
  type: 'tick';
  ts: Micros;
}
export interface ByeFrame {
  type: 'bye';
  code: number;
  reason: string;
  retry_after_ms: number;
}
export type ServerFrame =
  | WelcomeFrame | SnapshotFrame | EventFrame | TopicFrame | AckFrame | NackFrame | PingFrame | TickFrame | ByeFrame;

export type CommandName =
  | 'set_state' | 'accept' | 'refuse' | 'hold' | 'retrieve' | 'transfer' | 'end' | 'extend_wrap_up' | 'end_wrap_up'
  | 'disposition' | 'note' | 'choose_customer' | 'sign_out' | 'force_state'
  | 'emergency' | 'raise' | 'park' | 'resume' | 'pull' | 'move' | 'callback' | 'cancel_callback';
export interface CommandFrame {
  type: 'cmd';
  id: string;
  name: CommandName;
  args: Record<string, unknown>;
}
export type PageFrame =
  | { type: 'hello'; client_version: string; tab_id: string; resume?: { token: string; epoch: number; seq: number } }
  | CommandFrame
  | { type: 'sub'; topics: TopicName[] }
  | { type: 'pong'; n: number }
  | { type: 'seen'; seq: number };

/** Close codes that mean something to a page; every other one is a broken connection. */
export const close_codes = { bad_frame: 4400, too_big: 1009, session_expired: 4401, not_allowed: 4403, replaced: 4409, too_many: 4429 } as const;
