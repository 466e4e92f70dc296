import { useRef } from 'preact/hooks';
import { about, choose_customer } from '../actions';
import { heads_of } from '../caller';
import { now_us } from '../clock';
import { is_pending } from '../commands';
import { draft } from '../drafts';
import { age_text, dash, plain } from '../format';
import { t, tn } from '../i18n';
import { is_text } from '../keys';
import { connection } from '../socket';
import { type CardHead, type ContactView, is_written } from '../wire';
import { stage_word, tier_word } from '../words';
import { BlankCard } from './blank_card';
import { Icon } from './icon';
import { HeadLine, use_search } from './search';

/** Several customers share the number: the agent asks and chooses. Answering never waits for it. */
export function Chooser({ contact }: { contact: ContactView }) {
  const heads = heads_of(contact);
  const adding = draft(contact.contact, 'choose.adding', () => false);
  const written = is_written(contact.channel);
  const other = useRef<HTMLInputElement>(null);
  const { words, found } = use_search();
  const off = connection.value !== 'live' || is_pending(about('choose_customer', contact.contact));
  const pick = (head: CardHead) => { if (!off) void choose_customer(contact.contact, head.customer); };
  const digits = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || is_text(event.target)) return;
    if (event.key === '0') other.current?.focus();
    const head = heads[Number(event.key) - 1];
    if (event.key >= '1' && event.key <= '9' && head) pick(head);
    else if (event.key !== '0') return;
    event.preventDefault();
  };
  if (adding.value) return <BlankCard contact={contact} onCancel={() => { adding.value = false; }} />;
  return (
    <section class="pan" aria-label={t(written ? 'choose.who' : 'choose.title')} data-testid="chooser" onKeyDown={digits}>
      <div class="choose-head">
        <h2 class="t18 b6" data-testid="customer-name">{t(written ? 'choose.who' : 'choose.title')}</h2>
        <div class="m">{tn(written ? 'choose.written' : 'choose.text', heads.length)}</div>
      </div>
      {heads.map((head, i) => (
        <div key={head.customer} class={`cand ${i === 0 ? 'li on' : ''}`} data-testid="candidate" data-customer={head.customer}>
          <kbd>{i + 1}</kbd>
          <span class="stk"><span class="row"><span class="t16 b6 cut">{plain(head.name, 80)}</span>{head.tier ? <span class="tag low">{tier_word(head.tier)}</span> : null}</span><span class="m cut">{[plain(head.name_alt, 60), head.account ? t('account', { account: plain(head.account, 40) }) : ''].filter(Boolean).join(' · ') || dash}</span></span>
          <span class="stk"><span>{head.last_contact_at ? t('last_contact_age', { age: age_text(head.last_contact_at, now_us()) }) : t('no_contact_yet')}</span><span class="m">{tn('contacts', head.contacts_total ?? 0)}</span></span>
          <span class="stk"><span>{head.stage ? stage_word(head.stage) : dash}</span><span class="m">{t('stage')}</span></span>
          <button type="button" class={`btn ${i === 0 ? 'pri' : ''}`} data-testid="choose" disabled={off} onClick={() => pick(head)}>{t(written ? 'this_is_the_customer' : 'this_is_the_caller')}</button>
        </div>
      ))}
      <div class="cand-none">
        <kbd>0</kbd><span class="b6 nw">{t('choose.none')}</span>
        <div class="search sp">
          <label class="field"><Icon name="search" /><input ref={other} type="search" autocomplete="off" aria-label={t('choose.other')} placeholder={t('choose.other')} value={words.value} onInput={(event) => { words.value = event.currentTarget.value; }} /></label>
          {found.value ? (
            <div class="menu left results">
              {found.value.length ? null : <p class="menu-title">{t('search.nothing')}</p>}
              {found.value.map((head) => <button type="button" class="item" key={head.customer} disabled={off} onClick={() => { words.value = ''; pick(head); }}><HeadLine head={head} /></button>)}
            </div>
          ) : null}
        </div>
        <button type="button" class="btn" data-testid="new-customer" onClick={() => { adding.value = true; }}><Icon name="add" />{t('new_customer')}</button>
      </div>
    </section>
  );
}
