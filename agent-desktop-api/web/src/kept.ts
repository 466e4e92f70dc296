import { now_us } from './clock';

// What a page keeps in the browser until the server has it, under kind, user and contact, so that a reload loses nothing and
// another person at the same browser gets nothing of it. What nobody takes is dropped after a week.

const kept_us = 7 * 86_400 * 1_000_000;

const key_of = (kind: string, user: string, contact: string) => `callwright.${kind}.${user}.${contact}`;

/** Everything kept of that kind for that user, by contact. `typed_at` is its age. */
export function read_kept(kind: string, user: string): [string, Record<string, unknown>][] {
  const prefix = key_of(kind, user, '');
  const keys = Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i)).filter((key) => key?.startsWith(prefix)) as string[];
  return keys.flatMap((key): [string, Record<string, unknown>][] => {
    const value = parse(localStorage.getItem(key));
    if (value && now_us() - (typeof value.typed_at === 'number' ? value.typed_at : now_us()) < kept_us) return [[key.slice(prefix.length), value]];
    localStorage.removeItem(key);
    return [];
  });
}

export function keep_value(kind: string, user: string, contact: string, value: object): void {
  try {
    localStorage.setItem(key_of(kind, user, contact), JSON.stringify(value));
  } catch {
    // the store is full: the value still stands in the page and goes to the server
  }
}

/** `is_done` looks at what is kept now: another page of the same person may have put something newer there. */
export function drop_kept(kind: string, user: string, contact: string, is_done: (value: Record<string, unknown>) => boolean = () => true): void {
  const key = key_of(kind, user, contact);
  const value = parse(localStorage.getItem(key));
  if (!value || is_done(value)) localStorage.removeItem(key);
}

function parse(text: string | null): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return value && typeof value === 'object' ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}
