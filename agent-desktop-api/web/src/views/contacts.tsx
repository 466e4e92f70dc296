import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../components/icon';
import { icon_of } from '../components/timeline';
import { now_us } from '../clock';
import { dash, length_text, phone_text, plain, when_text } from '../format';
import { t } from '../i18n';
import { href } from '../router';
import { type LoggedContact, get_contacts } from '../rest';
import { problem_of } from '../session';
import { agent_name, centre, disposition_name, local_name, queue_name } from '../stores/centre';
import { read_card } from '../stores/customers';
import { is_written } from '../wire';
import { channel_word, outcome_word, problem_word } from '../words';
import { use_title } from './title';

const outcomes = ['answered', 'abandoned', 'short_abandoned', 'released', 'lost', 'failed', 'handed_over'] as const;

/** For the list, whose rows carry no records: the number, else what the switch called the caller. */
function row_name(row: LoggedContact): string {
  return phone_text(row.e164 || row.ani) || plain(row.caller_name, 80) || t(is_written(row.channel) ? 'address.none' : 'number.withheld');
}

/** For one contact: the customer's name, once his record is read. */
export function logged_name(row: LoggedContact): string {
  return (row.customer && plain(read_card(row.customer).value?.name, 80)) || row_name(row);
}

/** The contact log, newest first. */
export function ContactsPage() {
  use_title(t('nav.contacts'));
  const rows = useSignal<LoggedContact[] | null>(null);
  const next = useSignal<string | number | null>(null);
  const queue = useSignal('');
  const outcome = useSignal('');
  const trouble = useSignal('');
  const load = async (more: boolean) => {
    trouble.value = '';
    try {
      const page = await get_contacts({ before: more ? next.value : null, queue: queue.value, outcome: outcome.value });
      rows.value = more ? [...(rows.value ?? []), ...page.items] : page.items;
      next.value = page.next && page.next !== '0' ? page.next : null;
    } catch (error) {
      trouble.value = problem_word(problem_of(error));
    }
  };
  useEffect(() => { void load(false); }, [queue.value, outcome.value]);
  return (
    <main class="sheet" data-testid="contacts">
      <div class="row">
        <h1 class="t22 b6">{t('nav.contacts')}</h1><span class="sp" />
        <label class="field v"><span class="m">{t('queue')}</span><select value={queue.value} onChange={(event) => { queue.value = event.currentTarget.value; }}><option value="">{t('all')}</option>{(centre.value?.queues ?? []).map((one) => <option key={one.id} value={one.id}>{local_name(one, one.id)}</option>)}</select></label>
        <label class="field v"><span class="m">{t('outcome')}</span><select value={outcome.value} onChange={(event) => { outcome.value = event.currentTarget.value; }}><option value="">{t('all')}</option>{outcomes.map((one) => <option key={one} value={one}>{outcome_word(one)}</option>)}</select></label>
        <button type="button" class="btn" data-testid="refresh" onClick={() => void load(false)}>{t('refresh')}</button>
      </div>
      {trouble.value ? <p class="problem" role="alert"><Icon name="warn" />{trouble.value}</p> : null}
      <section class="pan fx grow rows">
        <div class="rows-box"><div class="scroll" tabIndex={0} aria-label={t('nav.contacts')}>
          <table>
            <thead><tr><th>{t('time')}</th><th>{t('caller')}</th><th>{t('queue')}</th><th>{t('agent')}</th><th>{t('outcome')}</th><th>{t('result')}</th><th class="r">{t('waited')}</th><th class="r">{t('talked')}</th></tr></thead>
            <tbody>
              {(rows.value ?? []).map((row) => (
                <tr key={row.contact} data-testid="contact-row" data-contact={row.contact}>
                  <td>{when_text(row.opened_at, now_us())}</td>
                  <td class="b6"><span class="row"><Icon name={icon_of(row.channel, row.direction, row.outcome)} /><span class="vh">{channel_word(row.channel)}</span><a class="cut" href={href('contacts', row.contact)}>{row_name(row)}</a></span></td>
                  <td>{row.queue ? queue_name(row.queue) : dash}</td>
                  <td>{row.agent ? agent_name(row.agent) : dash}</td>
                  <td>{row.outcome ? outcome_word(row.outcome) : t('contact.live')}</td>
                  <td class={row.disposition && !row.resolved ? 'warn b6' : ''}>{row.disposition ? `${disposition_name(row.disposition)} · ${row.resolved ? t('solved') : t('open')}` : dash}</td>
                  <td class="r">{row.waited_us != null && (row.answered_at || row.outcome) ? length_text(row.waited_us) : dash}</td>
                  <td class="r">{row.talk_us ? length_text(row.talk_us) : dash}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {rows.value?.length === 0 ? <p class="m empty">{t('contacts.none')}</p> : null}
          {next.value ? <p class="empty"><button type="button" class="btn sm" onClick={() => void load(true)}>{t('timeline.older')}</button></p> : null}
        </div></div>
      </section>
    </main>
  );
}
