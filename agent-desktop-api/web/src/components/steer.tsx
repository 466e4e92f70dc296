import { signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { give, move, park, raise, resume, steering } from '../actions';
import { floor_text } from '../caller';
import { is_pending } from '../commands';
import { number_text, plain } from '../format';
import { t } from '../i18n';
import { connection } from '../socket';
import { agent_name, centre, local_name, queue_name } from '../stores/centre';
import { agents, floor_contacts } from '../stores/floor';
import type { AgentView, ContactView } from '../wire';
import { CancelCallback } from './callback';
import { Icon } from './icon';
import { Since } from './state_chip';

// A supervisor's hand on a call that waits.

const points_limit = 100_000;

/** The call that is being steered. */
const chosen = signal<string | null>(null);

/** A customer who is called back is left in peace until it is time. */
const rests = (contact: ContactView): boolean => contact.call_state === 'ended' && !!contact.callback?.due;
export const may_steer = (contact: ContactView): boolean => !contact.observed && (contact.state === 'waiting' || contact.state === 'offered') && !rests(contact);

/** In a call's row: opens the line under the calls, where it moves none of them, and closes it. */
export function SteerButton({ contact }: { contact: ContactView }) {
  const open = chosen.value === contact.contact;
  return (
    <button type="button" class={`btn sm ${open ? 'on' : ''}`} data-testid="steer" data-steer={contact.contact} aria-expanded={open} aria-label={t('steer.of', { name: floor_text(contact) })}
      onClick={() => { chosen.value = open ? null : contact.contact; }}>{t('steer')}</button>
  );
}

/** What can be done with the chosen call. It goes when the call waits no more; Escape puts the focus back into its row. */
export function SteerLine() {
  const contact = chosen.value ? floor_contacts.get(chosen.value) : undefined;
  const shown = contact && may_steer(contact) ? contact : null;
  useEffect(() => { if (chosen.value && !shown) chosen.value = null; });
  return shown ? <Controls key={shown.contact} contact={shown} /> : null;
}

function Controls({ contact }: { contact: ContactView }) {
  const id = contact.contact;
  const points = useSignal('100');
  const agent = useSignal('');
  const queue = useSignal('');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector('input')?.focus();
    // A button that was pressed and can be no more leaves the focus nowhere.
    const escape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && (document.activeElement === document.body || box.current?.contains(document.activeElement))) close();
    };
    document.addEventListener('keydown', escape);
    return () => document.removeEventListener('keydown', escape);
  }, []);
  const off = connection.value !== 'live';
  const n = Number(points.value);
  const good = Number.isInteger(n) && n !== 0 && Math.abs(n) <= points_limit;
  const ready = agents.all().filter((one) => one.state === 'ready' && !one.observed).sort((a, b) => a.name.localeCompare(b.name));
  const members = ready.filter((one) => one.queues.includes(contact.queue ?? ''));
  const others = ready.filter((one) => !members.includes(one));
  const to = ready.some((one) => one.agent === agent.value) ? agent.value : '';
  const queues = (centre.value?.queues ?? []).filter((one) => one.id !== contact.queue && !one.observed);
  const close = () => {
    chosen.value = null;
    document.querySelector<HTMLElement>(`[data-steer="${id}"]`)?.focus();
  };
  const submit = (act: () => void) => (event: Event) => { event.preventDefault(); act(); };
  const option = (one: AgentView) => <option key={one.agent} value={one.agent}>{plain(one.name, 40) || agent_name(one.agent)}</option>;
  return (
    <div class="steer" ref={box} role="group" aria-label={t('steer.of', { name: floor_text(contact) })} aria-busy={is_pending(steering(id))} data-testid="steer-line">
      <span class="row steer-who"><b class="cut">{floor_text(contact)}</b><span class="m cut">{queue_name(contact.queue)}</span><span class="m nw"><Since from={contact.entered_at} /></span></span>
      <form class="row" onSubmit={submit(() => { if (good) void raise(id, n); })}>
        <label class="field"><span class="m">{t('steer.points')}</span><input data-testid="steer-points" type="number" step="1" min={-points_limit} max={points_limit} value={points.value} aria-invalid={good ? undefined : true} onInput={(event) => { points.value = event.currentTarget.value; }} /></label>
        <button type="submit" class="btn sm" data-testid="steer-raise" disabled={off || !good}>{t('steer.raise')}</button>
      </form>
      <button type="button" class="btn sm" data-testid="steer-park" disabled={off} onClick={() => void (contact.parked ? resume(id) : park(id))}>{t(contact.parked ? 'steer.resume' : 'steer.park')}</button>
      <form class="row" onSubmit={submit(() => { if (to) void give(id, to); })}>
        <label class="field"><span class="m">{t('steer.agent')}</span><select data-testid="steer-agent" value={to} onChange={(event) => { agent.value = event.currentTarget.value; }}>
          <option value="">{t(ready.length ? 'steer.pick' : 'steer.nobody')}</option>
          {members.length ? <optgroup label={t('steer.members')}>{members.map(option)}</optgroup> : null}
          {others.length ? <optgroup label={t('steer.others')}>{others.map(option)}</optgroup> : null}
        </select></label>
        <button type="submit" class="btn sm" data-testid="steer-give" disabled={off || !to}>{t('steer.give')}</button>
      </form>
      <form class="row" onSubmit={submit(() => { if (queue.value) void move(id, queue.value); })}>
        <label class="field"><span class="m">{t('steer.queue')}</span><select data-testid="steer-queue" value={queue.value} onChange={(event) => { queue.value = event.currentTarget.value; }}>
          <option value="">{t('steer.pick')}</option>
          {queues.map((one) => <option key={one.id} value={one.id}>{local_name(one, one.id)}</option>)}
        </select></label>
        <button type="submit" class="btn sm" data-testid="steer-move" disabled={off || !queue.value}>{t('steer.move')}</button>
      </form>
      <CancelCallback contact={contact} />
      <span class="sp" />
      <button type="button" class="bare" aria-label={t('close')} onClick={close}><Icon name="x" /></button>
    </div>
  );
}

/** That a call stands aside, and what was added to its score. */
export function Steered({ contact }: { contact: ContactView }) {
  if (!may_steer(contact)) return null;
  return (
    <>
      {contact.parked && !contact.callback ? <span class="tag low" data-testid="parked"><Icon name="pause" />{t('contact.parked')}</span> : null}
      {contact.boost ? <span class="m" data-testid="boost" title={t('steer.boost', { n: number_text(contact.boost) })}>{contact.boost > 0 ? '+' : '−'}{number_text(Math.abs(contact.boost))}</span> : null}
    </>
  );
}
