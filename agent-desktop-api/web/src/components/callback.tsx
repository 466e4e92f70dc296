import { about, ask_callback, cancel_callback, steering } from '../actions';
import { is_pending } from '../commands';
import { draft } from '../drafts';
import { clock_text, dash, phone_text, plain, when_text } from '../format';
import { second } from '../clock';
import { type Key, t } from '../i18n';
import { connection } from '../socket';
import { agent_name, queue_of } from '../stores/centre';
import { self } from '../stores/desk';
import type { CallbackView, ContactView } from '../wire';
import { cause_word } from '../words';
import { Icon } from './icon';

// A customer who is to be called: what an agent and a supervisor see of it, and how an agent asks for it.

const askers: Record<CallbackView['by'], Key> = { caller: 'callback.by.caller', agent: 'callback.by.agent', rule: 'callback.by.rule', desk: 'callback.by.desk' };

/** In the call band: that the customer waits for a call, or that his phone rings. */
export function callback_text(callback: CallbackView): string {
  return callback.called_at ? t('callback.calling') : t('callback.since', { time: clock_text(callback.asked_at) });
}

/** Beside the customer: whom, who asked and when, how often he was called. */
export function CallbackFacts({ contact }: { contact: ContactView }) {
  const callback = contact.callback;
  if (!callback) return null;
  return (
    <section class="sec" data-testid="callback-facts">
      <h2 class="h"><Icon name="phone" />{t('callback')}</h2>
      <dl class="kv">
        <dt>{t('callback.number')}</dt><dd class="cut" data-testid="callback-number">{phone_text(callback.number)}</dd>
        <dt>{t('callback.asked')}</dt><dd>{t(askers[callback.by] ?? 'callback.by.desk')}, {when_text(callback.asked_at, second.value)}</dd>
        {callback.due ? <><dt>{t('callback.due')}</dt><dd>{when_text(callback.due, second.value)}</dd></> : null}
        {callback.agent ? <><dt>{t('callback.for')}</dt><dd class="cut">{agent_name(callback.agent)}</dd></> : null}
        <dt>{t('callback.calls')}</dt><dd>{t('callback.of', { n: callback.attempts, most: callback.most_attempts })}{callback.last_cause ? ` · ${cause_word(callback.last_cause)}` : ''}</dd>
      </dl>
      {callback.note ? <p class="wrap3" data-testid="callback-note">{plain(callback.note, 1000)}</p> : null}
    </section>
  );
}

/** In wrap-up: have this customer called at a time, by whoever fits or by oneself. */
export function CallbackPanel({ contact }: { contact: ContactView }) {
  const when = draft(contact.contact, 'callback.when', () => '');
  const mine = draft(contact.contact, 'callback.mine', () => false);
  const number = draft(contact.contact, 'callback.number', () => '');
  const note = draft(contact.contact, 'callback.note', () => '');
  if (!queue_of(contact.queue)?.callbacks) return null;
  if (contact.callback) {
    return (
      <section class="sec" data-testid="callback-owed"><h2 class="h"><Icon name="phone" />{t('callback')}</h2>
        <p>{t('callback.agreed', { time: contact.callback.due ? when_text(contact.callback.due, second.value) : dash })}{contact.callback.agent ? ` · ${agent_name(contact.callback.agent)}` : ''}</p></section>
    );
  }
  const at = when.value ? new Date(when.value).getTime() * 1000 : 0;
  const off = connection.value !== 'live' || is_pending(about('callback', contact.contact));
  const me = self.value?.agent;
  const submit = (event: Event) => {
    event.preventDefault();
    if (!at) return;
    void ask_callback(contact.contact, {
      due: at, ...(mine.value && me ? { agent: me } : {}), ...(number.value.trim() ? { number: number.value.trim() } : {}), ...(note.value.trim() ? { note: note.value.trim() } : {}),
    });
  };
  return (
    <section class="sec" aria-labelledby="callback">
      <h2 class="h" id="callback">{t('callback.title')}</h2>
      <form class="callback" onSubmit={submit} data-testid="callback-form">
        <label class="stk"><span class="t12 m">{t('callback.when')}</span>
          <input type="datetime-local" required data-testid="callback-when" value={when.value} onInput={(event) => { when.value = event.currentTarget.value; }} /></label>
        <label class="stk"><span class="t12 m">{t('callback.other_number')}</span>
          <input type="tel" maxLength={16} pattern="\+[1-9][0-9]{4,14}" placeholder={phone_text(contact.e164) || '+44…'} required={!contact.e164} data-testid="callback-other" value={number.value} onInput={(event) => { number.value = event.currentTarget.value; }} /></label>
        <label class="stk"><span class="t12 m">{t('callback.note')}</span>
          <textarea class="area" rows={2} maxLength={300} data-testid="callback-note-text" value={note.value} onInput={(event) => { note.value = event.currentTarget.value; }} /></label>
        <label class="row"><input type="checkbox" data-testid="callback-mine" checked={mine.value} onChange={(event) => { mine.value = event.currentTarget.checked; }} />{t('callback.mine')}</label>
        <button type="submit" class="btn" data-testid="callback-ask" disabled={off || !at}>{is_pending(about('callback', contact.contact)) ? t('wait') : t('callback.ask')}</button>
      </form>
    </section>
  );
}

/** In the live view: that nobody is on the line, and when he will be called. */
export function CallbackTag({ contact }: { contact: ContactView }) {
  const callback = contact.callback;
  if (!callback) return null;
  const text = callback.called_at ? t('callback.calling') : callback.due && !callback.on_the_line ? t('callback.at', { time: when_text(callback.due, second.value) }) : t('callback');
  return <span class="tag" data-testid="callback-tag"><Icon name="phone" />{text}</span>;
}

export function CancelCallback({ contact }: { contact: ContactView }) {
  if (!contact.callback) return null;
  return (
    <button type="button" class="btn sm" data-testid="callback-cancel" disabled={connection.value !== 'live' || is_pending(steering(contact.contact))}
      onClick={() => void cancel_callback(contact.contact)}>{t('callback.cancel')}</button>
  );
}
