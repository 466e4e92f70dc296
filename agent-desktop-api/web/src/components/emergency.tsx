import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { set_emergency, switching } from '../actions';
import { is_pending } from '../commands';
import { length_text } from '../format';
import { second } from '../clock';
import { t } from '../i18n';
import { connection } from '../socket';
import { local_name, queue_name } from '../stores/centre';
import { queues } from '../stores/floor';
import type { QueueView } from '../wire';
import { Icon, Shape } from './icon';

// A queue that does not take callers as usual: closed by its hours, or switched to emergency by a supervisor.

/** The queue about which the page asks once more. */
const asked = signal<string | null>(null);

const title = (queue: QueueView): string => local_name(queue, queue_name(queue.queue));

export function QueueState({ queue }: { queue: QueueView }) {
  if (queue.emergency) {
    const since = queue.emergency_since ? length_text(second.value - queue.emergency_since) : '';
    return <span class="tag warn br" data-testid="emergency-on" title={t('emergency.since', { time: since })}><Shape name="breach" />{t('emergency')}</span>;
  }
  if (queue.observed) return <span class="tag low" data-testid="observed" title={t('observed.queue_help')}>{t('observed.queue')}</span>;
  return queue.open ? null : <span class="tag low" data-testid="closed"><Icon name="clock" />{t('queue.closed')}</span>;
}

/** In a queue's row: opens the question under the queues, and closes it. */
export function EmergencyButton({ queue }: { queue: QueueView }) {
  if (queue.observed) return null;
  const open = asked.value === queue.queue;
  return (
    <button type="button" class={`btn sm ${open ? 'on' : ''}`} data-testid="emergency" data-emergency={queue.queue} aria-expanded={open} aria-pressed={queue.emergency}
      aria-label={t(queue.emergency ? 'emergency.end_of' : 'emergency.of', { queue: title(queue) })} onClick={() => { asked.value = open ? null : queue.queue; }}>{t(queue.emergency ? 'emergency.end' : 'emergency')}</button>
  );
}

/** Nothing is switched by one press: this says what would happen, and asks. */
export function EmergencyLine() {
  const queue = asked.value ? queues.get(asked.value) : undefined;
  useEffect(() => { if (asked.value && !queue) asked.value = null; });
  return queue ? <Question key={queue.queue} queue={queue} on={!queue.emergency} /> : null;
}

function Question({ queue, on }: { queue: QueueView; on: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef(on);
  const close = () => {
    asked.value = null;
    document.querySelector<HTMLElement>(`[data-emergency="${queue.queue}"]`)?.focus();
  };
  useEffect(() => {
    box.current?.querySelector<HTMLElement>('[data-testid="emergency-cancel"]')?.focus(); // a key that is still held switches nothing
    const escape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && (document.activeElement === document.body || box.current?.contains(document.activeElement))) close();
    };
    document.addEventListener('keydown', escape);
    return () => document.removeEventListener('keydown', escape);
  }, []);
  useEffect(() => { if (before.current !== on) close(); }, [on]); // it is done, here or by somebody else
  const name = title(queue);
  const off = connection.value !== 'live' || is_pending(switching(queue.queue));
  return (
    <div class="steer" ref={box} role="group" aria-label={t(on ? 'emergency.of' : 'emergency.end_of', { queue: name })} aria-busy={is_pending(switching(queue.queue))} data-testid="emergency-line">
      <span class="row br"><Shape name="breach" /></span><b>{t(on ? 'emergency.ask' : 'emergency.ask_end', { queue: name })}</b>
      {on ? <span class="m">{t('emergency.means', { n: queue.waiting })}</span> : null}
      <span class="sp" />
      <button type="button" class="btn sm" data-testid="emergency-confirm" disabled={off} onClick={() => void set_emergency(queue.queue, on)}>{t(on ? 'emergency.on' : 'emergency.end')}</button>
      <button type="button" class="btn sm" data-testid="emergency-cancel" onClick={close}>{t('cancel')}</button>
    </div>
  );
}
