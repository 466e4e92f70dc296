import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import * as act from '../actions';
import { plain } from '../format';
import { t } from '../i18n';
import { centre, local_name } from '../stores/centre';
import { self } from '../stores/desk';
import { Icon } from './icon';

/** Where the caller goes: a queue, and there perhaps a colleague. It stands in the band, whose single letters are not meant here. */
export function HandOn({ contact, off }: { contact: string; off: boolean }) {
  const queue = useSignal('');
  const colleague = useSignal('');
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => { form.current?.querySelector('select')?.focus(); }, []);
  const close = () => {
    act.handing_on.value = null;
    document.querySelector<HTMLElement>('[data-testid="transfer"]')?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Escape') close();
  };
  const queues = (centre.value?.queues ?? []).filter((one) => !one.observed);
  const colleagues = (centre.value?.agents ?? []).filter((one) => one.id !== self.value?.agent).sort((a, b) => a.name.localeCompare(b.name));
  return (
    <form class="row hand-on" ref={form} data-testid="hand-on" aria-label={t('transfer.to')} onKeyDown={keys} onSubmit={(event) => { event.preventDefault(); if (queue.value) act.transfer(contact, queue.value, colleague.value); }}>
      <label class="field"><span class="m">{t('transfer.queue')}</span><select data-testid="transfer-queue" value={queue.value} onChange={(event) => { queue.value = event.currentTarget.value; }}>
        <option value="">{t('steer.pick')}</option>
        {queues.map((one) => <option key={one.id} value={one.id}>{local_name(one, one.id)}</option>)}
      </select></label>
      <label class="field"><span class="m">{t('transfer.colleague')}</span><select data-testid="transfer-colleague" value={colleague.value} onChange={(event) => { colleague.value = event.currentTarget.value; }}>
        <option value="">{t('transfer.anybody')}</option>
        {colleagues.map((one) => <option key={one.id} value={one.id}>{plain(one.name, 40)}</option>)}
      </select></label>
      <button type="submit" class="btn pri" data-testid="transfer-send" disabled={off || !queue.value}>{t('transfer')}</button>
      <button type="button" class="bare" aria-label={t('close')} onClick={close}><Icon name="x" /></button>
    </form>
  );
}
