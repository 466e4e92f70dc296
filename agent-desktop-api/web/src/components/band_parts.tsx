import { tick } from '../clock';
import { length_text } from '../format';
import { t } from '../i18n';
import { connection } from '../socket';
import { Icon } from './icon';

// What the looks of the band share.

/** Ring and seconds until the offer goes elsewhere. */
export function Countdown({ from, to }: { from: number; to: number }) {
  const left = Math.max(0, to - tick.value);
  const share = to > from ? Math.min(1, left / (to - from)) : 0;
  const around = 2 * Math.PI * 20;
  return (
    <span class="count" role="timer" aria-live="off" aria-label={t('countdown')}>
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <circle cx="24" cy="24" r="20" fill="none" stroke="currentColor" stroke-opacity=".25" stroke-width="4" />
        <circle cx="24" cy="24" r="20" fill="none" stroke="currentColor" stroke-width="4" stroke-dasharray={around.toFixed(1)} stroke-dashoffset={((1 - share) * around).toFixed(1)} transform="rotate(-90 24 24)" />
      </svg>
      <b><span>{Math.ceil(left / 1_000_000)} <small>{t('unit.s')}</small></span></b>
    </span>
  );
}

export function WrapLeft({ until, whole }: { until: number; whole: number }) {
  const left = until - tick.value;
  return <>{t('wrap.left', { left: length_text(left), whole: length_text(whole) })}</>;
}

export function WrapBar({ until, whole }: { until: number | null; whole: number }) {
  const share = until && whole > 0 ? Math.max(0, Math.min(1, (until - tick.value) / whole)) : 1;
  return <div class="bar"><i style={{ width: `${(share * 100).toFixed(1)}%` }} /></div>;
}

/** A button's words; while its press waits, others in the same space. */
export function Words({ usual, waits }: { usual: string; waits: boolean }) {
  return <span class="words"><span class={waits ? 'gone' : ''}>{usual}</span>{waits ? <span>{t('wait')}</span> : null}</span>;
}

export function Label({ name, value, old }: { name: string; value: preact.ComponentChildren; old?: boolean }) {
  return <span class="lab fact"><span>{name}</span><span class={old ? 'cut m' : 'cut'}>{value}</span></span>;
}

const lost_words = {
  lost: { call: 'band.lost_call', written: 'band.lost_written', notes: 'band.lost_notes' },
  recovering: { call: 'band.recovering_call', written: 'band.recovering_notes', notes: 'band.recovering_notes' },
} as const;

/** What goes on without a connection: the call, not the written contact; in wrap-up only notes matter. */
export function Lost({ what }: { what: 'call' | 'written' | 'notes' }) {
  return <span class="warn row" data-testid="lost"><Icon name="warn" />{t(lost_words[connection.value === 'recovering' ? 'recovering' : 'lost'][what])}</span>;
}
