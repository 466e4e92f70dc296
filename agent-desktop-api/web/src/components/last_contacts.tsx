import { caller_text } from '../caller';
import { now_us } from '../clock';
import { dash, length_text, when_text } from '../format';
import { t } from '../i18n';
import { disposition_name, queue_name } from '../stores/centre';
import { finished } from '../stores/desk';
import { outcome_word } from '../words';

/** What this page has seen end. It is empty after a reload, and says since when it counts. */
export function LastContacts() {
  const rows = finished.value;
  return (
    <section class="pan">
      <h2 class="h">{t('last_contacts')} <span class="m">{t('last_contacts.here')}</span></h2>
      {rows.length ? (
        <table>
          <thead><tr><th>{t('time')}</th><th>{t('customer')}</th><th>{t('queue')}</th><th>{t('outcome')}</th><th>{t('result')}</th><th class="r">{t('length')}</th></tr></thead>
          <tbody>
            {rows.map(({ contact, at }) => (
              <tr key={contact.contact} data-testid="last-contact">
                <td>{when_text(contact.answered_at ?? contact.opened_at, now_us())}</td>
                <td class="b6 cut">{caller_text(contact)}</td>
                <td class="cut">{queue_name(contact.queue)}</td>
                <td class="cut">{disposition_name(contact.disposition) || outcome_word(contact.outcome) || dash}</td>
                <td class={contact.disposition && !contact.resolved ? 'warn b6' : ''}>{contact.disposition ? (contact.resolved ? t('solved') : t('open')) : dash}</td>
                <td class="r">{contact.answered_at ? length_text((contact.state_since ?? at) - contact.answered_at) : dash}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : <p class="m empty">{t('last_contacts.none')}</p>}
    </section>
  );
}
