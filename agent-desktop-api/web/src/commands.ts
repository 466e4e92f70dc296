import { effect, signal } from '@preact/signals';
import { send } from './socket';
import type { CommandName, Problem } from './wire';

// Presses that wait for the server. Only the server changes state: a press shows as pending until what it asked for is seen,
// and rolls back with a reason when it is refused or after five seconds.

/** Keys (`accept`, `hold`, `set_state` ...) of the presses that wait. */
export const pending = signal<ReadonlySet<string>>(new Set());

export interface Failure {
  name: CommandName;
  problem: Problem;
}
/** The last press that failed, until the next press or until it is dismissed. */
export const failure = signal<Failure | null>(null);

const patience_ms = 5000;

export function is_pending(...names: CommandName[]): boolean {
  return names.some((name) => pending.value.has(name));
}

/** `seen` reads signals and tells whether the wish came true; without it the server's answer is enough. */
export async function press(name: CommandName, args: Record<string, unknown>, seen?: () => boolean): Promise<boolean> {
  if (pending.value.has(name)) return false;
  failure.value = null;
  mark(name, true);
  const answer = await send(name, args);
  if (!answer.ok) {
    mark(name, false);
    failure.value = { name, problem: answer.problem };
    return false;
  }
  if (!seen || (await comes_true(seen))) {
    mark(name, false);
    return true;
  }
  mark(name, false);
  failure.value = { name, problem: { code: 'not_seen' } };
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

function mark(name: string, on: boolean): void {
  const next = new Set(pending.value);
  if (on) next.add(name);
  else next.delete(name);
  pending.value = next;
}
