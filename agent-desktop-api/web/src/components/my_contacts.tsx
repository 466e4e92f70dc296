import { caller_text, number_of } from '../caller';
import { tick } from '../clock';
import { failure } from '../commands';
import { length_text } from '../format';
import type { InHand } from '../hand';
import { t } from '../i18n';
import { hand, look, work } from '../stores/desk';
import { is_written } from '../wire';
import { channel_word, phase_shape, phase_word } from '../words';
import { use_guard } from './guard';
import { Icon, Shape } from './icon';
import { Since } from './state_chip';
import { icon_of } from './timeline';

/** What the agent has in hand, where that is more than a call. A press on a row shows that contact everywhere on the desk. */
export function MyContacts() {
  const all = hand.value;
  const guard = use_guard(all.map((one) => one.contact.contact).join());
  if (all.length < 2 && !all.some((one) => is_written(one.contact.channel))) return null;
  return (
    <nav class="mine" aria-labelledby="mine" data-testid="my-contacts" data-guard={guard.on} onClickCapture={guard.shield}>
      <h2 class="h" id="mine">{t('my_contacts')} <span class="m">{all.length}</span></h2>
      <ul class="mine-rows">{all.map((one) => <li key={one.contact.contact}><Row one={one} /></li>)}</ul>
    </nav>
  );
}

function Row({ one }: { one: InHand }) {
  const { contact, phase } = one;
  const shown = work.value.contact?.contact === contact.contact;
  const shape = phase_shape(phase);
  const failed = !shown && failure.value?.contact === contact.contact;
  return (
    <button type="button" class={`li ${shown ? 'on' : ''} ${!shown && phase === 'ringing' ? 'asks' : ''} ${shape}`} aria-current={shown ? 'true' : undefined} title={number_of(contact)}
      data-testid="my-contact" data-contact={contact.contact} data-phase={phase} onClick={() => look(contact.contact)}>
      <Icon name={icon_of(contact.channel, contact.direction, null)} /><span class="vh">{channel_word(contact.channel)}</span>
      <span class={`cut ${shown ? 'b6' : ''}`}>{caller_text(contact)}</span><span class="sp" />
      {failed ? <span class="warn row"><Icon name="warn" /><span class="vh">{t('my_contacts.failed')}</span></span> : null}
      <span class="chip"><Shape name={shape} />{phase_word(phase, contact.channel)}<Clock one={one} /></span>
    </button>
  );
}

/** What is left of an offer or a wrap-up; otherwise the time in this state. */
function Clock({ one }: { one: InHand }) {
  const until = one.offer ? one.offer.expires_at : one.until;
  return until ? <span class="tm" role="timer" aria-live="off">{length_text(until - tick.value)}</span> : <Since class="tm" from={one.since} />;
}
