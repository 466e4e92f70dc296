import { type Signal, effect, signal } from '@preact/signals';
import { get_customer, get_timeline } from '../rest';
import { card_of } from '../caller';
import type { Card, ContactView, PastContact } from '../wire';
import { ringing } from './desk';

// Records that the page has read by REST: the card of somebody who was chosen before the server patched it in, records
// opened from the search, and timelines longer than the card's.

/** A record that the agent looks at beside his work; null: none. */
export const opened_customer = signal<string | null>(null);

const cards = new Map<string, Signal<Card | null>>();

/** Reads a card once; null until it is there. */
export function read_card(customer: string): Signal<Card | null> {
  let card = cards.get(customer);
  if (!card) {
    card = signal<Card | null>(null);
    cards.set(customer, card);
    const mine = card;
    get_customer(customer).then(
      (read) => { mine.value = read; },
      () => { cards.delete(customer); },
    );
    if (cards.size > 100) cards.delete(cards.keys().next().value!);
  }
  return card;
}

/** The contact's card: the server's own, or the one read for a customer just attached. */
export function card_for(contact: ContactView): Card | null {
  const given = card_of(contact);
  if (given && (contact.customer === null || given.customer === contact.customer)) return given;
  if (contact.customer && (contact.match === 'known' || contact.match === 'chosen')) return read_card(contact.customer).value;
  return null;
}

export interface Timeline {
  items: PastContact[];
  next: string | number | null;
  loading: boolean;
  failed: boolean;
}

const timelines = new Map<string, Signal<Timeline>>();

/** The rows that the card brought stand at once; the rest streams in below them. */
export function timeline_of(card: Card): Signal<Timeline> {
  const key = `${card.customer}/${card.version}`;
  let timeline = timelines.get(key);
  if (!timeline) {
    const given = card.last_contacts ?? [];
    timeline = signal<Timeline>({ items: given, next: null, loading: false, failed: false });
    timelines.set(key, timeline);
    if (timelines.size > 50) timelines.delete(timelines.keys().next().value!);
    if ((card.contacts_total ?? 0) > given.length) void more(card.customer, timeline);
  }
  return timeline;
}

export async function more(customer: string, timeline: Signal<Timeline>): Promise<void> {
  if (timeline.value.loading) return;
  timeline.value = { ...timeline.value, loading: true, failed: false };
  try {
    const page = await get_timeline(customer, timeline.value.next);
    const have = new Set(timeline.value.items.map((item) => item.contact));
    const items = [...timeline.value.items, ...page.items.filter((item) => !have.has(item.contact))];
    timeline.value = { items, next: page.next && page.next !== '0' ? page.next : null, loading: false, failed: false };
  } catch {
    timeline.value = { ...timeline.value, loading: false, failed: true };
  }
}

export function start_customers(): void {
  effect(() => { // a new call closes the record that was looked at
    if (ringing.value) opened_customer.value = null;
  });
}
