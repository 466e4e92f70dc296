import { signal } from '@preact/signals';
import * as act from './actions';
import { session } from './session';

// Keys that work anywhere: Ctrl+Alt with a letter for the contact at hand, Ctrl+K for the search, ? for help outside text fields.

export const keys_open = signal(false);
export const search_asked = signal(0);

export function start_keys(): void {
  document.addEventListener('keydown', (event) => {
    if (session.value.state !== 'in' || event.repeat) return;
    if (event.ctrlKey && event.altKey && !event.metaKey) {
      const action = by_code[event.code];
      if (!action) return;
      event.preventDefault();
      action();
    } else if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === 'KeyK') {
      event.preventDefault();
      search_asked.value += 1;
    } else if (event.key === '?' && !event.ctrlKey && !event.altKey && !is_text(event.target)) {
      event.preventDefault();
      keys_open.value = !keys_open.value;
    }
  });
}

const by_code: Record<string, () => void> = {
  KeyA: act.accept,
  KeyD: act.refuse,
  KeyH: act.hold_or_retrieve,
  KeyT: act.ask_transfer,
  KeyE: act.end_contact,
  KeyO: act.open_work,
  KeyW: () => void act.done(),
  KeyN: () => act.look_on(1),
  KeyP: () => act.look_on(-1),
};

export function is_text(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
