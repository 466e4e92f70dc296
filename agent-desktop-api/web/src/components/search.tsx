import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { choose_customer } from '../actions';
import { both_names } from '../caller';
import { age_text, plain } from '../format';
import { t } from '../i18n';
import { search_asked } from '../keys';
import { find_customers } from '../rest';
import { problem_of } from '../session';
import { ringing, work } from '../stores/desk';
import { opened_customer } from '../stores/customers';
import { type CardHead, is_written } from '../wire';
import { problem_word, stage_word, tier_word } from '../words';
import { now_us } from '../clock';
import { Icon } from './icon';

const typing_pause_ms = 200;

/** Customers whose name, number or account begins with what is typed; the newest question wins. */
export function use_search() {
  const words = useSignal('');
  const found = useSignal<CardHead[] | null>(null);
  const trouble = useSignal('');
  const asked = useRef(0);
  useEffect(() => {
    const text = words.value.trim();
    const mine = ++asked.current;
    if (text.length < 2) {
      found.value = null;
      trouble.value = '';
      return;
    }
    const timer = setTimeout(() => {
      find_customers(text).then(
        ({ items }) => { if (mine === asked.current) { found.value = items; trouble.value = ''; } },
        (error: unknown) => { if (mine === asked.current) { found.value = null; trouble.value = problem_word(problem_of(error)); } },
      );
    }, typing_pause_ms);
    return () => clearTimeout(timer);
  }, [words.value]);
  return { words, found, trouble };
}

/** The header's search, Ctrl+K. A result opens the record, or says who the caller is while that is open. */
export function Search() {
  const { words, found, trouble } = use_search();
  const open = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    if (search_asked.value > 0) input.current?.focus();
  });
  useSignalEffect(() => { if (ringing.value) open.value = false; }); // nothing floats over Answer; typing on opens it again
  const close = () => { open.value = false; };
  const { contact } = work.value;
  return (
    <div class="search" ref={box} onFocusOut={(event) => { if (!box.current?.contains(event.relatedTarget as Node | null)) close(); }}
      onKeyDown={(event) => { if (event.key === 'Escape') { words.value = ''; close(); input.current?.blur(); } }}>
      <label class="field sm"><Icon name="search" />
        <input ref={input} type="search" data-testid="search" aria-label={t('search')} placeholder={t('search')} value={words.value} autocomplete="off"
          onFocus={() => { open.value = true; }} onInput={(event) => { words.value = event.currentTarget.value; open.value = true; }} />
        <kbd>Ctrl K</kbd>
      </label>
      {open.value && (found.value || trouble.value) ? (
        <div class="menu left results" data-testid="search-results">
          {trouble.value ? <p class="menu-title warn" role="alert">{trouble.value}</p> : null}
          {found.value?.length === 0 ? <p class="menu-title">{t('search.nothing')}</p> : null}
          {found.value?.map((head) => (
            <div class="result" key={head.customer}>
              <button type="button" class="item" data-testid="search-result" onClick={() => { opened_customer.value = head.customer; words.value = ''; close(); }}>
                <HeadLine head={head} />
              </button>
              {contact && contact.customer !== head.customer
                ? <button type="button" class="btn sm" onClick={() => { void choose_customer(contact.contact, head.customer); words.value = ''; close(); }}>{t(is_written(contact.channel) ? 'this_is_the_customer' : 'this_is_the_caller')}</button>
                : null}
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}

export function HeadLine({ head }: { head: CardHead }) {
  return (
    <span class="stk">
      <span class="row"><b class="cut">{both_names(head)}</b>{head.tier ? <span class="tag low">{tier_word(head.tier)}</span> : null}</span>
      <span class="t12 m cut">{[head.account ? t('account', { account: plain(head.account, 40) }) : '', head.stage ? stage_word(head.stage) : '',
        head.last_contact_at ? t('last_contact_age', { age: age_text(head.last_contact_at, now_us()) }) : ''].filter(Boolean).join(' · ')}</span>
    </span>
  );
}
