import { second } from '../clock';
import { age_text, dash, money_text, month_text, phone_text, plain, year_text } from '../format';
import { t, tn } from '../i18n';
import { disposition_name } from '../stores/centre';
import type { Card, ContactView, Stage } from '../wire';
import { flag_word, outcome_word, stage_word, stages, tier_word } from '../words';
import { Icon } from './icon';

/** Who it is: name, flags, one line of facts, and four cells. What is not known is a dash, never a guess. */
export function CustomerCard({ card, contact, onClose }: { card: Card; contact?: ContactView; onClose?: () => void }) {
  const number = phone_text(contact?.e164 || contact?.ani || card.numbers?.[0]);
  const household = card.household ?? 0;
  const attrs = Object.entries(card.attrs ?? {}).filter(([, value]) => typeof value === 'string' || typeof value === 'number').slice(0, 3);
  return (
    <section class="pan" aria-label={t('customer')}>
      <div class="idc">
        <div class="row">
          <h2 class="nm cut" data-testid="customer-name" title={plain(card.name, 200)}>{plain(card.name, 120) || dash}</h2>
          {card.name_alt && card.name_alt !== card.name ? <span class="m t16 cut alt">{plain(card.name_alt, 60)}</span> : null}
          {card.tier ? <span class="tag" data-testid="tier">{tier_word(card.tier)}</span> : null}
          {(card.flags ?? []).slice(0, 3).map((flag) => <span class="tag warn" key={flag} data-testid="flag"><Icon name="warn" />{flag_word(flag)}</span>)}
          <span class="sp" />
          {onClose ? <button type="button" class="btn sm" onClick={onClose}>{t('close')}</button> : null}
        </div>
        <div class="ln">
          <span>{number || t('number.withheld')}</span>
          {card.account ? <span>{t('account', { account: plain(card.account, 40) })}</span> : null}
          {card.since ? <span>{t('customer_since', { year: year_text(card.since) })}</span> : null}
          {household > 1 && household < 100 ? <span class="row near"><Icon name="home" />{t('household', { n: household })}</span> : null}
          {attrs.map(([key, value]) => <span class="cut" key={key}>{plain(key, 30)}: {plain(String(value), 60)}</span>)}
        </div>
      </div>
      <div class="facts">
        <StageCell stage={card.stage} since={card.stage_since} />
        <div>
          <div class="t12 m">{t('value_12m')}</div>
          <div class="big">{money_text(card.value_12m_minor, card.currency)}</div>
        </div>
        <SatisfactionCell satisfaction={card.satisfaction} />
        <LastContactCell card={card} />
      </div>
    </section>
  );
}

function StageCell({ stage, since }: { stage: Stage | null; since: number | null }) {
  const at = stage ? stages.indexOf(stage) : -1;
  return (
    <div>
      <div class="t12 m">{stage && since ? t('lifecycle_since', { stage: stage_word(stage).toLowerCase(), month: month_text(since) }) : stage ? t('lifecycle') : `${t('lifecycle')} ${dash}`}</div>
      <div class="stages" data-stage={stage ?? ''}>
        {stages.map((one, i) => (
          <div key={one} class={i === at ? `now ${one === 'decline' ? 'dec' : ''}` : i < at ? 'past' : ''}><i /><span>{stage_word(one)}</span></div>
        ))}
      </div>
    </div>
  );
}

/** C = b/a: what was got over what was expected. Nobody asked: a dash, never 0. */
function SatisfactionCell({ satisfaction }: { satisfaction: { a: number; b: number } | null }) {
  const c = satisfaction && satisfaction.a > 0 ? satisfaction.b / satisfaction.a : null;
  return (
    <div>
      <div class="t12 m">{t('satisfaction')}</div>
      <div class={`big ${c !== null && c < 0.95 ? 'warn' : ''}`}>{c === null ? dash : `${satisfaction!.b}/${satisfaction!.a} = ${c.toFixed(2)}`}</div>
      {c === null ? <div class="t12 m">{t('satisfaction.none')}</div> : null}
    </div>
  );
}

function LastContactCell({ card }: { card: Card }) {
  const last = card.last_contacts?.[0];
  return (
    <div>
      <div class="t12 m">{t('last_contact')}</div>
      <div class="big">{last ? age_text(last.started_at, second.value) : dash}</div>
      <div class="t12 m cut">{last ? disposition_name(last.disposition) || outcome_word(last.outcome) : tn('contacts', card.contacts_total ?? 0)}</div>
    </div>
  );
}
