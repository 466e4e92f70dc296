import { type Signal, signal } from '@preact/signals';

// Half-filled forms about contacts in hand: they stand while the agent looks at another one, and go with the contact or at
// sign-out. A note is not one of them (notes.ts).

const drafts = new Map<string, Map<string, Signal<unknown>>>();

/** What was filled into that field so far. */
export function draft<T>(contact: string, field: string, initial: () => T): Signal<T> {
  const fields = drafts.get(contact) ?? new Map<string, Signal<unknown>>();
  drafts.set(contact, fields);
  if (!fields.has(field)) fields.set(field, signal<unknown>(initial()));
  return fields.get(field) as Signal<T>;
}

export function drop_drafts(contact: string): void {
  drafts.delete(contact);
}

export function forget_drafts(): void {
  drafts.clear();
}
