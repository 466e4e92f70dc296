import { signal } from '@preact/signals';
import type { Micros } from './wire';

// The server's clock as this page knows it. Every timer counts from the server's moments, so a wrong clock on the agent's
// machine shows no wrong wait.

let offset_us = 0;

/** Moves four times a second: for countdowns and single timers. */
export const tick = signal(now_us());
/** Moves once a second: for whole tables. */
export const second = signal(now_us());

export function now_us(): Micros {
  return Date.now() * 1000 + offset_us;
}

export function learn_server_time(micros: Micros): void {
  if (!Number.isFinite(micros) || micros <= 0) return;
  offset_us = micros - Date.now() * 1000;
  tick.value = second.value = now_us();
}

const listeners = new Set<(gap_ms: number) => void>();
let last = Date.now();

/** `listener` is called at each beat with the time since the one before; a long gap means the machine slept. */
export function on_beat(listener: (gap_ms: number) => void): void {
  listeners.add(listener);
}

export function start_clock(): void {
  setInterval(() => {
    const now = Date.now();
    const gap = now - last;
    last = now;
    tick.value = now_us();
    if (Math.floor(tick.value / 1e6) !== Math.floor(second.value / 1e6)) second.value = tick.value;
    for (const listener of listeners) listener(gap);
  }, 250);
}
