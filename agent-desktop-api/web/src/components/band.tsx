import * as act from '../actions';
import { caller_text, card_of, heads_of, number_of, surety_text } from '../caller';
import { is_pending } from '../commands';
import { clock_text, dash, plain } from '../format';
import type { InHand } from '../hand';
import { t } from '../i18n';
import { opening } from '../opening';
import { as_of, connection, is_old } from '../socket';
import { centre, local_name, queue_name, queue_of, reason_name } from '../stores/centre';
import { offered_last, self, work } from '../stores/desk';
import { queues } from '../stores/floor';
import { is_written } from '../wire';
import { channel_icon, channel_word, stage_word } from '../words';
import { was_taken } from './announcer';
import { Countdown, Label, Lost, Words, WrapBar, WrapLeft } from './band_parts';
import { callback_text } from './callback';
import { HandOn } from './hand_on';
import { use_guard } from './guard';
import { Icon, Shape } from './icon';
import { ProblemLine } from './problem_line';
import { Since } from './state_chip';

/**
 * The band: always there, always 72 px, about the contact that the agent looks at. After it changes, its buttons ignore the
 * pointer for a moment. The same when the desk takes the place of another view.
 */
export function Band() {
  const now = work.value;
  const guard = use_guard(`${now.phase}/${now.contact?.contact ?? ''}/${now.offer?.offer ?? ''}`);
  const look = now.phase === 'ringing' ? 'lit ringing' : now.phase === 'held' ? 'hold' : now.phase === 'wrap_up' ? 'wrapup' : now.phase === 'working' ? 'talking' : now.phase;
  return (
    <section class={`band ${look}`} aria-label={t(is_written(now.contact?.channel) ? 'this_contact' : 'band')} data-testid="band" data-phase={now.phase} data-contact={now.contact?.contact}
      data-guard={guard.on} onClickCapture={guard.shield} onKeyDown={single_letters}>
      {now.phase === 'none' ? <Idle /> : null}
      {now.phase === 'ringing' ? <Ringing now={now} /> : null}
      {now.phase === 'talking' || now.phase === 'held' ? <InCall now={now} /> : null}
      {now.phase === 'working' ? <Working now={now} /> : null}
      {now.phase === 'wrap_up' ? <WrapUp now={now} /> : null}
    </section>
  );
}

