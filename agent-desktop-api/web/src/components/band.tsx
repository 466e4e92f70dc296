import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import * as act from '../actions';
import { caller_text, card_of, heads_of, number_of, surety_text } from '../caller';
import { second, tick } from '../clock';
import { is_pending } from '../commands';
import { clock_text, dash, length_text, plain, since_text } from '../format';
import { t } from '../i18n';
import { as_of, connection, is_old } from '../socket';
import { centre, local_name, queue_name, queue_of, reason_name } from '../stores/centre';
import { self, taken, type Work, work } from '../stores/desk';
import { queues } from '../stores/floor';
import { stage_word } from '../words';
import { callback_text } from './callback';
import { Icon, Shape } from './icon';
import { ProblemLine } from './problem_line';
import { Since } from './state_chip';

const guard_ms = 400;
const taken_us = 8_000_000;

const was_taken = () => taken.value !== null && second.value - taken.value.at < taken_us;

/**
 * The call band: always there, always 72 px. After it changes, its buttons ignore the pointer for 400 ms, so that a press
 * meant for what stood there before hits nothing; keys work at once. The same when the desk takes the place of another view.
 */
export function Band() {
  const now = work.value;
  const key = `${now.phase}/${now.contact?.contact ?? ''}/${now.offer?.offer ?? ''}`;
  const shown = useRef('');
  const guard = useSignal(false);
  const until = useRef(0);
  if (shown.current !== key) until.current = performance.now() + guard_ms;
  useLayoutEffect(() => {
    if (shown.current === key) return;
    shown.current = key;
    guard.value = true;
    const timer = setTimeout(() => { guard.value = false; }, guard_ms);
    return () => clearTimeout(timer);
  }, [key]);
  const shield = (event: MouseEvent) => {
    if (event.detail > 0 && performance.now() < until.current) {
      event.stopPropagation();
      event.preventDefault();
    }
  };
  const look = now.phase === 'ringing' ? 'lit ringing' : now.phase === 'held' ? 'hold' : now.phase === 'wrap_up' ? 'wrapup' : now.phase;
  return (
    <section class={`band ${look}`} aria-label={t('band')} data-testid="band" data-phase={now.phase} data-contact={now.contact?.contact}
      data-guard={guard.value ? 'on' : undefined} onClickCapture={shield} onKeyDown={single_letters}>
      {now.phase === 'none' ? <Idle /> : null}
      {now.phase === 'ringing' ? <Ringing now={now} /> : null}
      {now.phase === 'talking' || now.phase === 'held' ? <InCall now={now} /> : null}
      {now.phase === 'wrap_up' ? <WrapUp now={now} /> : null}
    </section>
  );
}

