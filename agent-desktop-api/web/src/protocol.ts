import {
  close_codes,
  type CommandFrame, type CommandName, type EventFrame, type PageFrame, type Problem, type ServerFrame, type SnapshotFrame,
  type TopicFrame, type TopicName, type WelcomeFrame,
} from './wire';

// The page's half of the socket protocol as a pure machine: it is told what happened and says what to do; it owns no
// socket, clock or randomness, so that tests drive every order of events without waiting.
//
// What it promises to the rest of the page:
// - events arrive once each and in order; a hole in `seq` is never guessed over but asked for again;
// - a command is answered once: by the server, or after `command_timeout_ms`, or at once when there is no connection;
// - a durable command (a note, an outcome) is repeated under the same id, over any number of connections, until answered;
//   whoever waits for it hears of each delay. It ends with the session: whoever signs in next is not its author;
// - a command that does not fit a frame is never sent, and one on its way when the server refused a frame is not sent again.

export type Applied = WelcomeFrame | SnapshotFrame | EventFrame | TopicFrame;

export type Connection =
  | 'off' // nobody is signed in
  | 'connecting' // the first connection of this page
  | 'live'
  | 'reconnecting'
  | 'recovering' // the server is there and folds its journal; it said when to come back
  | 'replaced' // another tab took over; this one stays quiet until asked
  | 'forbidden';

export type Answer = { ok: true } | { ok: false; problem: Problem };

export type Action =
  | { do: 'open' }
  | { do: 'close'; code: number }
  | { do: 'send'; frame: PageFrame }
  | { do: 'apply'; frame: Applied }
  | { do: 'answer'; id: string; answer: Answer }
  | { do: 'delayed'; id: string; problem: Problem } // durable: refused for now, and sent again later
  | { do: 'connection'; state: Connection }
  | { do: 'server_time'; micros: number }
  | { do: 'sign_in' } // the session is over: show the sign-in page
  | { do: 'check_session' }; // refused before the welcome: the cookie may have expired

export const limits = {
  first_retry_ms: 500,
  retry_base_ms: 1000,
  retry_max_ms: 30_000,
  open_timeout_ms: 10_000,
  command_timeout_ms: 5_000,
  durable_retry_ms: 5_000,
  seen_every_ms: 5_000,
  default_heartbeat_ms: 15_000,
  frame_bytes: 64 * 1024,
} as const;

const bytes_of = (text: string): number => new TextEncoder().encode(text).length;

interface PendingCommand {
  frame: CommandFrame;
  durable: boolean;
  expires_at: number;
  retry_at: number | null;
  sent: boolean;
}

export class DeskProtocol {
  private phase: 'stopped' | 'waiting' | 'opening' | 'greeting' | 'live' = 'stopped';
  private was_live = false;
  private attempt = 0;
  private retry_at = 0;
  private quiet_until = 0;
  private heartbeat_ms: number = limits.default_heartbeat_ms;
  private resume: { token: string; epoch: number } | null = null;
  private seq: number | null = null;
  private seen = 0;
  private seen_at = 0;
  private asked_again = false;
  private recovering = false; // said by the last connection
  private said_recovering = false; // said by this one
  private shown: Connection = 'off';
  private topics: TopicName[] = [];
  private readonly pending = new Map<string, PendingCommand>();

  /** `random` gives [0, 1) and spreads the reconnections of many pages. */
  constructor(private readonly tab: string, private readonly version: string, private readonly random: () => number) {}

  start(now: number): Action[] {
    if (this.phase !== 'stopped') return [];
    this.attempt = 0;
    return this.open(now);
  }

  /** Signed out or told to stop: nothing is kept for a resume, and nothing that this person asked for is sent later. */
  stop(): Action[] {
    const actions: Action[] = this.phase === 'stopped' || this.phase === 'waiting' ? [] : [{ do: 'close', code: 1000 }];
    this.phase = 'stopped';
    this.forget();
    this.was_live = this.recovering = this.said_recovering = false;
    for (const id of this.pending.keys()) actions.push(failed(id, 'disconnected'));
    this.pending.clear();
    return [...actions, ...this.show('off')];
  }

  opened(now: number): Action[] {
    if (this.phase !== 'opening') return [];
    this.phase = 'greeting';
    this.quiet_until = now + limits.open_timeout_ms;
    const hello: PageFrame = { type: 'hello', client_version: this.version, tab_id: this.tab };
    if (this.resume && this.seq !== null) hello.resume = { ...this.resume, seq: this.seq };
    return [{ do: 'send', frame: hello }];
  }

