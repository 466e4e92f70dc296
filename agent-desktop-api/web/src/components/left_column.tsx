import { set_state } from '../actions';
import { card_of, number_of } from '../caller';
import { is_pending } from '../commands';
import { clock_text, dash, length_text, phone_text, plain, points_text } from '../format';
import { t } from '../i18n';
import { connection } from '../socket';
import { centre, local_name, queue_name, skill_name } from '../stores/centre';
import { self, work } from '../stores/desk';
import { type ContactView, is_written } from '../wire';
import { points_of } from '../why';
import { channel_word, direction_word, lang_word, term_words } from '../words';
import { CallbackFacts, CallbackPanel } from './callback';
import { Icon, Shape } from './icon';
import { Since } from './state_chip';

/** The call: what is known about it before and beside the customer. */
export function LeftColumn() {
  const { phase, contact } = work.value;
  if (!contact) return <><GoNotReady /><PhoneFacts /></>;
  return (
    <>
      {phase === 'wrap_up' ? <CallShape contact={contact} /> : null}
      {phase === 'wrap_up' && !is_written(contact.channel) ? <CallbackPanel contact={contact} key={contact.contact} /> : <CallbackFacts contact={contact} />}
      <CallFacts contact={contact} />
      <WhyYou contact={contact} />
      {contact.match === 'maybe' ? <section class="sec"><h2 class="h">{t('until.title')}</h2><p class="m">{t('until.text')}</p></section> : null}
    </>
  );
}

function GoNotReady() {
  const me = self.value;
  const reasons = centre.value?.pause_reasons ?? [];
  if (me?.observed) return <section class="sec" data-testid="observed"><h2 class="h">{t('observed.title')}</h2><p class="m">{t('observed.state_help')}</p></section>;
  if (!me || !reasons.length) return null;
  const off = connection.value !== 'live' || is_pending('set_state');
  return (
    <section class="sec">
      <h2 class="h">{me.state === 'not_ready' ? t('not_ready.change') : t('not_ready.go')}</h2>
      {reasons.map((reason) => {
        const here = me.state === 'not_ready' && me.reason === reason.code;
        return (
          <button type="button" key={reason.code} class="reason notready" data-testid={`pause-${reason.code}`} disabled={off || here} aria-pressed={here} onClick={() => void set_state('not_ready', reason.code)}>
            <span class="st"><Shape name="notready" /></span><b class="cut">{local_name(reason, reason.code)}</b><span class="sp" />{here ? <span class="t12 m"><Icon name="check" /></span> : null}
          </button>
        );
      })}
    </section>
  );
}

function PhoneFacts() {
  const me = self.value;
  if (!me) return null;
  return (
    <section class="sec">
      <h2 class="h">{t('phone.title')}</h2>
      <dl class="kv">
        <dt>{t('phone.device')}</dt><dd class="cut">{plain(me.device, 60) || dash}</dd>
        <dt>{t('phone.state')}</dt><dd class={me.device_reachable ? '' : 'warn b6'}>{!me.device_reachable ? t('phone.unreachable') : me.device_busy ? t('phone.busy') : t('phone.free')}</dd>
      </dl>
      {me.device_reachable ? null : <p class="m">{t('phone.help')}</p>}
    </section>
  );
}

function CallFacts({ contact }: { contact: ContactView }) {
  const entered = contact.entered_at ?? contact.opened_at;
  const lang = card_of(contact)?.lang;
  const written = is_written(contact.channel);
  return (
    <section class="sec">
      <h2 class="h">{t(written ? 'this_contact' : 'this_call')}</h2>
      <dl class="kv">
        <dt>{t('queue')}</dt><dd class="cut">{queue_name(contact.queue)}</dd>
        {written ? <><dt>{t('channel')}</dt><dd>{channel_word(contact.channel)}</dd><dt>{t('address.from')}</dt><dd class="cut" data-testid="address">{number_of(contact)}</dd></>
          : <><dt>{t('dialled')}</dt><dd class="cut">{phone_text(contact.dnis) || dash}</dd></>}
        <dt>{t('waited')}</dt><dd data-testid="waited">{contact.answered_at && entered ? length_text(contact.answered_at - entered) : <Since from={entered} />}</dd>
        {contact.direction !== 'inbound' ? <><dt>{t('direction')}</dt><dd>{direction_word(contact.direction)}</dd></> : null}
        {lang ? <><dt>{t('language')}</dt><dd>{lang_word(lang)}</dd></> : null}
        {contact.caller_name ? <><dt>{t(written ? 'given_name' : 'caller_name')}</dt><dd class="wrap3" data-testid="caller-name">{plain(contact.caller_name, 120)}</dd></> : null}
        {contact.url ? <><dt>{t('work.at')}</dt><dd class="wrap3" data-testid="work-url">{plain(contact.url, 300)}</dd></> : null}
      </dl>
    </section>
  );
}

/** In wrap-up: the parts of the call that the page knows, as one line and in words. */
function CallShape({ contact }: { contact: ContactView }) {
  const entered = contact.entered_at ?? contact.opened_at ?? 0;
  const answered = contact.answered_at ?? 0;
  const ended = contact.state_since ?? 0;
  const waited = answered && entered ? Math.max(0, answered - entered) : 0;
  const talked = answered && ended > answered ? ended - answered : 0;
  if (!talked) return null;
  return (
    <section class="sec">
      <h2 class="h">{t(is_written(contact.channel) ? 'the_contact' : 'the_call')}</h2>
      <div class="parts"><i class="offline" style={{ flexGrow: String(Math.max(1, waited / 1e6)) }} /><i class="talking" style={{ flexGrow: String(Math.max(1, talked / 1e6)) }} /></div>
      <dl class="kv shaped">
        <dt class="offline"><Icon name="clock" /></dt><dd>{t('waited')}</dd><dd class="r">{length_text(waited)}</dd>
        <dt class="talking"><Shape name="talking" /></dt><dd>{t(is_written(contact.channel) ? 'worked' : 'with_you')}</dd><dd class="r">{length_text(talked)}</dd>
      </dl>
      <p class="m">{t('ended_at', { time: clock_text(ended) })}</p>
    </section>
  );
}

function WhyYou({ contact }: { contact: ContactView }) {
  const mine = contact.why;
  if (!mine || mine.agent !== self.value?.agent) return null;
  const most = [...mine.terms].filter((term) => term.points > 0).sort((a, b) => b.points - a.points).slice(0, 2);
  const terms = most.map((term) => `${term_words(term.kind, skill_name(term.skill)).name} ${points_text(points_of(term.points))}`).join(t('list.comma'));
  return (
    <section class="sec" data-testid="why-you"><h2 class="h">{t('why_you')}</h2><p class="m">{t('why_you.text', { score: points_text(points_of(mine.score)), terms })}</p></section>
  );
}

