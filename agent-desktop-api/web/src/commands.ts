import { effect, signal } from '@preact/signals';
import { send } from './socket';
import type { CommandName, Problem } from './wire';

// Presses that wait for the server. Only the server changes state: a press shows as pending until what it asked for is seen,
// and rolls back with a reason when it is refused or after five seconds.

/** Keys of the presses that wait: the command's name, with its object where several may wait at once. */
export const pending = signal<ReadonlySet<string>>(new Set());

export interface Failure {
  name: CommandName;
  problem: Problem;
  /** The contact that it was about; null: none of those in hand. */
  contact: string | null;
}
/** The last press that failed, until the next press or until it is dismissed. */
export const failure = signal<Failure | null>(null);

const patience_ms = 5000;

export function is_pending(...keys: string[]): boolean {
  return keys.some((key) => pending.value.has(key));
}

/** `seen` reads signals and tells whether the wish came true; without it the server's answer is enough. */
export async function press(name: CommandName, args: Record<string, unknown>, seen?: () => boolean, key: string = name, contact: string | null = null): Promise<boolean> {
  if (pending.value.has(key)) return false;
  failure.value = null;
  mark(key, true);
  const answer = await send(name, args);
  if (!answer.ok) {
    mark(key, false);
    failure.value = { name, problem: answer.problem, contact };
    return false;
  }
  if (!seen || (await comes_true(seen))) {
    mark(key, false);
    return true;
  }
  mark(key, false);
  failure.value = { name, problem: { code: 'not_seen' }, contact };
  return false;
}

function comes_true(seen: () => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    let stop: (() => void) | null = null;
    let done = false;
    const finish = (value: boolean) => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      queueMicrotask(() => stop?.());
      resolve(value);
    };
    const timer = setTimeout(() => finish(false), patience_ms);
    stop = effect(() => { if (seen()) finish(true); });
  });
}

function mark(key: string, on: boolean): void {
  const next = new Set(pending.value);
  if (on) next.add(key);
  else next.delete(key);
  pending.value = next;
}