  frame(frame: ServerFrame, now: number): Action[] {
    if (this.phase !== 'greeting' && this.phase !== 'live') return [];
    this.quiet_until = now + 2 * this.heartbeat_ms;
    switch (frame.type) {
      case 'welcome': return this.welcomed(frame, now);
      case 'snapshot':
        this.seq = this.seen = frame.seq;
        this.asked_again = false;
        return [{ do: 'apply', frame }];
      case 'event': return this.event(frame, now);
      case 'topic': return [{ do: 'apply', frame }];
      case 'tick': return [];
      case 'ack': return this.answered(frame.id, frame.ok ? { ok: true } : { ok: false, problem: { code: 'refused' } }, now);
      case 'nack': return this.answered(frame.id, { ok: false, problem: frame.problem ?? {} }, now);
      case 'ping': return [{ do: 'send', frame: { type: 'pong', n: frame.n } }, { do: 'server_time', micros: frame.ts }];
      case 'bye':
        this.retry_at = now + Math.max(0, frame.retry_after_ms);
        this.said_recovering = frame.reason === 'recovering';
        return [];
      default: return []; // a later version's frame
    }
  }

  closed(code: number, now: number): Action[] {
    if (this.phase === 'stopped' || this.phase === 'waiting') return [];
    const never_greeted = this.phase !== 'live' && !this.said_recovering;
    this.recovering = this.said_recovering;
    this.said_recovering = false;
    const refused: Action[] = [];
    switch (code) {
      case close_codes.session_expired: return this.end('off', [{ do: 'sign_in' }]);
      case close_codes.not_allowed: return this.end('forbidden', []);
      case close_codes.replaced: return this.end('replaced', []);
      case close_codes.bad_frame:
      case close_codes.too_big:
        this.forget();
        refused.push(...this.give_up_sent());
        this.attempt = Math.max(this.attempt, 3);
        break;
      case close_codes.too_many: this.attempt = Math.max(this.attempt, 3); break;
    }
    const actions = [...this.wait(now), ...refused];
    return never_greeted ? [...actions, { do: 'check_session' }] : actions;
  }

  /** Called a few times a second, and after the machine woke up or the network came back. */
  tick(now: number): Action[] {
    const actions: Action[] = [];
    if (this.phase === 'waiting' && now >= this.retry_at) actions.push(...this.open(now));
    else if (this.phase !== 'stopped' && this.phase !== 'waiting' && now > this.quiet_until) {
      actions.push({ do: 'close', code: 4000 }, ...this.wait(now));
    }
    if (this.phase === 'live' && this.seq !== null && this.seq > this.seen && now - this.seen_at >= limits.seen_every_ms) {
      actions.push(this.say_seen(now));
    }
    for (const [id, command] of [...this.pending]) {
      if (!command.durable && now >= command.expires_at) {
        this.pending.delete(id);
        actions.push(failed(id, 'timeout'));
      } else if (command.retry_at !== null && now >= command.retry_at && this.phase === 'live') {
        command.retry_at = null;
        actions.push({ do: 'send', frame: command.frame });
      }
    }
    return actions;
  }

  /** The network is said to be back: do not wait for the next retry. */
  hurry(now: number): Action[] {
    if (this.phase !== 'waiting') return [];
    this.retry_at = Math.min(this.retry_at, now + this.random() * limits.first_retry_ms);
    return [];
  }

  command(id: string, name: CommandName, args: Record<string, unknown>, durable: boolean, now: number): Action[] {
    const live = this.phase === 'live';
    if (!live && !durable) return [failed(id, 'disconnected')];
    const frame: CommandFrame = { type: 'cmd', id, name, args };
    if (bytes_of(JSON.stringify(frame)) > limits.frame_bytes) return [refusal(id, 'too_long')];
    this.pending.set(id, { frame, durable, expires_at: now + limits.command_timeout_ms, retry_at: null, sent: live });
    return live ? [{ do: 'send', frame }] : [];
  }

  /** A newer text makes an older durable command needless. */
  withdraw(id: string): void {
    this.pending.delete(id);
  }

  subscribe(topics: TopicName[]): Action[] {
    this.topics = topics;
    return this.phase === 'live' && topics.length ? [{ do: 'send', frame: { type: 'sub', topics } }] : [];
  }

