import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { floor_text } from '../caller';
import { Icon, Shape } from '../components/icon';
import { now_us, second } from '../clock';
import { clock_ms_text, clock_text, dash, length_text, number_text, phone_text, points_text, when_text } from '../format';
import { t } from '../i18n';
import { href } from '../router';
import { type LoggedContact, get_contact, get_decisions } from '../rest';
import { problem_of } from '../session';
import { agent_name, disposition_name, queue_name } from '../stores/centre';
import { floor_contacts } from '../stores/floor';
import { type DecisionView, is_written } from '../wire';
import { cause_word, channel_word, contact_state_word, offer_end_word, outcome_word, problem_word, segment_shape, segment_word } from '../words';
import { points_of } from '../why';
import { logged_name } from './contacts';
import { use_title } from './title';

/** One contact of the log: what happened, who was asked, and why. */
export function ContactPage({ contact }: { contact: string }) {
  const row = useSignal<LoggedContact | null>(null);
  const decisions = useSignal<DecisionView[]>([]);
  const trouble = useSignal('');
  const live = floor_contacts.get(contact);
  useEffect(() => { // read again when a live contact moves on
    get_contact(contact).then((read) => { row.value = read; trouble.value = ''; }, (error: unknown) => { trouble.value = problem_word(problem_of(error)); });
    get_decisions(contact).then(({ items }) => { decisions.value = items; }, () => { /* the contact itself says what is wrong */ });
  }, [contact, live?.state, live?.offers.length]);
  const c = row.value;
  const name = c ? logged_name(c) : live ? floor_text(live) : dash;
  use_title(`${t('nav.contacts')} · ${name}`);
  return (
    <main class="sheet scroll" data-testid="contact">
      <Crumbs parts={[{ text: t('nav.contacts'), href: href('contacts') }, { text: name }]} />
      {trouble.value ? <p class="problem" role="alert"><Icon name="warn" />{trouble.value}</p> : null}
      <h1 class="t22 b6" data-testid="contact-name">{name}</h1>
      {c ? (
        <>
          <section class="pan"><div class="labs">
            <Lab name={t('channel')} value={channel_word(c.channel)} />
            <Lab name={t(is_written(c.channel) ? 'address.from' : 'number')} value={phone_text(c.e164 || c.ani) || t(is_written(c.channel) ? 'address.none' : 'number.withheld')} />
            <Lab name={t('queue')} value={c.queue ? queue_name(c.queue) : dash} />
            <Lab name={t('agent')} value={c.agent ? agent_name(c.agent) : dash} />
            <Lab name={t('began')} value={when_text(c.opened_at, now_us())} />
            <Lab name={t('waited')} value={c.waited_us != null && (c.answered_at || c.outcome) ? length_text(c.waited_us) : dash} />
            <Lab name={t(is_written(c.channel) ? 'worked' : 'talked')} value={c.talk_us ? length_text(c.talk_us) : dash} />
            <Lab name={t('outcome')} value={c.outcome ? outcome_word(c.outcome) : live ? contact_state_word(live.state, live.channel) : t('contact.live')} />
            <Lab name={t('cause')} value={c.outcome && c.cause ? cause_word(c.cause) : dash} />
            <Lab name={t('result')} value={c.disposition ? `${disposition_name(c.disposition)} · ${c.resolved ? t('solved') : t('open')}` : dash} />
          </div></section>
          <section class="pan">
            <h2 class="h">{t('decisions')} <span class="m">{t('decisions.text')}</span></h2>
            {decisions.value.length ? (
              <table>
                <thead><tr><th>{t('decision')}</th><th>{t('decided_at')}</th><th>{t('queue')}</th><th>{t('chosen')}</th><th class="r">{t('total')}</th><th>{t('offer_end')}</th><th /></tr></thead>
                <tbody>
                  {decisions.value.map((decision) => {
                    const offer = c.offers?.find((one) => one.decision === decision.decision);
                    return (
                      <tr key={decision.decision} data-testid="decision-row" data-decision={decision.decision}>
                        <td class="b6">{number_text(decision.decision)}</td><td>{clock_ms_text(decision.at)}</td><td>{queue_name(decision.queue)}</td><td class="b6">{agent_name(decision.agent)}</td>
                        <td class="r">{decision.best[0] ? points_text(points_of(decision.best[0].score)) : dash}</td><td>{offer?.how ? offer_end_word(offer.how) : dash}</td>
                        <td class="r"><a class="btn sm" data-testid="why" href={href('contacts', contact, String(decision.decision))}>{t('why')}</a></td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            ) : <p class="m empty">{t('decisions.none')}</p>}
          </section>
          <div class="cols2">
            <section class="pan">
              <h2 class="h">{t('segments')}</h2>
              {c.segments?.length ? (
                <table>
                  <thead><tr><th>{t('state')}</th><th>{t('agent')}</th><th>{t('from')}</th><th class="r">{t('length')}</th></tr></thead>
                  <tbody>{c.segments.map((part) => (
                    <tr key={part.segment} data-testid="segment"><td><span class={`chip ${segment_shape(part.what)}`}><Shape name={segment_shape(part.what)} />{segment_word(part.what, c.channel)}</span></td>
                      <td>{part.agent ? agent_name(part.agent) : dash}</td><td>{clock_text(part.from_at)}</td><td class="r">{part.from_at ? length_text((part.to_at || second.value) - part.from_at) : dash}</td></tr>
                  ))}</tbody>
                </table>
              ) : <p class="m empty">{t('none')}</p>}
            </section>
            <section class="pan">
              <h2 class="h">{t('notes')}</h2>
              {c.notes?.length ? c.notes.map((note) => (
                <div class="li note-line" key={note.note}><span class="stk"><span class="note-text">{note.text}</span><span class="t12 m">{agent_name(note.agent)} · {when_text(note.at, now_us())}</span></span></div>
              )) : <p class="m empty">{t('none')}</p>}
            </section>
          </div>
        </>
      ) : null}
    </main>
  );
}

export function Crumbs({ parts }: { parts: { text: string; href?: string }[] }) {
  return (
    <nav class="row m crumbs" aria-label={t('crumbs')}>
      {parts.map((part, i) => <>{i ? <Icon name="right" /> : null}{part.href ? <a href={part.href} key={part.text}>{part.text}</a> : <span class="ink cut" key={part.text} aria-current="page">{part.text}</span>}</>)}
    </nav>
  );
}

export function Lab({ name, value }: { name: string; value: string }) {
  return <span class="lab"><span>{name}</span><span>{value}</span></span>;
}
