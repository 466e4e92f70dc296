import { type Key, t, tn } from './i18n';
import { length_text, number_text, plain, points_text, when_text } from './format';
import type { IconName, ShapeName } from './components/icon';
import type { Phase } from './hand';
import { skill_name } from './stores/centre';
import { is_written } from './wire';
import type { AgentState, Channel, ContactState, Direction, Gate, Outcome, Problem, Stage, TermKind, Way, WorkView } from './wire';

// The wire's enum names as words and shapes. A name that a later server sends is shown as it came, never hidden.

const agent_states: Record<AgentState, { key: Key; shape: ShapeName }> = {
  signed_out: { key: 'state.signed_out', shape: 'offline' },
  not_ready: { key: 'state.not_ready', shape: 'notready' },
  ready: { key: 'state.ready', shape: 'ready' },
  reserved: { key: 'state.ringing', shape: 'ringing' },
  talking: { key: 'state.talking', shape: 'talking' },
  held: { key: 'state.held', shape: 'hold' },
  wrap_up: { key: 'state.wrap_up', shape: 'wrapup' },
  unreachable: { key: 'state.unreachable', shape: 'offline' },
};
export const agent_state_word = (state: AgentState): string => named(agent_states[state]?.key, state);
export const agent_state_shape = (state: AgentState): ShapeName => agent_states[state]?.shape ?? 'offline';

const contact_states: Record<ContactState, { key: Key; shape: ShapeName | null }> = {
  arriving: { key: 'contact.arriving', shape: null },
  waiting: { key: 'contact.waiting', shape: null },
  offered: { key: 'state.ringing', shape: 'ringing' },
  talking: { key: 'state.talking', shape: 'talking' },
  held: { key: 'state.held', shape: 'hold' },
  wrap_up: { key: 'state.wrap_up', shape: 'wrapup' },
  ended: { key: 'contact.ended', shape: null },
  owed: { key: 'contact.owed', shape: null },
};
const written_states: Partial<Record<ContactState, Key>> = { offered: 'state.offered', talking: 'state.working' };
export const contact_state_word = (state: ContactState, channel: string | undefined): string =>
  named((is_written(channel) ? written_states[state] : undefined) ?? contact_states[state]?.key, state);
export const contact_state_shape = (state: ContactState): ShapeName | null => contact_states[state]?.shape ?? null;

export const phase_word = (phase: Phase, channel: string): string => (phase === 'ringing' && is_written(channel) ? t('state.offered') : t(phases[phase].key));
export const phase_shape = (phase: Phase): ShapeName => phases[phase].shape;
const phases: Record<Phase, { key: Key; shape: ShapeName }> = {
  ringing: { key: 'state.ringing', shape: 'ringing' },
  talking: { key: 'state.talking', shape: 'talking' },
  held: { key: 'state.held', shape: 'hold' },
  working: { key: 'state.working', shape: 'talking' },
  wrap_up: { key: 'state.wrap_up', shape: 'wrapup' },
};

const channels: Record<Channel, { key: Key; icon: IconName }> = {
  voice: { key: 'channel.voice', icon: 'phone' },
  chat: { key: 'channel.chat', icon: 'chat' },
  email: { key: 'channel.email', icon: 'mail' },
  other: { key: 'channel.other', icon: 'page' },
};
export const channel_word = (channel: string | undefined): string => named(channels[channel as Channel]?.key, channel);
export const channel_icon = (channel: string | undefined): IconName => channels[channel as Channel]?.icon ?? 'page';

const counted = { chat: 'has.chat', email: 'has.email', other: 'has.other' } as const;
/** How many written contacts of each channel an agent has taken. */
export function works_by_channel(works: readonly WorkView[]): { channel: Channel; n: number; text: string }[] {
  return (['chat', 'email', 'other'] as const).flatMap((channel) => {
    const n = works.filter((work) => work.channel === channel && work.state !== 'reserved').length;
    return n ? [{ channel, n, text: tn(counted[channel], n) }] : [];
  });
}
/** "2 chats"; of several channels only how many. */
export function works_text(works: readonly WorkView[]): string {
  const by_channel = works_by_channel(works);
  return by_channel.length > 1 ? tn('has.written', by_channel.reduce((sum, { n }) => sum + n, 0)) : by_channel[0]?.text ?? '';
}

const outcomes: Record<Outcome, Key> = {
  answered: 'outcome.answered', abandoned: 'outcome.abandoned', short_abandoned: 'outcome.short_abandoned',
  released: 'outcome.released', lost: 'outcome.lost', failed: 'outcome.failed', handed_over: 'outcome.handed_over',
};
export const outcome_word = (outcome: string | null | undefined): string => named(outcomes[outcome as Outcome], outcome);

