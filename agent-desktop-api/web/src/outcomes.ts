import { effect, signal } from '@preact/signals';
import { now_us } from './clock';
import { failure } from './commands';
import { drop_kept, keep_value, read_kept } from './kept';
import { send, uuid, withdraw } from './socket';
import { contacts } from './stores/desk';

// The outcome that the agent picked is kept as a note is: in the browser until the server has it, over reloads and lost
// connections, under one command id. Until the server shows it the page shows the pick; a refusal takes it back, with a reason.

export interface Pick {
  /** The command's id, the same over reloads: the server acts once. */
  id: string;
  code: string;
  resolved: boolean;
  typed_at: number;
  /** The contact's revision when the server took it; its next one tells more than the pick. Null: not taken yet. */
  taken_at_rev: number | null;
  /** Why the server cannot take it yet, as a problem code; it is sent again by itself. */
  delayed: string | null;
}

const kind = 'outcome';
let user = '';

/** What the agent picked and the server has not shown yet, by contact. */
export const picked = signal<Readonly<Record<string, Pick>>>({});

/** After sign-in: sends what an earlier page could not. */
export function resume_outcomes(of_user: string): void {
  const in_memory = of_user === user ? picked.peek() : {};
  user = of_user;
  const all: Record<string, Pick> = { ...in_memory };
  for (const [contact, value] of read_kept(kind, user)) {
    const { id, code, resolved, typed_at } = value as Partial<Pick>;
    if (typeof id === 'string' && typeof code === 'string') all[contact] ??= { id, code, resolved: resolved === true, typed_at: typed_at ?? now_us(), taken_at_rev: null, delayed: null };
  }
  picked.value = all;
  for (const [contact, pick] of Object.entries(all)) if (pick.taken_at_rev === null) deliver(contact, pick);
}

/** After sign-out: nothing of this person is sent until he is back. */
export function suspend_outcomes(): void {
  for (const { id } of Object.values(picked.peek())) withdraw(id);
}

export function pick_outcome(contact: string, code: string, resolved: boolean): void {
  const earlier = picked.peek()[contact];
  if (earlier) withdraw(earlier.id);
  const pick: Pick = { id: uuid(), code, resolved, typed_at: now_us(), taken_at_rev: null, delayed: null };
  set(contact, pick);
  keep_value(kind, user, contact, pick);
  deliver(contact, pick);
}

function deliver(contact: string, { id, code, resolved }: Pick): void {
  const mine = () => picked.peek()[contact]?.id === id;
  const delayed = (problem: { code?: string }) => { if (mine()) set(contact, { ...picked.peek()[contact]!, delayed: problem.code ?? 'busy' }); };
  void send('disposition', { contact, code, resolved }, { id, durable: true, delayed }).then((answer) => {
    if (!mine()) return; // picked again since
    drop_kept(kind, user, contact, (kept) => kept.id === id);
    if (answer.ok) set(contact, { ...picked.peek()[contact]!, delayed: null, taken_at_rev: contacts.get(contact)?.rev ?? 0 });
    else {
      forget(contact);
      failure.value = { name: 'disposition', problem: answer.problem, contact };
    }
  });
}

effect(() => { // what the server shows takes the place of what was picked
  for (const [contact, pick] of Object.entries(picked.value)) {
    if (pick.taken_at_rev === null) continue;
    const now = contacts.get(contact);
    if (!now || now.rev !== pick.taken_at_rev || (now.disposition === pick.code && now.resolved === pick.resolved)) queueMicrotask(() => { if (picked.peek()[contact] === pick) forget(contact); });
  }
});

function set(contact: string, pick: Pick): void {
  picked.value = { ...picked.peek(), [contact]: pick };
}

function forget(contact: string): void {
  const { [contact]: _gone, ...rest } = picked.peek();
  picked.value = rest;
}
