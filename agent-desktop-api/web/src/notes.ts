import { type Signal, signal } from '@preact/signals';
import { now_us } from './clock';
import { send, uuid, withdraw } from './socket';

// A typed note is never lost: every keystroke is kept in the browser's own store under user and contact before anything is
// sent, and stays there until the contact has left the page and the server has acknowledged the last text. Each contact has
// one note id here, so a later text replaces the earlier one on the server too.

export interface Note {
  note: string;
  text: string;
  /** The text that the server has; null until it has one. */
  acked: string | null;
  saved_at: number | null;
  /** When the agent last typed; what nobody takes is dropped a week later. */
  typed_at: number;
  /** The contact is no longer on this page: drop the note once it is acknowledged. */
  left: boolean;
  /** Why the server would not take it, as a problem code. */
  refused: string | null;
}

const prefix = 'callwright.note.';
const typing_pause_ms = 700;
const refused_pause_ms = 5000;
const kept_us = 7 * 86_400 * 1_000_000;
/** The server takes 16 KiB of UTF-8. */
export const note_limit_bytes = 16 * 1024;

let user = '';
const notes = new Map<string, Signal<Note>>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const in_flight = new Map<string, string>();

/** After sign-in: reads what an earlier page left, and sends what was never acknowledged. */
export function resume_notes(of_user: string): void {
  user = of_user;
  notes.clear();
  const keys = Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i));
  for (const key of keys) {
    if (!key?.startsWith(`${prefix}${user}.`)) continue;
    const contact = key.slice(`${prefix}${user}.`.length);
    const note = read(key);
    if (note && now_us() - note.typed_at < kept_us) notes.set(contact, signal({ ...note, refused: null }));
    else localStorage.removeItem(key);
  }
  for (const [contact, note] of notes) if (note.value.text !== (note.value.acked ?? '')) flush(contact);
}

export function note_of(contact: string): Signal<Note> {
  let note = notes.get(contact);
  if (!note) {
    note = signal<Note>({ note: uuid(), text: '', acked: null, saved_at: null, typed_at: now_us(), left: false, refused: null });
    notes.set(contact, note);
  }
  return note;
}

export function write_note(contact: string, text: string): void {
  const note = note_of(contact);
  note.value = { ...note.value, text, typed_at: now_us(), refused: null, left: false };
  keep(contact);
  clearTimeout(timers.get(contact));
  timers.set(contact, setTimeout(() => flush(contact), typing_pause_ms));
}

/** Sends what has not been sent; the page calls it when a contact ends, the field is left, or the page hides. */
export function flush(contact: string): void {
  clearTimeout(timers.get(contact));
  timers.delete(contact);
  const note = notes.get(contact);
  if (!note || note.value.text === (note.value.acked ?? '')) return settle(contact);
  const earlier = in_flight.get(contact);
  if (earlier) withdraw(earlier);
  const id = uuid();
  const text = note.value.text;
  in_flight.set(contact, id);
  void send('note', { contact, note: note.value.note, text }, { id, durable: true }).then((answer) => {
    if (in_flight.get(contact) === id) in_flight.delete(contact);
    if (answer.ok) note.value = { ...note.value, acked: text, saved_at: now_us(), refused: null };
    else {
      note.value = { ...note.value, refused: answer.problem.code ?? 'refused' };
      // Refused now may be taken later, as when the agent answers: the text is not given up while the contact is here.
      if (!note.value.left && !timers.has(contact)) timers.set(contact, setTimeout(() => flush(contact), refused_pause_ms));
    }
    keep(contact);
    settle(contact);
  });
}

export function flush_all(): void {
  for (const contact of [...timers.keys()]) flush(contact);
}

/** The contact is over for this page. */
export function leave_note(contact: string): void {
  const note = notes.get(contact);
  if (!note) return;
  note.value = { ...note.value, left: true };
  if (note.value.text || note.value.acked) keep(contact);
  flush(contact);
}

/** After a snapshot: notes of contacts that are no longer here only wait for their acknowledgement. */
export function leave_absent(present: ReadonlySet<string>): void {
  for (const contact of [...notes.keys()]) if (!present.has(contact)) leave_note(contact);
}

function settle(contact: string): void {
  const note = notes.get(contact);
  if (!note?.value.left || note.value.text !== (note.value.acked ?? '')) return;
  localStorage.removeItem(key_of(contact));
  notes.delete(contact);
}

function keep(contact: string): void {
  const note = notes.get(contact);
  if (!note) return;
  try {
    localStorage.setItem(key_of(contact), JSON.stringify(note.value));
  } catch {
    // the store is full: the note still stands in the page and goes to the server
  }
}

function key_of(contact: string): string {
  return `${prefix}${user}.${contact}`;
}

function read(key: string): Note | null {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Note> | null;
    if (!value || typeof value.note !== 'string' || typeof value.text !== 'string') return null;
    return {
      note: value.note, text: value.text, acked: value.acked ?? null, saved_at: value.saved_at ?? null, typed_at: value.typed_at ?? now_us(),
      left: value.left === true, refused: null,
    };
  } catch {
    return null;
  }
}
