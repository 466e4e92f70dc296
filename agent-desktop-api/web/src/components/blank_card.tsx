import { useSignal } from '@preact/signals';
import { choose_customer } from '../actions';
import { number_of, unknown_text } from '../caller';
import { draft } from '../drafts';
import { plain } from '../format';
import { t } from '../i18n';
import { language } from '../prefs';
import { post_customer } from '../rest';
import { problem_of } from '../session';
import { connection, uuid } from '../socket';
import { type ContactView, is_written } from '../wire';
import { problem_word } from '../words';
import { Icon } from './icon';

const name_limit_bytes = 200;

/** Nobody has this number yet: a blank card that becomes a customer with a name and a language. */
export function BlankCard({ contact, onCancel }: { contact: ContactView; onCancel?: () => void }) {
  const id = contact.contact;
  const written = is_written(contact.channel);
  const name = draft(id, 'blank.name', () => '');
  const lang = draft<string>(id, 'blank.lang', () => (language.peek() === 'zh-CN' ? 'zh' : 'en'));
  const saving = useSignal(false);
  const made = draft<string | null>(id, 'blank.made', () => null); // saved but not yet attached
  const command = draft(id, 'blank.command', uuid); // of this card: a second press after a late answer makes nobody twice
  const trouble = useSignal('');
  const save = async (event: Event) => {
    event.preventDefault();
    const given = name.value.trim();
    if (!given) {
      trouble.value = t('blank.name_missing');
      return;
    }
    if (new TextEncoder().encode(given).length > name_limit_bytes) {
      trouble.value = t('problem.too_long');
      return;
    }
    if (saving.value) return;
    saving.value = true;
    trouble.value = '';
    try {
      if (!made.value) {
        made.value = (await post_customer({ name: given, lang: lang.value, contact: contact.contact }, command.value)).customer;
      }
      if (!(await choose_customer(contact.contact, made.value))) trouble.value = t('blank.not_attached');
    } catch (error) {
      trouble.value = problem_word(problem_of(error));
    }
    saving.value = false;
  };
  return (
    <section class="pan" aria-label={t('customer')} data-testid="blank-card">
      <div class="idc">
        <div class="row"><h2 class="nm cut" data-testid="customer-name">{onCancel ? t('new_customer') : unknown_text(contact)}</h2><span class="tag">{t('blank.tag')}</span></div>
        <div class="ln"><span>{number_of(contact)}</span>{contact.caller_name ? <span class="cut">{t(written ? 'blank.given_name' : 'blank.switch_says', { name: plain(contact.caller_name, 80) })}</span> : null}</div>
      </div>
      <form class="blank" onSubmit={save} noValidate>
        <label class="stk grow"><span class="t12 m">{t('blank.name')}</span>
          <span class="field v"><input data-testid="blank-name" type="text" maxLength={name_limit_bytes} autocomplete="off" value={name.value} aria-invalid={trouble.value ? true : undefined} aria-describedby="blank-trouble" onInput={(event) => { name.value = event.currentTarget.value; }} /></span></label>
        <label class="stk"><span class="t12 m">{t('language')}</span>
          <span class="field v"><select data-testid="blank-lang" value={lang.value} onChange={(event) => { lang.value = event.currentTarget.value; }}><option value="en">{t('lang.en')}</option><option value="zh">{t('lang.zh')}</option></select></span></label>
        <button type="submit" class="btn pri" data-testid="blank-save" disabled={saving.value || connection.value !== 'live'}>{saving.value ? t('saving') : t('blank.save')}</button>
        {onCancel ? <button type="button" class="btn" onClick={onCancel}>{t('cancel')}</button> : null}
      </form>
      <p class={`blank-line ${trouble.value ? 'warn' : 'm'}`} id="blank-trouble" role={trouble.value ? 'alert' : undefined}>
        {trouble.value ? <><Icon name="warn" /> {trouble.value}</> : t(written ? 'blank.written' : 'blank.text')}
      </p>
    </section>
  );
}
