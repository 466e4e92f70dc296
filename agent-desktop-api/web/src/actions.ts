import { failure, is_pending, press } from './commands';
import { signal } from '@preact/signals';
import type { InHand } from './hand';
import { flush } from './notes';
import { opening } from './opening';
import { pick_outcome, picked } from './outcomes';
import { connection } from './socket';
import { queue_of } from './stores/centre';
import { hand, look_beside, work } from './stores/desk';
import { floor_contacts, queues } from './stores/floor';
import { type AgentState, type CommandName, type ContactView, is_written } from './wire';

// What an agent can do, once, for buttons and keys alike. Each one asks; what then happened comes as an event.

/** The id of the field of the note that is shown. */
export const note_field = 'note';

/** The agent pressed Done without an outcome where the queue asks for one. */
export const outcome_missing = signal<string | null>(null);

/** What is in hand of that contact, whatever the agent looks at meanwhile. */
const now_of = (contact: string) => hand.value.find((one) => one.contact.contact === contact);

/** The key of a press about one contact in hand: presses about several wait side by side. */
export const about = (name: CommandName, contact: string): string => `${name} ${contact}`;

function press_on(contact: string, name: CommandName, args: Record<string, unknown>, seen: (now: InHand | undefined) => boolean): Promise<boolean> {
  return press(name, args, () => seen(now_of(contact)), about(name, contact), contact);
}

const offer_gone = (offer: string) => (now: InHand | undefined) => now?.offer?.offer !== offer;

/** A written contact opens at once: later the browser would take the new tab for one that nobody asked for. */
export function accept(): void {
  const { phase, contact, offer } = work.value;
  if (phase !== 'ringing' || !offer) return;
  const written = is_written(contact.channel);
  if ((!written && !offer.can_answer) || is_pending(about('accept', contact.contact))) return;
  if (written && connection.value === 'live') open_work();
  const gone = offer_gone(offer.offer);
  void press_on(contact.contact, 'accept', { offer: offer.offer }, (now) => gone(now) || (offer.claim && now?.offer?.claimed === true));
}

export function refuse(): void {
  const { phase, contact, offer } = work.value;
  if (phase === 'ringing' && offer && !contact.observed) void press_on(contact.contact, 'refuse', { offer: offer.offer }, offer_gone(offer.offer));
}

/** Opens the place where the written contact is worked on, in a tab that learns nothing of this one. */
export function open_work(): void {
  const address = opening(work.value.contact?.url, location.origin);
  if (address) window.open(address, '_blank', 'noopener');
}

export function hold_or_retrieve(): void {
  const { phase, contact } = work.value;
  if (!contact?.can_control) return;
  if (phase === 'talking') void press_on(contact.contact, 'hold', { contact: contact.contact }, (now) => now?.phase !== 'talking');
  if (phase === 'held') void press_on(contact.contact, 'retrieve', { contact: contact.contact }, (now) => now?.phase !== 'held');
}

/** The contact whose caller is about to be handed on: its band asks where to. */
export const handing_on = signal<string | null>(null);

export function ask_transfer(): void {
  const { phase, contact } = work.value;
  if ((phase === 'talking' || phase === 'held') && contact.can_control) handing_on.value = handing_on.value === contact.contact ? null : contact.contact;
}

/** Into a queue; `agent`: to this colleague first, who must be free. */
export function transfer(contact: string, queue: string, agent: string): void {
  void press_on(contact, 'transfer', agent ? { contact, queue, agent } : { contact, queue }, (now) => now?.phase !== 'talking' && now?.phase !== 'held');
}

/** Hangs up, or has done with a written contact. */
export function end_contact(): void {
  const { phase, contact } = work.value;
  if (phase !== 'working' && ((phase !== 'talking' && phase !== 'held') || !contact.can_control)) return;
  void press_on(contact.contact, 'end', { contact: contact.contact }, (now) => now?.phase !== 'working' && now?.phase !== 'talking' && now?.phase !== 'held');
}

export function extend_wrap_up(): void {
  const { phase, contact } = work.value;
  if (phase !== 'wrap_up') return;
  const before = work.value.until ?? 0;
  void press_on(contact.contact, 'extend_wrap_up', { contact: contact.contact }, (now) => now?.phase !== 'wrap_up' || (now.until ?? 0) > before);
}

/** Looks at the next contact in hand, or the one before. Who was writing a note goes on in the note of that one. */
export function look_on(by: 1 | -1): void {
  const writing = document.activeElement?.id === note_field;
  look_beside(by);
  if (writing) setTimeout(() => document.getElementById(note_field)?.focus());
}

export function needs_outcome(contact: ContactView): boolean {
  return (queue_of(contact.queue)?.dispositions.length ?? 0) > 0 && !contact.disposition && !picked.value[contact.contact];
}

/** Ends wrap-up, to a pause when `reason` names one. The note goes first. */
export async function done(reason?: string): Promise<void> {
  const { phase, contact } = work.value;
  if (phase !== 'wrap_up') return;
  if (needs_outcome(contact)) {
    outcome_missing.value = contact.contact;
    document.getElementById('outcome')?.focus();
    return;
  }
  flush(contact.contact);
  if (reason !== undefined && !(await press('set_state', { state: 'not_ready', reason }))) return;
  void press_on(contact.contact, 'end_wrap_up', { contact: contact.contact }, (now) => now?.phase !== 'wrap_up');
}

export function choose_customer(contact: string, customer: string): Promise<boolean> {
  return press_on(contact, 'choose_customer', { contact, customer }, (now) => !now || now.contact.customer === customer);
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
  return press_on(contact, 'callback', { contact, ...wish }, (now) => !now || now.contact.callback !== null);
}

export function cancel_callback(contact: string): Promise<boolean> {
  return press('cancel_callback', { contact }, () => !floor_contacts.get(contact)?.callback, steering(contact));
}

export function set_disposition(contact: string, code: string, resolved: boolean): void {
  outcome_missing.value = null;
  failure.value = null;
  pick_outcome(contact, code, resolved);
}
