import { useEffect, useRef } from 'preact/hooks';
import { signal } from '@preact/signals';
import { second } from '../clock';
import { drop_drafts } from '../drafts';
import type { InHand } from '../hand';
import { leave_note } from '../notes';
import { Announcer } from '../components/announcer';
import { Band } from '../components/band';
import { BlankCard } from '../components/blank_card';
import { Chooser } from '../components/chooser';
import { CustomerCard } from '../components/customer_card';
import { DeskHeader } from '../components/header';
import { LeftColumn } from '../components/left_column';
import { LastContacts } from '../components/last_contacts';
import { MyContacts } from '../components/my_contacts';
import { MyQueues } from '../components/my_queues';
import { NotesPanel } from '../components/notes_panel';
import { StrandedNotes } from '../components/stranded_notes';
import { OutcomePanel } from '../components/outcome_panel';
import { Timeline } from '../components/timeline';
import { caller_text, heads_of } from '../caller';
import { type Key, t } from '../i18n';
import { card_for, opened_customer, read_card } from '../stores/customers';
import { hand, mine, work } from '../stores/desk';
import type { ContactView, User } from '../wire';
import { channel_word, phase_word } from '../words';
import { use_title } from './title';

/** Which column a narrow window shows; wide windows show all three. */
const pane = signal<'call' | 'customer' | 'timeline'>('customer');
const panes: { id: 'call' | 'customer' | 'timeline'; key: Key }[] = [
  { id: 'call', key: 'pane.call' }, { id: 'customer', key: 'pane.customer' }, { id: 'timeline', key: 'pane.timeline' },
];

const title_of = ({ phase, contact }: InHand): string =>
  `${phase === 'talking' ? t('title.in_call') : phase_word(phase, contact.channel)} · ${caller_text(contact)}`;

/** The tab says what the agent looks at, and, turn about, what else is offered to him: he may be in another tab. */
function Title() {
  const now = work.value;
  const other = hand.value.find((one) => one.offer && one.contact !== now.contact);
  const turn = other && Math.floor(second.value / 1e6) % 2 === 0;
  use_title(turn ? `${channel_word(other.contact.channel)}: ${title_of(other)}` : now.phase === 'none' ? t('nav.desk') : title_of(now));
  return null;
}

/** The agent's desk: header, call band, then the call, the customer and the past. */
export function Desk({ user }: { user: User }) {
  const { phase, contact } = work.value;
  const looked_at = opened_customer.value;
  const card = contact ? card_for(contact) : looked_at ? read_card(looked_at).value : null;
  const present = mine.value;
  const last = useRef(present);
  useEffect(() => { // a contact that leaves the page takes its note with it, once acknowledged
    for (const before of last.current) {
      if (present.has(before)) continue;
      leave_note(before);
      drop_drafts(before);
    }
    last.current = present;
  }, [present]);
  return (
    <div class="page" data-view="desk">
      <DeskHeader user={user} />
      <Title />
      <Band />
      <Announcer />
      <nav class="panes" aria-label={t('panes')}>
        {panes.map(({ id, key }) => <button type="button" key={id} class={`pane-tab pane-${id} ${pane.value === id ? 'on' : ''}`} aria-pressed={pane.value === id} onClick={() => { pane.value = pane.value === id && id === 'timeline' ? 'customer' : id; }}>{t(key)}</button>)}
      </nav>
      <main class="desk" data-pane={pane.value}>
        <h1 class="vh">{t('nav.desk')}</h1>
        <MyContacts />
        <div class="left"><LeftColumn /></div>
        <div class="mid">
          {contact && phase === 'wrap_up' ? <OutcomePanel contact={contact} key={contact.contact} /> : null}
          {contact ? <Who contact={contact} /> : null}
          {contact ? <NotesPanel contact={contact.contact} about={caller_text(contact)} guess={contact.match === 'maybe'} key={contact.contact} /> : null}
          {!contact && looked_at && card ? <CustomerCard card={card} onClose={() => { opened_customer.value = null; }} /> : null}
          <StrandedNotes />
          {!contact ? <LastContacts /> : null}
        </div>
        <div class="right">{contact || looked_at ? <Timeline card={card} contact={contact} key={card?.customer ?? 'none'} /> : <MyQueues />}</div>
      </main>
    </div>
  );
}

function Who({ contact }: { contact: ContactView }) {
  const card = card_for(contact);
  if (card) return work.value.phase === 'wrap_up' && contact.match !== 'maybe' ? null : <CustomerCard card={card} contact={contact} />;
  if (contact.match === 'maybe' && heads_of(contact).length) return <Chooser contact={contact} key={contact.contact} />;
  if (contact.match === 'none' || contact.match === 'maybe') return <BlankCard contact={contact} key={contact.contact} />;
  return <WaitingCard />;
}

/** Known, but the record is not here yet: the same shape with dashes, so that nothing moves when it comes. */
function WaitingCard() {
  return (
    <section class="pan" aria-busy="true" aria-label={t('customer')}>
      <div class="idc"><div class="row"><h2 class="nm" data-testid="customer-name">{t('none')}</h2></div><div class="ln"><span>{t('none')}</span></div></div>
      <div class="facts">
        {(['lifecycle', 'value_12m', 'satisfaction', 'last_contact'] as const).map((key) => <div key={key}><div class="t12 m">{t(key)}</div><div class="big">{t('none')}</div><div class="t12 m">{'\u00a0'}</div></div>)}
      </div>
    </section>
  );
}
