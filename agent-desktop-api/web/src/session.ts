import { batch, effect, signal } from '@preact/signals';
import { Refused, delete_session, get_centre, get_session, post_session, use_csrf } from './rest';
import { connect, disconnect, listen, send, subscribe } from './socket';
import type { Applied } from './protocol';
import type { AgentView, Problem, TopicName, User } from './wire';
import { centre } from './stores/centre';
import { apply_event, apply_snapshot, forget_desk, mine, self } from './stores/desk';
import { apply_topic, forget_floor } from './stores/floor';
import { failure, press } from './commands';
import { forget_drafts } from './drafts';
import { flush_all, leave_absent, resume_notes, suspend_notes } from './notes';
import { resume_outcomes, suspend_outcomes } from './outcomes';
import { opened_customer } from './stores/customers';

// Who is signed in, and the way in and out. Frames find their stores here.

export type SignIn =
  | { state: 'unknown' } // asking the server
  | { state: 'out'; problem: Problem | null; expired: boolean }
  | { state: 'in'; user: User };

export const session = signal<SignIn>({ state: 'unknown' });
let topics: TopicName[] = [];

export function start_session(): void {
  listen({ apply, sign_in: () => leave(true), check_session });
  let goes = false;
  effect(() => { // the last written contact of somebody who signs out is done
    if (self.value?.state === 'signed_out' && goes) queueMicrotask(() => void end_session());
    goes = is_signing_out(self.value);
  });
  void enter(false);
}

export async function sign_in(login: string, password: string): Promise<Problem | null> {
  try {
    await post_session(login, password);
  } catch (error) {
    return problem_of(error);
  }
  return enter(true);
}

/** Who has written contacts finishes them first: the server keeps him *signing out*, and the page stays. */
export async function sign_out(): Promise<void> {
  const now = session.value;
  flush_all();
  if (self.value?.works.length) {
    if (!(await press('sign_out', {}, () => is_signing_out(self.value) || self.value?.state === 'signed_out')) || is_signing_out(self.value)) return;
  } else if (now.state === 'in' && now.user.agent) await send('sign_out', {});
  await end_session();
}

export function is_signing_out(agent: AgentView | null): boolean {
  return agent?.state === 'not_ready' && agent.reason === 'signing_out';
}

async function end_session(): Promise<void> {
  flush_all();
  try {
    await delete_session();
  } catch {
    // the cookie is worthless to anybody else on this page; the server ends it by itself
  }
  leave(false);
}

export function is_supervisor(user: User): boolean {
  return user.roles.includes('supervisor') || user.roles.includes('admin');
}

export function problem_of(error: unknown): Problem {
  if (error instanceof Refused) return { status: error.status, ...error.problem };
  return { code: 'internal', detail: String(error) };
}

async function enter(after_sign_in: boolean): Promise<Problem | null> {
  try {
    const { user, csrf } = await get_session();
    use_csrf(csrf);
    session.value = { state: 'in', user };
    resume_notes(user.id);
    resume_outcomes(user.id);
    topics = is_supervisor(user) ? ['queues', 'agents', 'contacts', 'links'] : user.agent ? ['own_queues'] : [];
    subscribe(topics);
    connect();
    if (!centre.value) centre.value = await get_centre().catch(() => null);
    return null;
  } catch (error) {
    const problem = problem_of(error);
    if (problem.status !== 401 && problem.status !== 403 && !after_sign_in) {
      setTimeout(() => void enter(false), 2000); // the server is away: the page waits, nobody is signed out
      session.value = { state: 'out', problem, expired: false };
      return problem;
    }
    session.value = { state: 'out', problem: after_sign_in ? problem : null, expired: false };
    return problem;
  }
}

/** The socket was refused before its welcome; only the REST half can say whether that was the cookie. */
function check_session(): void {
  get_session().then(
    ({ csrf }) => use_csrf(csrf),
    (error: unknown) => { if (problem_of(error).status === 401) leave(true); },
  );
}

/** What this person typed and picked is kept, and sent when he is back; whoever signs in next neither sees nor sends it. */
function leave(expired: boolean): void {
  suspend_notes();
  suspend_outcomes();
  forget_drafts();
  disconnect();
  batch(() => {
    session.value = { state: 'out', problem: null, expired };
    failure.value = null;
    opened_customer.value = null;
    forget_desk();
    forget_floor();
  });
}

function apply(frame: Applied): void {
  switch (frame.type) {
    case 'welcome': break;
    case 'snapshot':
      apply_snapshot(frame);
      leave_absent(new Set([...mine.value, ...(frame.state.contacts ?? []).map((contact) => contact.contact)]));
      break;
    case 'event': apply_event(frame); break;
    case 'topic': if (!apply_topic(frame)) subscribe(topics); break;
  }
}