/** Single letters work only while the focus is in the band (WCAG 2.1.4). */
function single_letters(event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const action = { a: act.accept, d: act.refuse, h: act.hold_or_retrieve, e: act.end_call, w: () => void act.done() }[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
}

function Idle() {
  const me = self.value;
  const lost = connection.value !== 'live';
  const mine = me ? me.queues.map((id) => queues.get(id)).filter((queue) => queue !== undefined) : [];
  const longest = mine.reduce<number | null>((oldest, queue) => queue.longest_since && (oldest === null || queue.longest_since < oldest) ? queue.longest_since : oldest, null);
  const old = is_old.value;
  const missed = me?.state === 'not_ready' && me.reason === 'no_answer';
  const text = connection.value === 'recovering' ? t('band.recovering_idle')
    : lost ? t('band.lost_idle')
    : missed ? t('band.no_answer')
    : was_taken() ? t('band.taken')
    : me?.state === 'ready' ? t('band.next')
    : me?.state === 'unreachable' ? t('band.unreachable')
    : me?.state === 'signed_out' ? t('band.signed_out')
    : t('band.not_ready');
  return (
    <>
      <div class="z1 m">{t('band.no_call')}</div>
      <div class="z2">
        <span class="say">{text}</span>
        {me && !lost && (me.state === 'not_ready' || me.state === 'signed_out')
          ? <button type="button" class="btn pri" data-testid="go-ready" disabled={is_pending('set_state')} onClick={() => void act.set_state('ready')}><Words usual={t('go_ready')} waits={is_pending('set_state')} /></button>
          : null}
        <ProblemLine />
        <span class="sp" />
        {mine.length ? (
          <>
            {old && as_of.value !== null ? <span class="warn nw" data-testid="band-as-of">{t('as_of', { time: clock_text(as_of.value) })}</span> : null}
            <Label name={t('band.waiting')} old={old} value={String(mine.reduce((sum, queue) => sum + queue.waiting, 0))} />
            <Label name={t('band.longest')} old={old} value={longest ? <Since from={longest} /> : dash} />
          </>
        ) : null}
      </div>
    </>
  );
}

function Ringing({ now }: { now: Work }) {
  const contact = now.contact!;
  const offer = now.offer!;
  const card = card_of(contact);
  const heads = heads_of(contact);
  const can = connection.value === 'live';
  const answering = is_pending('accept');
  return (
    <>
      <div class="z1">
        {offer.can_answer ? (
          <button type="button" class="btn answer two" data-testid="answer" aria-keyshortcuts="Control+Alt+A" disabled={answering || !can} onClick={act.accept}>
            <span class="row"><Icon name="phone" />{offer.claim ? (answering ? t('claiming') : t('claim')) : answering ? t('answering') : t('answer')}</span><small>Ctrl+Alt+A</small>
          </button>
        ) : (
          <span class="on-phone" data-testid="answer-on-phone"><Icon name="phone" /><b>{t('answer_on_phone')}</b></span>
        )}
        <button type="button" class="btn two decline" data-testid="decline" aria-keyshortcuts="Control+Alt+D" disabled={is_pending('refuse') || !can} onClick={act.refuse}>
          <span>{is_pending('refuse') ? t('declining') : t('decline')}</span><small>Ctrl+Alt+D</small>
        </button>
      </div>
      <div class="z2">
        <Countdown from={offer.made_at} to={offer.expires_at} />
        <span class="stk who">
          <span class="t22 b6 cut" data-testid="band-name">{caller_text(contact)}</span>
          <span class="m cut">{number_of(contact)} · {heads[0]?.account ? plain(heads[0].account, 40) : surety_text(contact)}</span>
        </span>
        {can ? <ProblemLine /> : <Lost />}
        {can && offer.claim ? <span class="m nw" data-testid="claim-hint">{t('claim_hint')}</span> : null}
        <span class="sp" />
        <Label name={t('queue')} value={queue_name(contact.queue)} />
        <Label name={t('waited_so_far')} value={<Since from={contact.entered_at ?? contact.opened_at} />} />
        {heads.length ? <Label name={t('best_guess')} value={plain(heads[0]!.name, 40)} /> : <Label name={t('stage')} value={card?.stage ? stage_word(card.stage) : dash} />}
        {contact.callback ? <Label name={t('callback')} value={callback_text(contact.callback)} /> : <Label name={t('identity')} value={t('not_checked')} />}
      </div>
    </>
  );
}

function InCall({ now }: { now: Work }) {
  const contact = now.contact!;
  const held = now.phase === 'held';
  const live = connection.value === 'live';
  const can = contact.can_control && live;
  const holding = is_pending('hold', 'retrieve');
  const hint = contact.call_state === 'unknown' ? t('switch_unheard') : contact.can_control ? undefined : t('use_phone');
  return (
    <>
      <div class="z1">
        <span class="st"><Shape name={held ? 'hold' : 'talking'} /></span>
        <span class="lab"><span>{held ? t('on_hold') : t('talking_with')}</span><span class="cut" data-testid="band-name">{caller_text(contact)}</span></span>
        <span class="sp" />
        <span class="t22 b6" data-testid="call-timer"><Since from={contact.answered_at ?? contact.state_since} /></span>
      </div>
      <div class="z2">
        <div class="ctl">
          <button type="button" class={`btn lg wide ${held ? 'on' : ''}`} data-testid="hold" aria-pressed={held} aria-keyshortcuts="Control+Alt+H" disabled={!can || holding} title={hint} onClick={act.hold_or_retrieve}>
            <Icon name={held ? 'phone' : 'pause'} />{holding ? t('wait') : held ? t('retrieve') : t('hold')}<kbd>H</kbd>
          </button>
        </div>
        {!live ? <Lost /> : hint ? <span class="m">{hint}</span> : null}
        <ProblemLine />
        <span class="sp" />
        <button type="button" class="btn lg end" data-testid="end" aria-keyshortcuts="Control+Alt+E" disabled={!can || is_pending('end')} title={hint} onClick={act.end_call}>
          <Icon name="hang" />{is_pending('end') ? t('ending') : t('end')}<kbd>E</kbd>
        </button>
      </div>
    </>
  );
}

function WrapUp({ now }: { now: Work }) {
  const contact = now.contact!;
  const me = self.value!;
  const live = connection.value === 'live';
  const whole = me.until && me.since ? me.until - me.since : queue_of(contact.queue)?.wrap_up_us ?? 0;
  const busy = is_pending('end_wrap_up', 'set_state');
  const pause = centre.value?.pause_reasons[0];
  const then = me.next === 'not_ready'
    ? t('wrap.at_zero_pause', { reason: reason_name(me.next_reason) || t('state.not_ready') })
    : t('wrap.at_zero');
  return (
    <>
      <div class="z1">
        <span class="st"><Shape name="wrapup" /></span>
        <span class="lab"><span>{t('wrap_up_after')}</span><span class="cut" data-testid="band-name">{caller_text(contact)}</span></span>
      </div>
      <div class="z2">
        <div class="stk wrap-left">
          <div class="row"><span class="b6 nw" data-testid="wrap-left">{me.until ? <WrapLeft until={me.until} whole={whole} /> : t('wrap.no_limit')}</span><span class="sp" /><span class="t12 m cut">{me.until ? then : ''}</span></div>
          <WrapBar since={me.since ?? 0} until={me.until} whole={whole} />
        </div>
        <button type="button" class="btn lg" data-testid="extend" disabled={!live || !me.until || me.wrap_up_extensions_left === 0 || is_pending('extend_wrap_up')} onClick={act.extend_wrap_up}><Icon name="clock" /><Words usual={t('add_60')} waits={is_pending('extend_wrap_up')} /></button>
        {me.until ? <span class="t12 m nw" data-testid="extensions-left">{t('wrap.extensions_left', { n: me.wrap_up_extensions_left })}</span> : null}
        {live ? null : <Lost short />}
        <ProblemLine />
        <span class="sp" />
        {pause ? <button type="button" class="btn lg spare" data-testid="done-break" disabled={!live || busy} onClick={() => void act.done(pause.code)}><Words usual={t('done_then', { reason: local_name(pause, pause.code) })} waits={is_pending('set_state')} /></button> : null}
        <button type="button" class="btn lg pri" data-testid="done" aria-keyshortcuts="Control+Alt+W" disabled={!live || busy} onClick={() => void act.done()}><Words usual={t('done_next')} waits={is_pending('end_wrap_up')} /><kbd>W</kbd></button>
        <span class="end-place" />
      </div>
    </>
  );
}

function WrapLeft({ until, whole }: { until: number; whole: number }) {
  const left = until - tick.value;
  return <>{t('wrap.left', { left: length_text(left), whole: length_text(whole) })}</>;
}

function WrapBar({ until, whole }: { since: number; until: number | null; whole: number }) {
  const share = until && whole > 0 ? Math.max(0, Math.min(1, (until - tick.value) / whole)) : 1;
  return <div class="bar"><i style={{ width: `${(share * 100).toFixed(1)}%` }} /></div>;
}

/** Ring and seconds until the offer goes elsewhere. */
function Countdown({ from, to }: { from: number; to: number }) {
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

/** A button's words; while its press waits, others in the same space. */
function Words({ usual, waits }: { usual: string; waits: boolean }) {
  return <span class="words"><span class={waits ? 'gone' : ''}>{usual}</span>{waits ? <span>{t('wait')}</span> : null}</span>;
}

function Label({ name, value, old }: { name: string; value: preact.ComponentChildren; old?: boolean }) {
  return <span class="lab fact"><span>{name}</span><span class={old ? 'cut m' : 'cut'}>{value}</span></span>;
}

const lost_words = { lost: ['band.lost_call', 'band.lost_notes'], recovering: ['band.recovering_call', 'band.recovering_notes'] } as const;

function Lost({ short }: { short?: boolean }) {
  return <span class="warn row" data-testid="lost"><Icon name="warn" />{t(lost_words[connection.value === 'recovering' ? 'recovering' : 'lost'][short ? 1 : 0])}</span>;
}

/** For screen readers: a ringing call, or one to claim, once; and, in its own time, that a colleague has it. */
export function Announcer() {
  const { phase, contact, offer } = work.value;
  const said = useRef<{ offer: string; text: string } | null>(null);
  if (phase !== 'ringing' || !contact || !offer) said.current = null;
  else if (said.current?.offer !== offer.offer) {
    said.current = {
      offer: offer.offer,
      text: t(offer.claim ? 'announce.claim' : 'announce.ringing', { name: caller_text(contact), queue: queue_name(contact.queue), wait: since_text(contact.entered_at ?? contact.opened_at, tick.peek()) }),
    };
  }
  return (
    <>
      <div class="vh" role="alert" data-testid="announce">{said.current?.text ?? ''}</div>
      <div class="vh" role="status" data-testid="announce-taken">{phase === 'none' && was_taken() ? t('band.taken') : ''}</div>
    </>
  );
}

