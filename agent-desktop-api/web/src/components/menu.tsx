import type { ComponentChildren } from 'preact';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ringing } from '../stores/desk';

/** A button that opens a floating list under itself. Escape, a choice, a press elsewhere and a ringing call close it. */
export function Menu(props: {
  class?: string;
  label?: string;
  testid?: string;
  side?: 'left' | 'right';
  face: ComponentChildren;
  children: (close: () => void) => ComponentChildren;
}) {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useSignalEffect(() => { if (ringing.value) open.value = false; }); // nothing floats over Answer
  useEffect(() => {
    if (!open.value) return;
    const outside = (event: Event) => { if (!box.current?.contains(event.target as Node)) open.value = false; };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open.value]);
  const close = () => {
    const inside = box.current?.contains(document.activeElement);
    open.value = false;
    if (inside) button.current?.focus();
  };
  return (
    <div class={`menu-box ${props.class ?? ''}`} ref={box} onKeyDown={(event) => { if (event.key === 'Escape' && open.value) { event.stopPropagation(); close(); } }}>
      <button type="button" class="bare menu-button" ref={button} aria-expanded={open.value} aria-label={props.label} data-testid={props.testid}
        onClick={() => { open.value = !open.value; }}>{props.face}</button>
      {open.value ? <div class={`menu ${props.side ?? 'left'}`}>{props.children(close)}</div> : null}
    </div>
  );
}