const directions: Record<Direction, Key> = {
  inbound: 'direction.inbound', outbound: 'direction.outbound', internal: 'direction.internal',
};
export const direction_word = (direction: string | null | undefined): string => named(directions[direction as Direction], direction);

export const stages: readonly Stage[] = ['exploration', 'formation', 'stable', 'decline'];
const stage_keys: Record<Stage, Key> = {
  exploration: 'stage.exploration', formation: 'stage.formation', stable: 'stage.stable', decline: 'stage.decline',
};
export const stage_word = (stage: string | null | undefined): string => named(stage_keys[stage as Stage], stage);

const tiers: Record<string, Key> = { gold: 'tier.gold', silver: 'tier.silver', bronze: 'tier.bronze', trade: 'tier.trade', standard: 'tier.standard' };
export const tier_word = (tier: string | null | undefined): string => named(tiers[tier ?? ''], tier);

const flags: Record<string, Key> = { complaint: 'flag.complaint', vip: 'flag.vip', debt: 'flag.debt', vulnerable: 'flag.vulnerable' };
export const flag_word = (flag: string): string => named(flags[flag], flag);

const langs: Record<string, Key> = { en: 'lang.en', zh: 'lang.zh' };
export const lang_word = (lang: string | null | undefined): string => named(langs[(lang ?? '').slice(0, 2)], lang);

const gates: Record<Gate, Key> = {
  member: 'gate.member', signed_in: 'gate.signed_in', ready: 'gate.ready', device_free: 'gate.device_free',
  skills: 'gate.skills', not_excluded: 'gate.not_excluded', not_held: 'gate.not_held', switch_up: 'gate.switch_up', capacity: 'gate.capacity',
};
export const gate_word = (gate: string): string => named(gates[gate as Gate], gate);

const terms: Record<Exclude<TermKind, 'skill'>, { name: Key; unit: Key }> = {
  rank: { name: 'term.rank', unit: 'term.rank.unit' },
  customer_value: { name: 'term.customer_value', unit: 'term.customer_value.unit' },
  priority: { name: 'term.priority', unit: 'term.priority.unit' },
  age: { name: 'term.age', unit: 'term.age.unit' },
  idle: { name: 'term.idle', unit: 'term.idle.unit' },
  boost: { name: 'term.boost', unit: 'term.boost.unit' },
  target: { name: 'term.target', unit: 'term.target.unit' },
  balance: { name: 'term.balance', unit: 'term.balance.unit' },
  last_agent: { name: 'term.last_agent', unit: 'term.last_agent.unit' },
  named_agent: { name: 'term.named_agent', unit: 'term.named_agent.unit' },
  resolution: { name: 'term.resolution', unit: 'term.resolution.unit' },
  satisfaction: { name: 'term.satisfaction', unit: 'term.satisfaction.unit' },
  occupancy: { name: 'term.occupancy', unit: 'term.occupancy.unit' },
  turn: { name: 'term.turn', unit: 'term.turn.unit' },
  quota: { name: 'term.quota', unit: 'term.quota.unit' },
  lot: { name: 'term.lot', unit: 'term.lot.unit' },
  load: { name: 'term.load', unit: 'term.load.unit' },
};
export function term_words(kind: TermKind, skill: string): { name: string; unit: string } {
  if (kind === 'skill') return { name: skill, unit: t('term.skill.unit') };
  const words = terms[kind];
  return words ? { name: t(words.name), unit: t(words.unit) } : { name: plain(kind), unit: '' };
}

/** One change that would have been enough; `missing` in thousandths of a point. */
export function way_words(way: Way, missing: number): string {
  const term = way.kind === 'skill' || way.kind === 'customer_value' ? skill_name(way.skill) : term_words(way.kind, '').name;
  if (way.kind === 'idle' && way.longer_us) return t('way.idle', { time: length_text(Math.ceil(way.longer_us / 1e6) * 1e6) });
  if (way.from === null || way.to === null) return t('way.points', { term, n: points_text(missing / 1000) });
  if (way.kind === 'rank') return t('way.rank', { by: number_text(way.to - way.from) });
  if (way.kind === 'resolution' || way.kind === 'satisfaction') return t('way.percent', { term, to: way.to, from: way.from });
  return t('way.level', { term, to: way.to, from: way.from });
}

