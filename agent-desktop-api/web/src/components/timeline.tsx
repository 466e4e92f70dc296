import { now_us } from '../clock';
import { day_text, length_text } from '../format';
import { t, tn } from '../i18n';
import { agent_name, disposition_name, queue_name } from '../stores/centre';
import { more, timeline_of } from '../stores/customers';
import { type Card, type ContactView, type PastContact, is_written } from '../wire';
import { channel_icon, contact_state_shape, outcome_word } from '../words';
import { Icon, type IconName } from './icon';

/** What happened with this customer, newest first; the contact at hand on top. */
export function Timeline({ card, contact }: { card: Card | null; contact: ContactView | null }) {
  const timeline = card ? timeline_of(card) : null;
  const rows = (timeline?.value.items ?? []).filter((row) => row.contact !== contact?.contact);
  const live = contact && contact.state !== 'offered' ? contact : null;
  const total = card?.contacts_total ?? 0;
  return (
    <>
      <h2 class="h">{t('timeline')} {card ? <span class="m">{tn('contacts', total)}</span> : null}</h2>
      <div class="tl-box">
        {live || rows.length ? (
          <ul class="tl" tabIndex={0} aria-label={t('timeline')} data-testid="timeline">
            {live ? <LiveRow contact={live} /> : null}
            {rows.map((row) => <PastRow row={row} key={row.contact} />)}
            {timeline?.value.next && card ? <li class="tl-more"><button type="button" class="btn sm quiet" disabled={timeline.value.loading} onClick={() => void more(card.customer, timeline)}>{t('timeline.older')}</button></li> : null}
            {timeline?.value.failed && card ? <li class="tl-more"><span class="warn t12">{t('timeline.failed')}</span> <button type="button" class="btn sm quiet" onClick={() => void more(card.customer, timeline)}>{t('again')}</button></li> : null}
          </ul>
        ) : <p class="m pad-side" data-testid="timeline-empty">{card ? t('timeline.first') : t('none')}</p>}
      </div>
    </>
  );
}

function LiveRow({ contact }: { contact: ContactView }) {
  return (
    <li class={`live ${contact_state_shape(contact.state) ?? 'wrapup'}`} data-testid="timeline-item" data-contact={contact.contact}>
      <Icon name={icon_of(contact.channel, contact.direction, null)} />
      <b class="cut">{disposition_name(contact.disposition) || t(is_written(contact.channel) ? 'this_contact' : 'timeline.this_call')}</b><span class="d">{t('time.now')}</span>
      <span class="x"><span class="cut">{queue_name(contact.queue)} · {t('you')}</span></span>
    </li>
  );
}

function PastRow({ row }: { row: PastContact }) {
  const answered = row.outcome === 'answered';
  const open = answered && !!row.disposition && !row.resolved;
  const who = row.agent ? agent_name(row.agent) : queue_name(row.queue);
  return (
    <li data-testid="timeline-item" data-contact={row.contact}>
      <Icon name={icon_of(row.channel, row.direction, row.outcome)} />
      <b class="cut">{disposition_name(row.disposition) || outcome_word(row.outcome) || queue_name(row.queue)}</b>
      <span class="d">{day_text(row.started_at, now_us())}</span>
      <span class="x"><span class="cut">{row.talk_us > 0 ? `${who} · ${length_text(row.talk_us)}` : who}</span><span class="sp" />
        <span class={open ? 'warn b6' : ''}>{row.resolved ? t('solved') : open ? t('not_solved') : row.disposition && !answered ? outcome_word(row.outcome) : ''}</span></span>
    </li>
  );
}

export function icon_of(channel: string | undefined, direction: string | undefined, outcome: string | null | undefined): IconName {
  if (is_written(channel)) return channel_icon(channel);
  if (outcome && outcome !== 'answered') return 'missed';
  return direction === 'outbound' ? 'out' : 'in';
}
