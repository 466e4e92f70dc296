import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

const guard_ms = 400;

/**
 * After `key` changed, what stands there ignores the pointer for 400 ms, so that a press meant for what stood there before hits nothing; keys work at
 * once. `shield` belongs on the box (onClickCapture), `on` into its `data-guard`.
 */
export function use_guard(key: string): { on: 'on' | undefined; shield(event: MouseEvent): void } {
  const shown = useRef('');
  const guard = useSignal(false);
  const until = useRef(0);
  if (shown.current !== key) until.current = performance.now() + guard_ms;
  useLayoutEffect(() => {
    if (shown.current === key) return;
    shown.current = key;
    guard.value = true;
    const timer = setTimeout(() => { guard.value = false; }, guard_ms);
    return () => clearTimeout(timer);
  }, [key]);
  return {
    on: guard.value ? 'on' : undefined,
    shield: (event) => {
      if (event.detail > 0 && performance.now() < until.current) {
        event.stopPropagation();
        event.preventDefault();
      }
    },
  };
}
