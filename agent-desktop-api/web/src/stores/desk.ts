import { batch, computed, signal } from '@preact/signals';
import { type InHand, beside, follow, hand_of, look_at } from '../hand';
import type { AgentView, Channel, ContactView, EventFrame, SnapshotFrame } from '../wire';
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

/** His call, and the written contacts that he has beside it. */
export const hand = computed<readonly InHand[]>(() => (self.value ? hand_of(self.value, contacts.all()) : []));

const looked_at = signal<readonly string[]>([]);

const nothing = { phase: 'none', contact: null, offer: null } as const;
export type Work = InHand | typeof nothing;

/** The one of them that he looks at: what the band, the card, the timeline and the notes are about. */
export const work = computed<Work>(() => hand.value.find((one) => one.contact.contact === looked_at.value[0]) ?? nothing);

/** The offer that the band shows, if it shows one. */
export const ringing = computed<string | null>(() => work.value.offer?.offer ?? null);

/** All that stand, looked at or not. */
export const offers = computed<string>(() => hand.value.flatMap((one) => one.offer?.offer ?? []).join(' '));

/** The channel of the latest offer to him: what he missed, if he missed it. */
export const offered_last = signal<Channel>('voice');

/** Every contact in which he has a part, whether the page has heard of it yet or not. */
export const mine = computed<ReadonlySet<string>>(() => new Set([...hand.value.map((one) => one.contact.contact), ...(self.value?.contacts ?? [])]));

export function look(contact: string): void {
  if (hand.value.some((one) => one.contact.contact === contact)) looked_at.value = look_at(looked_at.value, contact);
}

/** Looks at the next one in hand, or the one before. */
export function look_beside(by: 1 | -1): void {
  const next = beside(hand.value, work.value.contact?.contact ?? null, by);
  if (next) look(next);
}

/** What a frame changes, and what the agent looks at then. */
function apply(change: () => void): void {
  batch(() => {
    const before = hand.peek();
    change();
    looked_at.value = follow(looked_at.peek(), before, hand.peek());
  });
}

export function apply_snapshot(frame: SnapshotFrame): void {
  apply(() => {
    self.value = frame.state.agent;
    contacts.replace(frame.state.contacts ?? []);
    if (frame.state.centre) centre.value = frame.state.centre;
  });
}

export function apply_event(frame: EventFrame): void {
  apply(() => {
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
    looked_at.value = [];
    finished.value = [];
    taken.value = null;
  });
}

function contact_changed(contact: ContactView, at: number): void {
  const before = contacts.get(contact.contact);
  if (before && contact.rev <= before.rev) return;
  const me = self.value?.agent;
  contacts.apply(contact);
  if (me && has_offer(contact, me)) offered_last.value = contact.channel;
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
