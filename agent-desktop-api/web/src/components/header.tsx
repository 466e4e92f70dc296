import * as act from '../actions';
import { is_pending } from '../commands';
import { type Key, t } from '../i18n';
import { density, densities, language, languages, sound, sounds, theme, themes } from '../prefs';
import { keys_open } from '../keys';
import { type Route, go, route } from '../router';
import { is_signing_out, is_supervisor, sign_out } from '../session';
import { centre, local_name, reason_name } from '../stores/centre';
import { self } from '../stores/desk';
import { links } from '../stores/floor';
import { clock_text, plain } from '../format';
import { as_of, connection, is_old } from '../socket';
import type { User } from '../wire';
import { works_text } from '../words';
import { Icon, Shape } from './icon';
import { Menu } from './menu';
import { Search } from './search';
import { StateChip } from './state_chip';

export function DeskHeader({ user }: { user: User }) {
  const me = self.value;
  return (
    <header class="hd">
      <div class="st">{me ? <StateMenu /> : <span class="chip offline" data-testid="state" data-state="unknown"><Shape name="offline" />{t('state.unknown')}</span>}</div>
      <div class="mid2"><Search /><NextTag /></div>
      <div class="rt"><ConnectionWord /><Phone /><Keys /><UserMenu user={user} /></div>
    </header>
  );
}

/** `here` is the view that is shown, whatever the address says. */
export function FloorHeader({ user, here }: { user: User; here: Route['view'] }) {
  return (
    <header class="hd">
      <div class="st brand"><b>{t('app')}</b></div>
      <nav aria-label={t('nav')}>
        {user.agent ? <a href="#/desk">{t('nav.desk')}</a> : null}
        <a href="#/live" class={here === 'live' ? 'on' : ''} aria-current={here === 'live' ? 'page' : undefined}>{t('nav.live')}</a>
        <a href="#/contacts" class={here !== 'live' ? 'on' : ''} aria-current={here !== 'live' ? 'page' : undefined}>{t('nav.contacts')}</a>
      </nav>
      <span class="sp" />
      <div class="rt">
        {here === 'live' ? <AsOf /> : null}
        <ConnectionWord quiet />
        <LinkWord />
        <UserMenu user={user} />
        <span class="m role">{t('role.supervisor')}</span>
      </div>
    </header>
  );
}

function StateMenu() {
  const me = self.value!;
  if (me.observed) return <Observed />;
  const working = me.state === 'talking' || me.state === 'held' || me.state === 'wrap_up' || me.state === 'reserved';
  const reasons = centre.value?.pause_reasons ?? [];
  const pick = (close: () => void, state: 'ready' | 'not_ready', reason = '') => () => { close(); void act.set_state(state, reason); };
  const changing = is_pending('set_state');
  const off = connection.value !== 'live' || changing;
  return (
    <Menu class="grow" testid="state-menu" face={<>
      <StateChip state={me.state} since={me.since} has={me.state === 'ready' ? works_text(me.works) : ''} reason={me.state === 'not_ready' ? reason_name(me.reason) : ''} />
      <span class="vh">{t('change_state')}</span><span class="sp" />{changing ? <span class="t12 m nw" data-testid="state-changing">{t('state.changing')}</span> : <Icon name="down" />}
    </>}>
      {(close) => (
        <>
          <p class="menu-title">{working ? t('state.after_this') : t('state.change')}</p>
          <button type="button" class="item ready" data-testid="set-ready" disabled={off} onClick={pick(close, 'ready')}><span class="st"><Shape name="ready" /></span>{t('state.ready')}</button>
          {reasons.map((reason) => (
            <button type="button" key={reason.code} class="item notready" data-testid={`set-not-ready-${reason.code}`} disabled={off} onClick={pick(close, 'not_ready', reason.code)}>
              <span class="st"><Shape name="notready" /></span>{local_name(reason, reason.code)}
            </button>
          ))}
          {reasons.length ? null : <button type="button" class="item notready" disabled={off} onClick={pick(close, 'not_ready')}><span class="st"><Shape name="notready" /></span>{t('state.not_ready')}</button>}
        </>
      )}
    </Menu>
  );
}

/** His switch decides: shown, and nothing to press. */
function Observed() {
  const me = self.value!;
  return (
    <span class="row grow" data-testid="state-observed" title={t('observed.state_help')}>
      <StateChip state={me.state} since={me.since} has="" reason={me.state === 'not_ready' ? reason_name(me.reason) : ''} /><span class="t12 m nw">{t('observed.state')}</span>
    </span>
  );
}

/** What follows the work at hand, with cancel. It never replaces the state. */
function NextTag() {
  const me = self.value;
  if (!me) return null;
  const what = is_signing_out(me) ? t('state.signed_out') : me.next === 'not_ready' && me.state !== 'not_ready' ? reason_name(me.next_reason) || t('state.not_ready') : null;
  if (!what) return null;
  return (
    <span class="tag next" data-testid="next-state">{t('next')} <b>{what}</b>
      {me.observed ? null : <button type="button" class="bare" aria-label={t('next.cancel')} disabled={connection.value !== 'live' || is_pending('set_state')} onClick={() => void act.set_state('ready')}><Icon name="x" /></button>}
    </span>
  );
}

