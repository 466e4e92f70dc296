import { failure, press } from './commands';
import { signal } from '@preact/signals';
import { flush } from './notes';
import { pick_outcome, picked } from './outcomes';
import { queue_of } from './stores/centre';
import { contacts, self, work } from './stores/desk';
import { floor_contacts, queues } from './stores/floor';
import type { AgentState, ContactView } from './wire';

// What an agent can do, once, for buttons and keys alike. Each one asks; what then happened comes as an event.

/** The agent pressed Done without an outcome where the queue asks for one. */
export const outcome_missing = signal<string | null>(null);

const offer_gone = (offer: string) => () => work.value.offer?.offer !== offer || work.value.phase !== 'ringing';

export function accept(): void {
  const { phase, offer } = work.value;
  if (phase !== 'ringing' || !offer?.can_answer) return;
  const gone = offer_gone(offer.offer);
  void press('accept', { offer: offer.offer }, () => gone() || (offer.claim && work.value.offer?.claimed === true));
}

export function refuse(): void {
  const { phase, offer } = work.value;
  if (phase === 'ringing' && offer) void press('refuse', { offer: offer.offer }, offer_gone(offer.offer));
}

export function hold_or_retrieve(): void {
  const { phase, contact } = work.value;
  if (!contact?.can_control) return;
  if (phase === 'talking') void press('hold', { contact: contact.contact }, () => work.value.phase !== 'talking');
  if (phase === 'held') void press('retrieve', { contact: contact.contact }, () => work.value.phase !== 'held');
}

export function end_call(): void {
  const { phase, contact } = work.value;
  if ((phase !== 'talking' && phase !== 'held') || !contact?.can_control) return;
  void press('end', { contact: contact.contact }, () => work.value.phase !== 'talking' && work.value.phase !== 'held');
}

export function extend_wrap_up(): void {
  const { phase, contact } = work.value;
  if (phase !== 'wrap_up' || !contact) return;
  const before = self.value?.until ?? 0;
  void press('extend_wrap_up', { contact: contact.contact }, () => work.value.phase !== 'wrap_up' || (self.value?.until ?? 0) > before);
}

export function needs_outcome(contact: ContactView): boolean {
  return (queue_of(contact.queue)?.dispositions.length ?? 0) > 0 && !contact.disposition && !picked.value[contact.contact];
}

/** Ends wrap-up, to a pause when `reason` names one. The note goes first. */
export async function done(reason?: string): Promise<void> {
  const { phase, contact } = work.value;
  if (phase !== 'wrap_up' || !contact) return;
  if (needs_outcome(contact)) {
    outcome_missing.value = contact.contact;
    document.getElementById('outcome')?.focus();
    return;
  }
  flush(contact.contact);
  if (reason !== undefined && !(await press('set_state', { state: 'not_ready', reason }))) return;
  void press('end_wrap_up', { contact: contact.contact }, () => work.value.phase !== 'wrap_up' || work.value.contact?.contact !== contact.contact);
}

export function choose_customer(contact: string, customer: string): Promise<boolean> {
  return press('choose_customer', { contact, customer }, () => {
    const now = contacts.get(contact);
    return !now || now.customer === customer;
  });
}

/** During work the wish is kept by the server as the next state. */
export function set_state(state: Extract<AgentState, 'ready' | 'not_ready'>, reason = ''): Promise<boolean> {
  return press('set_state', { state, reason });
}

/** The key of the press that waits for this agent's state. */
export const forcing = (agent: string): string => `force_state ${agent}`;

export function force_state(agent: string, state: Extract<AgentState, 'ready' | 'not_ready'>, reason = ''): Promise<boolean> {
  return press('force_state', { agent, state, reason }, undefined, forcing(agent));
}

/** The key of the press that waits for this contact. */
export const steering = (contact: string): string => `steer ${contact}`;

/** Until the contact shows it, or waits no more. */
const steered = (contact: string, done: (now: ContactView) => boolean) => () => {
  const now = floor_contacts.get(contact);
  return !now || (now.state !== 'waiting' && now.state !== 'offered') || done(now);
};

export function raise(contact: string, points: number): Promise<boolean> {
  const before = floor_contacts.get(contact)?.boost ?? 0;
  return press('raise', { contact, points }, steered(contact, (now) => now.boost !== before), steering(contact));
}
export function park(contact: string): Promise<boolean> {
  return press('park', { contact }, steered(contact, (now) => now.parked), steering(contact));
}
export function resume(contact: string): Promise<boolean> {
  return press('resume', { contact }, steered(contact, (now) => !now.parked), steering(contact));
}
export function give(contact: string, agent: string): Promise<boolean> {
  return press('pull', { contact, agent }, steered(contact, (now) => now.offers.some((offer) => offer.agent === agent)), steering(contact));
}
export function move(contact: string, queue: string): Promise<boolean> {
  return press('move', { contact, queue }, steered(contact, (now) => now.queue === queue), steering(contact));
}

/** The key of the press that waits for this queue. */
export const switching = (queue: string): string => `emergency ${queue}`;

export function set_emergency(queue: string, on: boolean): Promise<boolean> {
  return press('emergency', { queue, on }, () => queues.get(queue)?.emergency === on, switching(queue));
}

export interface Wish {
  due: number;
  agent?: string;
  number?: string;
  note?: string;
}
export function ask_callback(contact: string, wish: Wish): Promise<boolean> {
  return press('callback', { contact, ...wish }, () => {
    const now = contacts.get(contact);
    return !now || now.callback !== null;
  });
}

export function cancel_callback(contact: string): Promise<boolean> {
  return press('cancel_callback', { contact }, () => !floor_contacts.get(contact)?.callback, steering(contact));
}

export function set_disposition(contact: string, code: string, resolved: boolean): void {
  outcome_missing.value = null;
  failure.value = null;
  pick_outcome(contact, code, resolved);
}