/** Single letters work only while the focus is in the band (WCAG 2.1.4). */
function single_letters(event: KeyboardEvent): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const action = { a: act.accept, d: act.refuse, h: act.hold_or_retrieve, t: act.ask_transfer, e: act.end_contact, o: act.open_work, w: () => void act.done(), n: () => act.look_on(1), p: () => act.look_on(-1) }[event.key.toLowerCase()];
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
  const handed_over = me?.state === 'not_ready' && me.reason === 'handed_over';
  const missed = me?.state === 'not_ready' && me.reason === 'no_answer';
  const text = connection.value === 'recovering' ? t('band.recovering_idle')
    : lost ? t('band.lost_idle')
    : missed ? t(is_written(offered_last.value) ? 'band.not_accepted' : 'band.no_answer')
    : handed_over ? t('band.handed_over')
    : was_taken() ? t('band.taken')
    : me?.observed ? t('band.observed')
    : me?.state === 'ready' ? t('band.next')
    : me?.state === 'unreachable' ? t('band.unreachable')
    : me?.state === 'signed_out' ? t('band.signed_out')
    : t('band.not_ready');
  return (
    <>
      <div class="z1 m">{t('band.no_call')}</div>
      <div class="z2">
        <span class="say">{text}</span>
        {me && !me.observed && !lost && (me.state === 'not_ready' || me.state === 'signed_out')
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

/** A call that rings, or a written contact that is offered. */
function Ringing({ now }: { now: InHand }) {
  const contact = now.contact;
  const offer = now.offer!;
  const written = is_written(contact.channel);
  const card = card_of(contact);
  const heads = heads_of(contact);
  const can = connection.value === 'live';
  const accepting = is_pending(act.about('accept', contact.contact));
  const refusing = is_pending(act.about('refuse', contact.contact));
  const accept = written ? (accepting ? t('accepting') : t('accept')) : offer.claim ? (accepting ? t('claiming') : t('claim')) : accepting ? t('answering') : t('answer');
  return (
    <>
      <div class="z1">
        {written || offer.can_answer ? (
          <button type="button" class="btn answer two" data-testid="answer" aria-keyshortcuts="Control+Alt+A" disabled={accepting || !can} onClick={act.accept}>
            <span class="row"><Icon name={channel_icon(contact.channel)} />{accept}</span><small>Ctrl+Alt+A</small>
          </button>
        ) : (
          <span class="on-phone" data-testid="answer-on-phone"><Icon name="phone" /><b>{t('answer_on_phone')}</b></span>
        )}
        {contact.observed ? null : <button type="button" class="btn two decline" data-testid="decline" aria-keyshortcuts="Control+Alt+D" disabled={refusing || !can} onClick={act.refuse}>
          <span>{t(written ? (refusing ? 'declining_written' : 'decline_written') : refusing ? 'declining' : 'decline')}</span><small>Ctrl+Alt+D</small>
        </button>}
      </div>
      <div class="z2">
        {offer.expires_at ? <Countdown from={offer.made_at} to={offer.expires_at} /> : <span class="t22 b6" data-testid="rings-since"><Since from={offer.made_at} /></span>}
        <span class="stk who">
          <span class="t22 b6 cut" data-testid="band-name">{caller_text(contact)}</span>
          <span class="m cut">{number_of(contact)} · {heads[0]?.account ? plain(heads[0].account, 40) : surety_text(contact)}</span>
        </span>
        {can ? <ProblemLine contact={contact.contact} /> : <Lost what={written ? 'notes' : 'call'} />}
        {can && offer.claim && !written ? <span class="m nw" data-testid="claim-hint">{t('claim_hint')}</span> : null}
        <span class="sp" />
        <Label name={t('queue')} value={queue_name(contact.queue)} />
        <Label name={t('waited_so_far')} value={<Since from={contact.entered_at ?? contact.opened_at} />} />
        {heads.length ? <Label name={t('best_guess')} value={plain(heads[0]!.name, 40)} /> : <Label name={t('stage')} value={card?.stage ? stage_word(card.stage) : dash} />}
        {written ? <Label name={t('channel')} value={channel_word(contact.channel)} />
          : contact.callback ? <Label name={t('callback')} value={callback_text(contact.callback)} /> : <Label name={t('identity')} value={t('not_checked')} />}
      </div>
    </>
  );
}

function InCall({ now }: { now: InHand }) {
  const contact = now.contact;
  const held = now.phase === 'held';
  const live = connection.value === 'live';
  const can = contact.can_control && live;
  const holding = is_pending(act.about('hold', contact.contact), act.about('retrieve', contact.contact));
  const ending = is_pending(act.about('end', contact.contact));
  const going = is_pending(act.about('transfer', contact.contact));
  const asks = act.handing_on.value === contact.contact;
  const hint = contact.call_state === 'unknown' ? t('switch_unheard') : contact.can_control ? undefined : t('use_phone');
  return (
    <>
      <div class="z1">
        <span class="st"><Shape name={held ? 'hold' : 'talking'} /></span>
        <span class="lab"><span>{held ? t('on_hold') : t('talking_with')}</span><span class="cut" data-testid="band-name">{caller_text(contact)}</span></span>
        <span class="sp" />
        <span class="t22 b6" data-testid="call-timer"><Since from={now.since} /></span>
      </div>
      <div class="z2">
        <div class="ctl">
          <button type="button" class={`btn lg wide ${held ? 'on' : ''}`} data-testid="hold" aria-pressed={held} aria-keyshortcuts="Control+Alt+H" disabled={!can || holding} title={hint} onClick={act.hold_or_retrieve}>
            <Icon name={held ? 'phone' : 'pause'} />{holding ? t('wait') : held ? t('retrieve') : t('hold')}<kbd>H</kbd>
          </button>
          <button type="button" class={`btn lg ${asks ? 'on' : ''}`} data-testid="transfer" aria-expanded={asks} aria-keyshortcuts="Control+Alt+T" disabled={!can || going} title={hint} onClick={act.ask_transfer}>
            {t('transfer')}<kbd>T</kbd>
          </button>
        </div>
        {asks ? <HandOn key={contact.contact} contact={contact.contact} off={!can || going} /> : null}
        {!live ? <Lost what="call" /> : hint ? <span class="m">{hint}</span> : null}
        <ProblemLine contact={contact.contact} />
        <span class="sp" />
        <button type="button" class="btn lg end" data-testid="end" aria-keyshortcuts="Control+Alt+E" disabled={!can || ending} title={hint} onClick={act.end_contact}>
          <Icon name="hang" />{ending ? t('ending') : t('end')}<kbd>E</kbd>
        </button>
      </div>
    </>
  );
}

/** A written contact that is worked on: the work itself is elsewhere. Done stands where End stands in a call. */
function Working({ now }: { now: InHand }) {
  const contact = now.contact;
  const live = connection.value === 'live';
  const ending = is_pending(act.about('end', contact.contact));
  const address = opening(contact.url, location.origin);
  return (
    <>
      <div class="z1">
        <span class="st"><Icon name={channel_icon(contact.channel)} /></span>
        <span class="lab"><span>{channel_word(contact.channel)}</span><span class="cut" data-testid="band-name">{caller_text(contact)}</span></span>
        <span class="sp" />
        <span class="t22 b6" data-testid="call-timer"><Since from={now.since} /></span>
      </div>
      <div class="z2">
        {address ? <a class="btn lg pri wide" data-testid="open-work" href={address} target="_blank" rel="noopener" aria-keyshortcuts="Control+Alt+O"><Icon name="open" />{t('work.open')}<kbd>O</kbd></a>
          : contact.url ? <span class="lab no-way" data-testid="not-opened"><span>{t('work.not_opened')}</span><span class="cut">{plain(contact.url, 200)}</span></span> : null}
        {live ? null : <Lost what="written" />}
        <ProblemLine contact={contact.contact} />
        <span class="sp" />
        <button type="button" class="btn lg" data-testid="end" aria-keyshortcuts="Control+Alt+E" disabled={!live || ending} onClick={act.end_contact}>
          <Icon name="check" /><Words usual={t('work.done')} waits={ending} /><kbd>E</kbd>
        </button>
      </div>
    </>
  );
}

function WrapUp({ now }: { now: InHand }) {
  const contact = now.contact;
  const me = self.value!;
  const written = is_written(contact.channel);
  const live = connection.value === 'live';
  const whole = now.until && now.since ? now.until - now.since : queue_of(contact.queue)?.wrap_up_us ?? 0;
  const ending = is_pending(act.about('end_wrap_up', contact.contact));
  const busy = ending || (!written && is_pending('set_state'));
  const extending = is_pending(act.about('extend_wrap_up', contact.contact));
  const pause = written ? undefined : centre.value?.pause_reasons[0];
  const then = written ? t('wrap.at_zero_written')
    : me.next === 'not_ready' ? t('wrap.at_zero_pause', { reason: reason_name(me.next_reason) || t('state.not_ready') })
    : t('wrap.at_zero');
  return (
    <>
      <div class="z1">
        <span class="st"><Shape name="wrapup" /></span>
        <span class="lab"><span>{t('wrap_up_after')}</span><span class="cut" data-testid="band-name">{caller_text(contact)}</span></span>
      </div>
      <div class="z2">
        <div class="stk wrap-left">
          <div class="row"><span class="b6 nw" data-testid="wrap-left">{now.until ? <WrapLeft until={now.until} whole={whole} /> : t('wrap.no_limit')}</span><span class="sp" /><span class="t12 m cut">{now.until ? then : ''}</span></div>
          <WrapBar until={now.until} whole={whole} />
        </div>
        <button type="button" class="btn lg" data-testid="extend" disabled={!live || !now.until || now.extensions_left === 0 || extending} onClick={act.extend_wrap_up}><Icon name="clock" /><Words usual={t('add_60')} waits={extending} /></button>
        {now.until ? <span class="t12 m nw" data-testid="extensions-left">{t('wrap.extensions_left', { n: now.extensions_left })}</span> : null}
        {live ? null : <Lost what="notes" />}
        <ProblemLine contact={contact.contact} />
        <span class="sp" />
        {pause ? <button type="button" class="btn lg spare" data-testid="done-break" disabled={!live || busy} onClick={() => void act.done(pause.code)}><Words usual={t('done_then', { reason: local_name(pause, pause.code) })} waits={is_pending('set_state')} /></button> : null}
        <button type="button" class="btn lg pri" data-testid="done" aria-keyshortcuts="Control+Alt+W" disabled={!live || busy} onClick={() => void act.done()}><Words usual={t(written ? 'work.finish' : 'done_next')} waits={ending} /><kbd>W</kbd></button>
        <span class="end-place" />
      </div>
    </>
  );
}