const segments: Record<string, { key: Key; shape: ShapeName }> = {
  ring: { key: 'state.ringing', shape: 'ringing' },
  talk: { key: 'state.talking', shape: 'talking' },
  hold: { key: 'state.held', shape: 'hold' },
  wrap_up: { key: 'state.wrap_up', shape: 'wrapup' },
};
const written_segments: Partial<Record<string, Key>> = { ring: 'state.offered', talk: 'state.working' };
export const segment_word = (kind: string, channel: string | undefined): string =>
  named((is_written(channel) ? written_segments[kind] : undefined) ?? segments[kind]?.key, kind);
export const segment_shape = (kind: string): ShapeName => segments[kind]?.shape ?? 'offline';

const offer_ends: Record<string, Key> = {
  accepted: 'offer.accepted', refused: 'offer.refused', timed_out: 'offer.timed_out', withdrawn: 'offer.withdrawn',
  elsewhere: 'offer.elsewhere', lost: 'offer.lost',
};
export const offer_end_word = (how: string | null | undefined): string => named(offer_ends[how ?? ''], how);

const causes: Record<string, Key> = {
  normal: 'cause.normal', busy: 'cause.busy', no_answer: 'cause.no_answer', caller_cancel: 'cause.caller_cancel',
  elsewhere: 'cause.elsewhere', rejected: 'cause.rejected', unreachable: 'cause.unreachable', bad_number: 'cause.bad_number',
  congestion: 'cause.congestion', transferred: 'cause.transferred', not_allowed: 'cause.not_allowed', media: 'cause.media',
  timeout: 'cause.timeout', switch_lost: 'cause.switch_lost', lost: 'cause.lost', unknown: 'cause.unknown',
};
export const cause_word = (cause: string | null | undefined): string => named(causes[cause ?? ''], cause);

const problems: Record<string, Key> = {
  disconnected: 'problem.disconnected', timeout: 'problem.timeout', not_seen: 'problem.not_seen', unreachable: 'problem.unreachable',
  unknown_contact: 'problem.contact_gone', not_found: 'problem.not_found', not_yours: 'problem.not_yours', wrong_state: 'problem.wrong_state',
  not_waiting: 'problem.not_waiting', agent_not_free: 'problem.agent_not_free', out_of_range: 'problem.out_of_range', observed: 'problem.observed',
  unknown_queue: 'problem.unknown_choice', unknown_agent: 'problem.unknown_choice', unknown_reason: 'problem.unknown_choice', unknown_disposition: 'problem.unknown_choice', unsupported: 'problem.unsupported',
  draining: 'problem.draining', store_full: 'problem.store_full', contact_lost: 'problem.contact_lost', too_long: 'problem.too_long', too_large: 'problem.too_long', bad_frame: 'problem.bad_frame',
  bad_login: 'problem.bad_login', not_signed_in: 'problem.not_signed_in', not_allowed: 'problem.not_allowed',
  bad_csrf: 'problem.reload', bad_origin: 'problem.reload', version_conflict: 'problem.version_conflict',
  callback_owed: 'problem.callback_owed', no_callback: 'problem.no_callback',
  too_many: 'problem.too_many', busy: 'problem.busy', recovering: 'problem.recovering', too_slow: 'problem.busy',
};
/** Where a call would go on by phone. */
const written_problems: Record<string, Key> = { disconnected: 'problem.disconnected_written', not_seen: 'problem.not_seen_written' };
/** What went wrong, in the reader's language where the code is known; otherwise the server's own words. `channel`: of the contact that it is about. */
export function problem_word(problem: Problem, channel?: string): string {
  const code = problem.code ?? '';
  const known = (is_written(channel) ? written_problems[code] : undefined) ?? problems[code];
  if (known) return t(known);
  if (problem.code === 'queue_closed') {
    const opens = Date.parse(/[\d-]+T[\d:]+Z/.exec(problem.detail ?? '')?.[0] ?? '');
    return Number.isNaN(opens) ? t('problem.queue_closed') : t('problem.queue_opens', { time: when_text(opens * 1000, Date.now() * 1000) });
  }
  if (problem.code === 'callback_refused') return t('problem.callback_refused', { detail: plain(problem.detail || problem.title || '', 160) });
  if (problem.status === 429) return t('problem.too_many');
  const detail = plain(problem.detail || problem.title || problem.code || '', 160);
  return detail ? t('problem.other', { detail }) : t('problem.refused');
}

function named(key: Key | undefined, raw: string | null | undefined): string {
  return key ? t(key) : plain(raw);
}