  private say_seen(now: number): Action {
    this.seen = this.seq ?? 0;
    this.seen_at = now;
    return { do: 'send', frame: { type: 'seen', seq: this.seen } };
  }

  private open(now: number): Action[] {
    this.phase = 'opening';
    this.quiet_until = now + limits.open_timeout_ms;
    for (const command of this.pending.values()) command.sent = false;
    return [...this.show(this.away()), { do: 'open' }];
  }

  private away(): Connection {
    return this.recovering ? 'recovering' : this.was_live ? 'reconnecting' : 'connecting';
  }

  private welcomed(frame: WelcomeFrame, now: number): Action[] {
    if (this.phase !== 'greeting') return [];
    this.phase = 'live';
    this.was_live = true;
    this.recovering = false;
    this.attempt = 0;
    this.retry_at = 0;
    this.heartbeat_ms = frame.hb_ms > 0 ? frame.hb_ms : limits.default_heartbeat_ms;
    this.quiet_until = now + 2 * this.heartbeat_ms;
    // Another life of the server, or a stream that it no longer has: only the snapshot that follows tells.
    if (this.resume?.epoch !== frame.epoch || frame.resumed === false) this.seq = null;
    this.resume = { token: frame.resume_token, epoch: frame.epoch };
    const actions: Action[] = [{ do: 'server_time', micros: frame.server_time }, { do: 'apply', frame }, ...this.show('live')];
    if (this.topics.length) actions.push({ do: 'send', frame: { type: 'sub', topics: this.topics } });
    for (const command of this.pending.values()) {
      command.sent = true;
      command.retry_at = null;
      actions.push({ do: 'send', frame: command.frame });
    }
    return actions;
  }

  private event(frame: EventFrame, now: number): Action[] {
    if (this.seq === null || frame.seq <= this.seq) return []; // a snapshot is on its way, or we have it already
    if (frame.seq === this.seq + 1) {
      this.seq = frame.seq;
      this.asked_again = false;
      // The phone rings when the server knows that the pop is here.
      return frame.kind === 'reserved' ? [{ do: 'apply', frame }, this.say_seen(now)] : [{ do: 'apply', frame }];
    }
    if (this.asked_again) this.forget(); // the server cannot fill the hole: start from a snapshot
    this.asked_again = true;
    return [{ do: 'close', code: 4000 }, ...this.show('reconnecting'), ...this.open(now)];
  }

  private answered(id: string, answer: Answer, now: number): Action[] {
    const command = this.pending.get(id);
    if (!command) return [];
    if (!answer.ok && command.durable && answer.problem.retryable === true) {
      command.retry_at = now + limits.durable_retry_ms;
      return [{ do: 'delayed', id, problem: answer.problem }];
    }
    this.pending.delete(id);
    return [{ do: 'answer', id, answer }];
  }

  /** One of these was the frame that the server would not have; which one it does not say. */
  private give_up_sent(): Action[] {
    const sent = [...this.pending].filter(([, command]) => command.sent && command.retry_at === null).map(([id]) => id);
    for (const id of sent) this.pending.delete(id);
    return sent.map((id) => refusal(id, 'bad_frame'));
  }

  private wait(now: number): Action[] {
    this.phase = 'waiting';
    const asked = this.retry_at > now ? this.retry_at - now : null;
    const most = this.attempt === 0
      ? limits.first_retry_ms
      : Math.min(limits.retry_max_ms, limits.retry_base_ms * 2 ** Math.min(this.attempt, 10));
    this.retry_at = now + (asked ?? this.random() * most);
    this.attempt += 1;
    return this.show(this.away());
  }

  private end(state: Connection, actions: Action[]): Action[] {
    this.phase = 'stopped';
    this.forget();
    return [...this.show(state), ...actions];
  }

  private forget(): void {
    this.resume = null;
    this.seq = null;
  }

  private show(state: Connection): Action[] {
    if (state === this.shown) return [];
    this.shown = state;
    return [{ do: 'connection', state }];
  }
}

function failed(id: string, code: string): Action {
  return { do: 'answer', id, answer: { ok: false, problem: { code, retryable: true } } };
}

function refusal(id: string, code: string): Action {
  return { do: 'answer', id, answer: { ok: false, problem: { code, retryable: false } } };
}
