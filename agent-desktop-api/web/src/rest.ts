import type { Card, CardHead, Centre, DecisionView, Moment, PastContact, Problem, User } from './wire';

// The REST half. Every call either gives the body or throws a `Refused` that carries the server's problem.

export class Refused extends Error {
  constructor(readonly status: number, readonly problem: Problem) {
    super(problem.code ?? String(status));
  }
}

export interface Session {
  user: User;
  csrf: string;
}
export interface Page<T> {
  items: T[];
  next: string | number | null;
}

/** A contact of the log; what has not happened is null, 0 or absent. */
export interface LoggedContact {
  contact: string;
  customer?: string | null;
  match?: string | null;
  channel?: string;
  direction?: string;
  switch?: string;
  dnis?: string | null;
  ani?: string | null;
  caller_name?: string | null;
  e164?: string | null;
  opened_at?: Moment;
  entered_at?: Moment;
  answered_at?: Moment;
  ended_at?: Moment;
  queue?: string | null;
  agent?: string | null;
  outcome?: string | null;
  cause?: string | null;
  disposition?: string | null;
  resolved?: boolean;
  waited_us?: number | null;
  talk_us?: number | null;
  hold_us?: number | null;
  wrap_up_us?: number | null;
  segments?: { segment: number; agent: string | null; what: string; from_at: Moment; to_at: Moment }[];
  offers?: { offer: string; agent: string; queue: string; decision: number; made_at: Moment; ended_at: Moment; how: string | null }[];
  notes?: { note: string; agent: string | null; at: Moment; text: string }[];
}

let csrf = '';

export function use_csrf(token: string): void {
  csrf = token;
}

async function call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const init: RequestInit = { method, credentials: 'same-origin', headers: { accept: 'application/json', ...headers } };
  const sent = init.headers as Record<string, string>;
  if (method !== 'GET' && csrf) sent['x-csrf-token'] = csrf;
  if (body !== undefined) {
    sent['content-type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  let answer: Response;
  try {
    answer = await fetch('/api/v1' + path, init);
  } catch {
    throw new Refused(0, { code: 'unreachable', retryable: true });
  }
  const text = await answer.text();
  let parsed: unknown = null;
  try {
    parsed = text ? JSON.parse(text) : null;
  } catch {
    parsed = null;
  }
  if (!answer.ok) throw new Refused(answer.status, (parsed ?? {}) as Problem);
  return parsed as T;
}

const id = encodeURIComponent;

/** GET /session is "user + csrf": the user may stand inside `user` or at the top. */
export async function get_session(): Promise<Session> {
  const body = await call<Partial<Session> & Partial<User>>('GET', '/session');
  const user = body.user ?? (body as unknown as User);
  return { user: { ...user, roles: user.roles ?? [], agent: user.agent ?? null }, csrf: body.csrf ?? '' };
}
export const post_session = (login: string, password: string) => call<null>('POST', '/session', { login, password });
export const delete_session = () => call<null>('DELETE', '/session');
export const get_centre = () => call<Centre>('GET', '/centre');
export const find_customers = (words: string) => call<{ items: CardHead[] }>('GET', `/customers?q=${id(words)}&limit=20`);
export const get_customer = (customer: string) => call<Card>('GET', `/customers/${id(customer)}`);
export const get_timeline = (customer: string, before?: string | number | null) =>
  call<Page<PastContact>>('GET', `/customers/${id(customer)}/timeline?limit=20${before ? `&before=${id(String(before))}` : ''}`);
/** `contact` gives the new customer that contact's calling number. The same `command` again makes nobody and gives the one it made. */
export const post_customer = (customer: { name: string; lang: string; contact: string }, command: string) =>
  call<Card>('POST', '/customers', customer, { 'idempotency-key': command });
export const get_contacts = (filter: { before?: string | number | null; queue?: string; outcome?: string }) => {
  const query = new URLSearchParams({ limit: '50' });
  if (filter.before) query.set('before', String(filter.before));
  if (filter.queue) query.set('queue', filter.queue);
  if (filter.outcome) query.set('outcome', filter.outcome);
  return call<Page<LoggedContact>>('GET', `/contacts?${query}`);
};
export const get_contact = (contact: string) => call<LoggedContact>('GET', `/contacts/${id(contact)}`);
export const get_decisions = (contact: string) => call<{ items: DecisionView[] }>('GET', `/contacts/${id(contact)}/decisions`);