const connection_words: Record<string, Key> = {
  live: 'conn.live', connecting: 'conn.connecting', reconnecting: 'conn.reconnecting', recovering: 'conn.recovering', replaced: 'conn.replaced', forbidden: 'conn.forbidden', off: 'conn.off',
};

function ConnectionWord({ quiet }: { quiet?: boolean }) {
  const state = connection.value;
  const silent = state === 'live' && is_old.value;
  const good = state === 'live' && !silent;
  if (quiet && good) return <span class="vh" data-testid="connection" data-state={state}>{t('conn.live')}</span>;
  return (
    <span class={`row ${good ? '' : 'warn b6'}`} role="status" data-testid="connection" data-state={state}>
      <Icon name={good ? 'check' : 'warn'} />{silent ? t('conn.silent') : t(connection_words[state] ?? 'conn.off')}
    </span>
  );
}

function Phone() {
  const me = self.value;
  if (!me) return null;
  const good = me.device_reachable;
  return (
    <span class={`row phone ${good ? '' : 'warn b6'}`} data-testid="phone" title={plain(me.device, 80)}>
      <Icon name={good ? 'head' : 'warn'} />{good ? (me.device_busy && me.state === 'ready' ? t('phone.busy') : t('phone.ready')) : t('phone.unreachable')}
    </span>
  );
}

function Keys() {
  return <button type="button" class="bare row m keys" data-testid="keys" onClick={() => { keys_open.value = true; }}><Icon name="keys" />{t('keys')} <kbd>?</kbd></button>;
}

/** Time of the figures: when the server was last heard. After five seconds of silence they are old, whatever the socket says. */
function AsOf() {
  const old = is_old.value;
  return (
    <span class={old ? 'warn' : 'm'} data-testid="as-of">
      <span class="day">{centre.value ? t('as_of.day', { zone: zone_name(centre.value.time_zone) }) : ''}</span> <b class={old ? '' : 'ink'}>{as_of.value === null ? '—' : clock_text(as_of.value)}</b>
    </span>
  );
}

function zone_name(zone: string): string {
  return plain(zone.split('/').pop()?.replace(/_/g, ' ') || zone, 30);
}

function LinkWord() {
  const all = links.all();
  if (!all.length) return null;
  const down = all.filter((link) => !link.up);
  return down.length
    ? <span class="row breach br b6" data-testid="links" data-up="false"><Shape name="breach" />{down.length === all.length ? t('links.down') : t('links.some_down', { n: down.length, of: all.length })}</span>
    : <span class="row" data-testid="links" data-up="true"><Icon name="check" />{t('links.up')}</span>;
}

const theme_words: Record<(typeof themes)[number], Key> = { system: 'theme.system', light: 'theme.light', dark: 'theme.dark' };
const density_words: Record<(typeof densities)[number], Key> = { compact: 'density.compact', default: 'density.default', touch: 'density.touch' };

export function UserMenu({ user }: { user: User }) {
  return (
    <Menu side="right" label={t('user_menu', { name: plain(user.name, 60) })} testid="user-menu" face={<b>{plain(user.name, 60)}</b>}>
      {(close) => (
        <>
          <Preferences />
          {user.agent ? <SoundPreference /> : null}
          <div class="menu-line" />
          {user.agent && is_supervisor(user) ? (
            <button type="button" class="item" onClick={() => { close(); go(route.value.view === 'desk' ? 'live' : 'desk'); }}>{route.value.view === 'desk' ? t('nav.live') : t('nav.desk')}</button>
          ) : null}
          <button type="button" class="item" data-testid="sign-out" onClick={() => { close(); void sign_out(); }}>{t('sign_out')}</button>
        </>
      )}
    </Menu>
  );
}

export function Preferences() {
  return (
    <>
      <fieldset class="pref"><legend>{t('pref.language')}</legend><div class="seg">
        {languages.map((one) => <button type="button" key={one} class={`btn sm ${language.value === one ? 'on' : ''}`} aria-pressed={language.value === one} data-testid={`lang-${one}`} lang={one} onClick={() => { language.value = one; }}>{one === 'en' ? 'English' : '中文'}</button>)}
      </div></fieldset>
      <fieldset class="pref"><legend>{t('pref.theme')}</legend><div class="seg">
        {themes.map((one) => <button type="button" key={one} class={`btn sm ${theme.value === one ? 'on' : ''}`} aria-pressed={theme.value === one} data-testid={`theme-${one}`} onClick={() => { theme.value = one; }}>{t(theme_words[one])}</button>)}
      </div></fieldset>
      <fieldset class="pref"><legend>{t('pref.density')}</legend><div class="seg">
        {densities.map((one) => <button type="button" key={one} class={`btn sm ${density.value === one ? 'on' : ''}`} aria-pressed={density.value === one} data-testid={`density-${one}`} onClick={() => { density.value = one; }}>{t(density_words[one])}</button>)}
      </div></fieldset>
    </>
  );
}

function SoundPreference() {
  return (
    <fieldset class="pref"><legend>{t('pref.sound')}</legend><div class="seg">
      {sounds.map((one) => <button type="button" key={one} class={`btn sm ${sound.value === one ? 'on' : ''}`} aria-pressed={sound.value === one} data-testid={`sound-${one}`} onClick={() => { sound.value = one; }}>{t(one === 'on' ? 'sound.on' : 'sound.off')}</button>)}
    </div></fieldset>
  );
}
