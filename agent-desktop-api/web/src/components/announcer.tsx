import { useRef } from 'preact/hooks';
import { caller_text } from '../caller';
import { second, tick } from '../clock';
import { since_text } from '../format';
import type { InHand } from '../hand';
import { t } from '../i18n';
import { queue_name } from '../stores/centre';
import { hand, taken, work } from '../stores/desk';
import { is_written } from '../wire';
import { channel_word } from '../words';

const taken_us = 8_000_000;

export const was_taken = () => taken.value !== null && second.value - taken.value.at < taken_us;

function offer_text({ contact, offer }: InHand): string {
  const facts = { name: caller_text(contact), queue: queue_name(contact.queue), wait: since_text(contact.entered_at ?? contact.opened_at, tick.peek()) };
  if (is_written(contact.channel)) return t('announce.offered', { channel: channel_word(contact.channel), ...facts });
  return t(offer?.claim ? 'announce.claim' : 'announce.ringing', facts);
}

/** For screen readers: each offer once, looked at or not; and, in its own time, that a colleague has it. */
export function Announcer() {
  const said = useRef({ offers: new Set<string>(), text: '' });
  const standing = hand.value.filter((one) => one.offer);
  const fresh = standing.find((one) => !said.current.offers.has(one.offer!.offer));
  said.current = { offers: new Set(standing.map((one) => one.offer!.offer)), text: fresh ? offer_text(fresh) : standing.length ? said.current.text : '' };
  return (
    <>
      <div class="vh" role="alert" data-testid="announce">{said.current.text}</div>
      <div class="vh" role="status" data-testid="announce-taken">{work.value.phase === 'none' && was_taken() ? t('band.taken') : ''}</div>
    </>
  );
}
