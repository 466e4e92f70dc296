import { type Signal, signal } from '@preact/signals';
import { now_us } from './clock';
import { read_kept, keep_value, drop_kept } from './kept';
import { send, uuid, withdraw } from './socket';

// A typed note is never lost: every keystroke is kept in the browser's own store under user and contact before anything is
// sent, and stays there until the contact has left the page and the server has acknowledged the last text. Each contact has
// one note id here, so a later text replaces the earlier one on the server too. What the server would not take is not sent.

export interface Note {
  note: string;
  text: string;
  /** Whom the contact was with, as the page showed it: the name of a note whose contact is gone. */
  about: string;
  /** The text that the server has; null until it has one. */
  acked: string | null;
  saved_at: number | null;
  /** When the agent last typed; what nobody takes is dropped a week later. */
  typed_at: number;
  /** The contact is no longer on this page: drop the note once it is acknowledged. */
  left: boolean;
  /** Why the server, or the page before it, would not take it, as a problem code. */
  refused: string | null;
  /** Why the server cannot take it yet; it is sent again by itself. */
  delayed: string | null;
}

const kind = 'note';
const typing_pause_ms = 700;
const refused_pause_ms = 5000;
/** The server takes 16 KiB of UTF-8. */
export const note_limit_bytes = 16 * 1024;
/** Refusals of the text itself: asking again changes nothing. */
const hopeless = new Set(['contact_lost', 'too_long', 'too_large', 'bad_frame', 'bad_request']);

let user = '';
const notes = new Map<string, Signal<Note>>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
/** The command that carries a note's text and has no answer yet. */
const in_flight = new Map<string, { id: string; text: string }>();

/** Notes whose contact has left and which the server has refused: the agent has to look at them. */
export const stranded = signal<readonly string[]>([]);

/** After sign-in: reads what an earlier page left, and sends what was never acknowledged. */
export function resume_notes(of_user: string): void {
  if (of_user !== user) notes.clear();
  user = of_user;
  for (const [contact, value] of read_kept(kind, user)) {
    const note = note_from(value);
    if (note && !notes.has(contact)) notes.set(contact, signal(note));
  }
  list_stranded();
  for (const contact of [...notes.keys()]) if (is_unsent(contact)) flush(contact);
}

/** After sign-out: nothing of this person is sent until he is back. */
export function suspend_notes(): void {
  for (const timer of timers.values()) clearTimeout(timer);
  for (const { id } of in_flight.values()) withdraw(id);
  timers.clear();
  in_flight.clear();
  stranded.value = [];
}

export function note_of(contact: string): Signal<Note> {
  let note = notes.get(contact);
  if (!note) {
    note = signal<Note>({ note: uuid(), text: '', about: '', acked: null, saved_at: null, typed_at: now_us(), left: false, refused: null, delayed: null });
    notes.set(contact, note);
  }
  return note;
}

export function is_too_long(text: string): boolean {
  return new TextEncoder().encode(text).length > note_limit_bytes;
}

/** Typed beside the contact `about` names. */
export function write_note(contact: string, text: string, about: string): void {
  change(contact, { text, about, left: false });
}

/** Typed into a note whose contact is gone. */
export function mend_note(contact: string, text: string): void {
  change(contact, { text });
}

export function drop_note(contact: string): void {
  clearTimeout(timers.get(contact));
  timers.delete(contact);
  const earlier = in_flight.get(contact);
  if (earlier) withdraw(earlier.id);
  in_flight.delete(contact);
  drop_kept(kind, user, contact);
  notes.delete(contact);
  list_stranded();
}

/** Sends what has not been sent; the page calls it when a contact ends, the field is left, or the page hides. */
export function flush(contact: string): void {
  clearTimeout(timers.get(contact));
  timers.delete(contact);
  const note = notes.get(contact);
  if (!note || !is_unsent(contact)) return settle(contact);
  if (is_too_long(note.value.text)) return set(contact, { refused: 'too_long', delayed: null });
  const text = note.value.text;
  const earlier = in_flight.get(contact);
  if (earlier?.text === text) return; // on its way
  if (earlier) withdraw(earlier.id);
  const id = uuid();
  in_flight.set(contact, { id, text });
  const delayed = (problem: { code?: string }) => { if (in_flight.get(contact)?.id === id) set(contact, { delayed: problem.code ?? 'busy' }); };
  void send('note', { contact, note: note.value.note, text }, { id, durable: true, delayed }).then((answer) => {
    if (in_flight.get(contact)?.id !== id) return; // replaced by a later text, or the author has left
    in_flight.delete(contact);
    if (answer.ok) set(contact, { acked: text, saved_at: now_us(), refused: null, delayed: null });
    else {
      const code = answer.problem.code ?? 'refused';
      set(contact, { refused: code, delayed: null });
      // Refused now may be taken later, as when the agent answers: the text is not given up while the contact is here.
      if (!note.value.left && !hopeless.has(code) && !timers.has(contact)) timers.set(contact, setTimeout(() => flush(contact), refused_pause_ms));
    }
    settle(contact);
  });
}

export function flush_all(): void {
  for (const contact of [...timers.keys()]) flush(contact);
}

/** The contact is over for this page. */
export function leave_note(contact: string): void {
  const note = notes.get(contact);
  if (!note || note.value.left) return;
  note.value = { ...note.value, left: true };
  if (is_unsent(contact)) keep(contact);
  flush(contact);
  list_stranded();
}

/** After a snapshot: notes of contacts that are no longer here only wait for their acknowledgement. */
export function leave_absent(present: ReadonlySet<string>): void {
  for (const contact of [...notes.keys()]) if (!present.has(contact)) leave_note(contact);
}

function is_unsent(contact: string): boolean {
  const note = notes.get(contact)?.value;
  return !!note && note.text !== (note.acked ?? '');
}

function change(contact: string, to: Partial<Note>): void {
  set(contact, { ...to, typed_at: now_us(), refused: null, delayed: null });
  clearTimeout(timers.get(contact));
  timers.set(contact, setTimeout(() => flush(contact), typing_pause_ms));
}

function set(contact: string, to: Partial<Note>): void {
  const note = note_of(contact);
  note.value = { ...note.value, ...to };
  keep(contact);
  list_stranded();
}

/** A note that is being mended stays in the list until it is saved or dropped. */
function list_stranded(): void {
  const ids = [...notes].filter(([contact, { value }]) => value.left && is_unsent(contact) && (value.refused !== null || stranded.peek().includes(contact))).map(([contact]) => contact);
  if (ids.join() !== stranded.peek().join()) stranded.value = ids;
}

function settle(contact: string): void {
  const note = notes.get(contact)?.value;
  if (!note?.left || is_unsent(contact)) return;
  drop_kept(kind, user, contact, ({ text }) => text === note.text);
  notes.delete(contact);
  list_stranded();
}

function keep(contact: string): void {
  const note = notes.get(contact);
  if (note) keep_value(kind, user, contact, note.value);
}

function note_from(value: Record<string, unknown>): Note | null {
  const { note, text, about, acked, saved_at, typed_at, left } = value as Partial<Note>;
  if (typeof note !== 'string' || typeof text !== 'string') return null;
  return {
    note, text, about: typeof about === 'string' ? about : '', acked: acked ?? null, saved_at: saved_at ?? null, typed_at: typed_at ?? now_us(), left: left === true,
    refused: null, delayed: null,
  };
}
