import { type AgentView, type ContactView, type Moment, type OfferView, is_written } from './wire';

// What an agent has in hand: his call, and written contacts beside it; and which of them he looks at. Pure: it is told the
// views and says what follows.

export type Phase = 'ringing' | 'talking' | 'held' | 'working' | 'wrap_up';

/** A contact that the agent has, and what he has to do with it. */
export interface InHand {
  phase: Phase;
  contact: ContactView;
  /** While it rings, or, of a written contact, is offered. */
  offer: OfferView | null;
  since: Moment;
  /** When the wrap-up ends by itself; null: it has no limit. */
  until: Moment;
  /** How often the wrap-up may still be extended. */
  extensions_left: number;
}

/** A call that is up wins over an offer, an offer over wrap-up. */
const urgency: readonly Phase[] = ['talking', 'held', 'ringing', 'working', 'wrap_up'];
const by_urgency = (a: InHand, b: InHand) => urgency.indexOf(a.phase) - urgency.indexOf(b.phase);
const id_of = (one: InHand) => one.contact.contact;
const is_call = (one: InHand) => !is_written(one.contact.channel);

/** The call first, then the written contacts in the order in which they were offered. */
export function hand_of(me: AgentView, contacts: readonly ContactView[]): InHand[] {
  const all = contacts.map((contact) => in_hand(me, contact)).filter((one) => one !== null);
  const place = (one: InHand) => {
    const at = me.works.findIndex((work) => work.contact === id_of(one));
    return at < 0 ? me.works.length : at;
  };
  return [...all.filter(is_call).sort(by_urgency).slice(0, 1), ...all.filter((one) => !is_call(one)).sort((a, b) => place(a) - place(b))];
}

/** What a contact shows goes before what the agent's own view says: its event comes first. */
function in_hand(me: AgentView, contact: ContactView): InHand | null {
  const written = is_written(contact.channel);
  const work = written ? me.works.find((one) => one.contact === contact.contact) : undefined;
  const is = (phase: Phase, more: Partial<InHand> = {}): InHand =>
    ({ phase, contact, offer: null, since: contact.state_since, until: null, extensions_left: 0, ...more });
  const mine = contact.agent === me.agent;
  if (mine && (contact.state === 'talking' || contact.state === 'held')) {
    return written ? is('working', work?.state === 'working' ? { since: work.since } : {}) : is(contact.state, { since: contact.answered_at ?? contact.state_since });
  }
  const offer = contact.state === 'ended' ? undefined : contact.offers.find((one) => one.agent === me.agent);
  if (offer) return is('ringing', { offer, since: offer.made_at });
  const timer = written ? (work?.state === 'wrap_up' ? work : null) : me.state === 'wrap_up' && me.contacts.includes(contact.contact) ? me : null;
  if (timer) return is('wrap_up', { since: timer.since, until: timer.until, extensions_left: timer.wrap_up_extensions_left });
  return mine && contact.state === 'wrap_up' ? is('wrap_up') : null;
}

/**
 * What the agent looks at, the latest first, after the hand changed: a call that comes is looked at; anything else is left to him, unless he looks at
 * nothing that he still has. So an offer of a chat takes nothing away from who is typing, and after a call he is back where he was.
 */
export function follow(looked_at: readonly string[], before: readonly InHand[], now: readonly InHand[]): readonly string[] {
  const kept = looked_at.filter((id) => now.some((one) => id_of(one) === id));
  const call = now.find(is_call);
  if (call && !before.some((one) => id_of(one) === id_of(call))) return look_at(kept, id_of(call));
  const first = [...now].sort(by_urgency)[0];
  return kept.length || !first ? kept : [id_of(first)];
}

export function look_at(looked_at: readonly string[], contact: string): readonly string[] {
  return [contact, ...looked_at.filter((id) => id !== contact)];
}

/** The contact `by` places after that one, around the end. */
export function beside(hand: readonly InHand[], contact: string | null, by: number): string | null {
  const at = hand.findIndex((one) => id_of(one) === contact);
  const next = hand[(Math.max(at, 0) + by + hand.length) % hand.length];
  return next ? id_of(next) : null;
}
