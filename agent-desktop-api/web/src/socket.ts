import { computed, signal } from '@preact/signals';
import { learn_server_time, on_beat, second } from './clock';
import { type Action, type Answer, type Applied, type Connection, DeskProtocol } from './protocol';
import type { CommandName, Problem, ServerFrame, TopicName } from './wire';

declare const CLIENT_VERSION: string;

// Carries out what DeskProtocol says: one WebSocket, one machine, no decisions of its own.

export const connection = signal<Connection>('off');
/** When the server was last heard, in the page's own milliseconds; 0 before the first frame. */
const heard_at = signal(0);
/** For how long nothing was heard, looked at once a second and at each frame; 0 before the first one. */
const silence_ms = computed(() => {
  second.value; // read first, so that silence alone moves it
  return heard_at.value > 0 ? Date.now() - heard_at.value : 0;
});

const old_after_ms = 5000;
/** Nothing was heard for so long that what the page shows may no longer be true. The server is never silent for over 2 s. */
export const is_old = computed(() => silence_ms.value > old_after_ms);

/** The server's moment at which the figures were true; null before the first frame. */
export const as_of = computed(() => {
  const now = second.value;
  if (heard_at.value === 0) return null;
  return is_old.value ? now - silence_ms.value * 1000 : now;
});

export interface Ears {
  apply(frame: Applied): void;
  sign_in(): void;
  check_session(): void;
}

const protocol = new DeskProtocol(tab_id(), CLIENT_VERSION, Math.random);
interface Waiting {
  answer(answer: Answer): void;
  delayed: ((problem: Problem) => void) | undefined;
}
const waiting = new Map<string, Waiting>();
let ears: Ears | null = null;
let socket: WebSocket | null = null;

export function listen(given: Ears): void {
  ears = given;
  on_beat((gap_ms) => {
    if (gap_ms > 20_000) perform(protocol.hurry(Date.now())); // the machine slept
    perform(protocol.tick(Date.now()));
  });
  addEventListener('online', () => perform(protocol.hurry(Date.now())));
}

export function connect(): void {
  perform(protocol.start(Date.now()));
}

export function disconnect(): void {
  perform(protocol.stop());
}

export function subscribe(topics: TopicName[]): void {
  perform(protocol.subscribe(topics));
}

/**
 * Sends a command once however often the connection breaks; resolves with the server's answer or the page's own refusal.
 * `delayed` hears why a durable one has to wait.
 */
export function send(
  name: CommandName, args: Record<string, unknown>, options: { id?: string; durable?: boolean; delayed?: (problem: Problem) => void } = {},
): Promise<Answer> {
  const id = options.id ?? uuid();
  return new Promise((resolve) => {
    waiting.set(id, { answer: resolve, delayed: options.delayed });
    perform(protocol.command(id, name, args, options.durable ?? false, Date.now()));
  });
}

export function withdraw(id: string): void {
  protocol.withdraw(id);
  waiting.delete(id);
}

export function uuid(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // plain http on another host than localhost
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function perform(actions: Action[]): void {
  for (const action of actions) {
    switch (action.do) {
      case 'open': open(); break;
      case 'close': close(action.code); break;
      case 'send': if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(action.frame)); break;
      case 'apply': ears?.apply(action.frame); break;
      case 'answer': {
        const one = waiting.get(action.id);
        waiting.delete(action.id);
        one?.answer(action.answer);
        break;
      }
      case 'delayed': waiting.get(action.id)?.delayed?.(action.problem); break;
      case 'connection': connection.value = action.state; break;
      case 'server_time': learn_server_time(action.micros); break;
      case 'sign_in': ears?.sign_in(); break;
      case 'check_session': ears?.check_session(); break;
    }
  }
}

function open(): void {
  close(1000);
  const url = new URL('/api/v1/agent', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const mine = new WebSocket(url, 'cti.v1.json');
  socket = mine;
  mine.onopen = () => { if (socket === mine) perform(protocol.opened(Date.now())); };
  mine.onmessage = (message) => {
    if (socket !== mine || typeof message.data !== 'string') return;
    let frame: ServerFrame;
    try {
      frame = JSON.parse(message.data) as ServerFrame;
    } catch {
      perform([{ do: 'close', code: 4400 }, ...protocol.closed(1002, Date.now())]);
      return;
    }
    heard_at.value = Date.now();
    perform(protocol.frame(frame, Date.now()));
  };
  mine.onclose = (event) => {
    if (socket !== mine) return;
    socket = null;
    perform(protocol.closed(event.code, Date.now()));
  };
}

/** Closes without waiting for the other side, which may take a minute to agree. */
function close(code: number): void {
  const mine = socket;
  socket = null;
  if (!mine) return;
  mine.onopen = mine.onmessage = mine.onclose = null;
  mine.close(code);
}

/** Names this tab for as long as it lives, over reloads. */
function tab_id(): string {
  const key = 'callwright.tab';
  let id = sessionStorage.getItem(key);
  if (!id) {
    id = uuid();
    sessionStorage.setItem(key, id);
  }
  return id;
}
