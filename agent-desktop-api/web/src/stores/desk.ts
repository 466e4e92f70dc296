import { batch, computed, signal } from '@preact/signals';
import type { AgentView, ContactView, EventFrame, OfferView, SnapshotFrame } from '../wire';
import { EntityStore } from './entity_store';
import { centre } from './centre';

// The agent's own work: who he is, what he is in, and the contacts that are his. Fed by snapshot and events only.

export const self = signal<AgentView | null>(null);
export const contacts = new EntityStore<ContactView>((contact) => contact.contact);

export interface Finished {
  contact: ContactView;
  at: number;
}
/** What this page has seen end, newest first. Kept in memory only. */
export const finished = signal<readonly Finished[]>([]);
const finished_limit = 20;

/** A contact that was offered here too, and that a colleague has taken. */
export interface Taken {
  contact: string;
  at: number;
}
export const taken = signal<Taken | null>(null);

export type Phase = 'none' | 'ringing' | 'talking' | 'held' | 'wrap_up';
export interface Work {
  phase: Phase;
  contact: ContactView | null;
  offer: OfferView | null;
}

const nothing: Work = { phase: 'none', contact: null, offer: null };

/** The one thing the call band is about. A call that is up wins over an offer, an offer over wrap-up. */
export const work = computed<Work>(() => {
  const me = self.value;
  if (!me) return nothing;
  const all = contacts.all();
  const mine = (state: ContactView['state']) => all.find((contact) => contact.state === state && contact.agent === me.agent);
  const talking = mine('talking');
  if (talking) return { phase: 'talking', contact: talking, offer: null };
  const held = mine('held');
  if (held) return { phase: 'held', contact: held, offer: null };
  for (const contact of all) {
    if (contact.state === 'ended') continue;
    const offer = contact.offers.find((one) => one.agent === me.agent);
    if (offer) return { phase: 'ringing', contact, offer };
  }
  const wrapping = mine('wrap_up')
    ?? (me.state === 'wrap_up' ? all.find((contact) => me.contacts.includes(contact.contact)) : undefined);
  if (wrapping) return { phase: 'wrap_up', contact: wrapping, offer: null };
  return nothing;
});

/** The offer that rings, if one does. */
export const ringing = computed<string | null>(() => (work.value.phase === 'ringing' ? work.value.offer!.offer : null));

export function apply_snapshot(frame: SnapshotFrame): void {
  batch(() => {
    self.value = frame.state.agent;
    contacts.replace(frame.state.contacts ?? []);
    if (frame.state.centre) centre.value = frame.state.centre;
  });
}

export function apply_event(frame: EventFrame): void {
  batch(() => {
    switch (frame.kind) {
      case 'reserved':
      case 'contact': contact_changed(frame.data, frame.ts); break;
      case 'agent':
        if (self.value && frame.data.agent === self.value.agent && frame.data.rev > self.value.rev) {
          self.value = frame.data;
          drop_strangers();
        }
        break;
      case 'centre': centre.value = frame.data; break;
    }
  });
}

export function forget_desk(): void {
  batch(() => {
    self.value = null;
    contacts.replace([]);
    finished.value = [];
    taken.value = null;
  });
}

function contact_changed(contact: ContactView, at: number): void {
  const before = contacts.get(contact.contact);
  if (before && contact.rev <= before.rev) return;
  const me = self.value?.agent;
  contacts.apply(contact);
  if (me && before && contact.state !== 'ended' && has_offer(before, me) && !has_offer(contact, me) && is_anothers(contact, me)) taken.value = { contact: contact.contact, at };
  if (contact.state === 'ended' && me && (before?.agent === me || contact.agent === me) && !finished.value.some((one) => one.contact.contact === contact.contact)) {
    finished.value = [{ contact, at }, ...finished.value].slice(0, finished_limit);
  }
  drop_strangers();
}

const has_offer = (contact: ContactView, agent: string) => contact.offers.some((offer) => offer.agent === agent);
const is_anothers = (contact: ContactView, me: string) =>
  contact.agent ? contact.agent !== me : contact.offers.some((offer) => offer.claimed && offer.agent !== me);

/** A contact stays while the agent has a part in it: an offer, the talk, or wrap-up after its end. */
function drop_strangers(): void {
  const me = self.value;
  for (const contact of contacts.all()) {
    const has_part = contact.offers.some((offer) => offer.agent === me?.agent) || (contact.agent === me?.agent && contact.state !== 'ended');
    if (!has_part && !me?.contacts.includes(contact.contact)) contacts.remove(contact.contact);
  }
}
