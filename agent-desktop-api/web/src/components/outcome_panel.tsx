import { useSignal } from '@preact/signals';
import { outcome_missing, set_disposition } from '../actions';
import { t } from '../i18n';
import { picked } from '../outcomes';
import { connection } from '../socket';
import { centre, local_name, queue_of } from '../stores/centre';
import { language } from '../prefs';
import type { ContactView } from '../wire';
import { problem_word } from '../words';
import { Icon } from './icon';

/** Two lists side by side, then whether it is solved. What is picked is sent at once, and kept here until it is stored. */
export function OutcomePanel({ contact }: { contact: ContactView }) {
  const codes = queue_of(contact.queue)?.dispositions ?? [];
  const all = centre.value?.dispositions ?? [];
  const offered = codes.length ? codes.map((code) => all.find((one) => one.code === code)).filter((one) => one !== undefined) : all;
  const mine = picked.value[contact.contact];
  const code = mine?.code ?? contact.disposition ?? '';
  const resolved = mine?.resolved ?? contact.resolved;
  const current = offered.find((one) => one.code === code);
  const looked_at = useSignal<string | null>(null);
  const group_of = (one: (typeof offered)[number]) => (language.value === 'zh-CN' ? one.group_zh || one.group : one.group) || t('outcome.other');
  const groups = [...new Set(offered.map(group_of))];
  const group = looked_at.value ?? (current ? group_of(current) : groups[0]);
  const missing = outcome_missing.value === contact.contact && !code;
  const hint = missing ? t('outcome.missing')
    : mine && mine.taken_at_rev === null ? (mine.delayed ? problem_word({ code: mine.delayed }) : connection.value === 'live' ? t('saving') : t('notes.kept'))
    : code ? '' : codes.length ? t('required') : '';
  if (!offered.length) return null;
  return (
    <section class="pan" aria-labelledby="outcome">
      <h2 class="h" id="outcome" tabIndex={-1}>{t('outcome')}<span class="sp" />
        <span class={`t12 thin ${missing ? 'warn b6' : 'm'}`} role={missing ? 'alert' : undefined} data-testid="outcome-hint">{hint}</span></h2>
      <div class={`outcome ${groups.length > 1 ? '' : 'one'}`}>
        {groups.length > 1 ? (
          <div class="opts" role="group" aria-label={t('outcome.group')}>
            {groups.map((one) => (
              <button type="button" key={one} class={`li opt ${one === group ? 'on' : ''}`} aria-pressed={one === group} data-testid="outcome-group" onClick={() => { looked_at.value = one; }}>
                {one === group ? <b class="cut">{one}</b> : <span class="cut">{one}</span>}<span class="sp" />{one === group ? <Icon name="right" /> : null}
              </button>
            ))}
          </div>
        ) : null}
        <div class="opts side" role="group" aria-label={t('outcome')}>
          {offered.filter((one) => group_of(one) === group).map((one) => (
            <button type="button" key={one.code} class={`li opt ${one.code === code ? 'on' : ''}`} aria-pressed={one.code === code} data-testid="disposition" data-code={one.code} onClick={() => set_disposition(contact.contact, one.code, resolved)}>
              {one.code === code ? <b class="cut">{local_name(one, one.code)}</b> : <span class="cut">{local_name(one, one.code)}</span>}<span class="sp" />{one.code === code ? <Icon name="check" /> : null}
            </button>
          ))}
        </div>
        <div class="stk solved side">
          <span class="t12 m">{t('solved.question')}</span>
          <div class="seg" role="group" aria-label={t('solved.question')}>
            <button type="button" class={`btn ${code && resolved ? 'on' : ''}`} aria-pressed={!!code && resolved} disabled={!code} data-testid="solved-yes" onClick={() => set_disposition(contact.contact, code, true)}>{t('solved.yes')}</button>
            <button type="button" class={`btn ${code && !resolved ? 'on' : ''}`} aria-pressed={!!code && !resolved} disabled={!code} data-testid="solved-no" onClick={() => set_disposition(contact.contact, code, false)}>{t('solved.not_yet')}</button>
          </div>
          {code ? null : <span class="t12 m hint">{t('solved.first')}</span>}
        </div>
      </div>
    </section>
  );
}
