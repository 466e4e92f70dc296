import { type Signal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { force_state, forcing } from '../actions';
import { floor_text } from '../caller';
import { second } from '../clock';
import { is_pending } from '../commands';
import { EmergencyButton, EmergencyLine, QueueState } from '../components/emergency';
import { CallbackTag, CancelCallback } from '../components/callback';
import { Icon, Shape } from '../components/icon';
import { Menu } from '../components/menu';
import { ProblemLine } from '../components/problem_line';
import { SteerButton, SteerLine, Steered, may_steer } from '../components/steer';
import { Since } from '../components/state_chip';
import { icon_of } from '../components/timeline';
import { dash, length_text, number_text, plain } from '../format';
import { by_longest_wait, type Figures, figures, is_breached } from '../figures';
import { t, tn } from '../i18n';
import { href } from '../router';
import { connection, is_old } from '../socket';
import { agent_name, centre, local_name, queue_name, reason_name } from '../stores/centre';
import { agents, floor_contacts, links, queues, told } from '../stores/floor';
import type { AgentState, AgentView, QueueView } from '../wire';
import { agent_state_shape, agent_state_word, channel_icon, channel_word, contact_state_shape, contact_state_word, works_by_channel } from '../words';
import { use_title } from './title';

const alert_after_us = 60_000_000; // a wait is worth an alert when it is this much over the promise

/** The supervisor's live view: what needs somebody now, the figures of the day, queues, agents and calls. */
export function LivePage() {
  use_title(t('nav.live'));
  useEffect(keep_samples, []);
  const old = is_old.value;
  return (
    <main class={`floor ${old ? 'old' : ''}`} data-testid="live" data-old={old}>
      <h1 class="vh">{t('nav.live')}</h1>
      <Alerts />
      <Tiles />
      <div class="live-grid">
        <div class="fx live-left"><Queues /><Calls /></div>
        <AgentGrid />
      </div>
    </main>
  );
}

interface Line { key: string; name: string; head: string; text: string; queue?: string }

/** What needs somebody now, in places that do not move: a line keeps its place until it is over or acknowledged. */
const places: (string | null)[] = [null, null, null];
/** Acknowledged on this page; forgotten when it is over, so that the next time is told again. */
const acknowledged = signal<ReadonlySet<string>>(new Set());
/** The queue whose calls are shown alone. */
const opened_queue = signal<string | null>(null);

function alert_lines(now: number): Line[] {
  const down = links.all().filter((link) => !link.up);
  const late = queues.all().filter((queue) => queue.longest_since && now - queue.longest_since > queue.service_level_us + alert_after_us);
  return [
    ...down.map((link) => {
      const name = t('alert.link', { link: plain(link.switch, 40) });
      return { key: `link ${link.switch}`, name, head: name, text: t('alert.link_since', { time: link.since ? length_text(now - link.since) : dash, reason: plain(link.reason, 60) || t('cause.unknown') }) };
    }),
    ...by_longest_wait(late).map((queue) => ({
      key: `queue ${queue.queue}`,
      name: queue_title(queue),
      head: t('alert.queue', { queue: queue_title(queue), wait: length_text(now - queue.longest_since!), limit: length_text(queue.service_level_us) }),
      text: t(ready_in(queue.queue) ? 'alert.waiting' : 'alert.waiting_nobody', { time: length_text(now - queue.longest_since! - queue.service_level_us), n: queue.waiting }),
      queue: queue.queue,
    })),
  ];
}

/** Puts every line into its place: where it was, or the first free one. */
function place(lines: readonly Line[]): (Line | null)[] {
  const by_key = new Map(lines.map((line) => [line.key, line]));
  places.forEach((key, i) => { if (key && !by_key.has(key)) places[i] = null; });
  for (const { key } of lines) {
    const free = places.indexOf(null);
    if (free >= 0 && !places.includes(key)) places[free] = key;
  }
  return places.map((key) => (key ? by_key.get(key)! : null));
}

function Alerts() {
  const all = alert_lines(second.value);
  const lines = all.filter((line) => !acknowledged.value.has(line.key));
  const shown = place(lines);
  const more = lines.length - shown.filter(Boolean).length;
  useEffect(() => {
    const kept = [...acknowledged.value].filter((key) => all.some((line) => line.key === key));
    if (kept.length < acknowledged.value.size) acknowledged.value = new Set(kept);
  });
  return (
    <section class="alerts" aria-label={t('alerts')}>
      {shown.map((line, i) => (line ? (
        <div class="alert" key={i} data-testid="alert" data-key={line.key}>
          <span class="st"><Shape name="breach" /></span><b class="cut">{line.head}</b><span class="m cut">{line.text}</span><span class="sp" />
          {i === shown.length - 1 && more > 0 ? <span class="nw" data-testid="more-alerts">{t('alert.more', { n: more })}</span> : null}
          {line.queue ? <button type="button" class="btn sm" data-testid="open-queue" onClick={() => { opened_queue.value = line.queue!; }}>{t('alert.open')}</button> : null}
          <button type="button" class="btn sm" data-testid="acknowledge" onClick={() => { acknowledged.value = new Set([...acknowledged.value, line.key]); }}>{t('alert.acknowledge')}</button>
        </div>
      ) : <p class="m no-alert" key={i}>{i === 0 && !lines.length ? t(all.length ? 'alerts.acknowledged' : 'alerts.none') : ''}</p>))}
      <div class="vh" role="alert">{lines.length ? t('alert.say', { what: lines.map((line) => line.name).join(t('list.comma')) }) : ''}</div>
    </section>
  );
}

function ready_in(queue: string): number {
  return agents.all().filter((agent) => agent.state === 'ready' && agent.queues.includes(queue)).length;
}
function on_duty_in(queue: string): number {
  return agents.all().filter((agent) => agent.queues.includes(queue) && agent.state !== 'signed_out' && agent.state !== 'not_ready' && agent.state !== 'unreachable').length;
}

function queue_title(queue: QueueView): string {
  return local_name(queue, queue_name(queue.queue));
}

// Sparklines: what this page has seen, one sample every ten seconds, half an hour at most.
const sample_ms = 10_000;
const samples_kept = 180;
interface Sample { waiting: number; longest: number; level: number | null; abandon: number | null; answer: number | null; ready: number }
const samples: Signal<readonly Sample[]> = signal([]);
let sampling = 0;

function keep_samples(): () => void {
  const take = () => {
    if (connection.peek() !== 'live' || !told.peek().has('queues')) return;
    const f = figures(queues.all(), second.peek());
    const ready = agents.all().filter((agent) => agent.state === 'ready').length;
    samples.value = [...samples.peek(), { waiting: f.waiting, longest: f.longest_since ? (second.peek() - f.longest_since) / 1e6 : 0, level: f.service_level, abandon: f.abandon_rate, answer: f.answer_time_us, ready }].slice(-samples_kept);
  };
  if (sampling++ === 0) take();
  const timer = setInterval(take, sample_ms);
  return () => { sampling--; clearInterval(timer); };
}

/** `limit`, in the unit of `of`, is the dashed line. */
function Spark({ of, breach, limit }: { of: (sample: Sample) => number | null; breach?: boolean; limit?: number | undefined }) {
  const values = samples.value.map(of).filter((value): value is number => value !== null);
  const low = Math.min(...values, limit ?? Infinity);
  const high = Math.max(...values, limit ?? -Infinity);
  const y = (value: number) => (high > low ? 22 - ((value - low) / (high - low)) * 20 : 12).toFixed(1);
  const points = values.map((value, i) => `${((i / Math.max(1, values.length - 1)) * 160).toFixed(1)},${y(value)}`).join(' ');
  return <svg class={`sl ${breach ? 'brk' : ''}`} viewBox="0 0 160 24" preserveAspectRatio="none" aria-hidden="true">{limit === undefined ? null : <path class="goal" d={`M0 ${y(limit)}H160`} />}{values.length > 1 ? <polyline class="ln" points={points} /> : null}</svg>;
}

function Tiles() {
  const all = queues.all();
  const now = second.value;
  const f = figures(all, now);
  const worst = by_longest_wait(all)[0];
  const broken = !!worst && is_breached(worst, now);
  const team = agents.all();
  const ready = team.filter((agent) => agent.state === 'ready').length;
  const present = team.filter((agent) => agent.state !== 'signed_out').length;
  const levels = new Set(all.map((queue) => queue.service_level_us));
  const one_level = levels.size === 1 ? [...levels][0]! : null;
  const percent = (share: number | null, digits: number) => (share === null ? dash : (share * 100).toFixed(digits));
  return (
    <div class="tiles">
      <Tile id="waiting" name={t('tile.waiting')} value={number_text(f.waiting)} foot={f.past_level ? t('tile.past_level', { n: f.past_level }) : t('tile.none_late')} spark={<Spark of={(s) => s.waiting} />} />
      <Tile id="longest" name={t('tile.longest')} breach={broken} value={f.longest_since ? length_text(now - f.longest_since) : dash}
        foot={worst?.longest_since ? t('tile.limit', { queue: queue_title(worst), limit: length_text(worst.service_level_us) }) : t('tile.nobody')} spark={<Spark of={(s) => s.longest} breach={broken} limit={worst ? worst.service_level_us / 1e6 : undefined} />} />
      <Tile id="level" name={one_level ? t('tile.level_of', { s: Math.round(one_level / 1e6) }) : t('tile.level')} value={percent(f.service_level, 0)} unit={f.service_level === null ? '' : '%'} foot={t('tile.level_foot', { n: number_text(f.level_in), of: number_text(f.level_of) })} spark={<Spark of={(s) => s.level} />} />
      <Tile id="abandoned" name={t('tile.abandoned')} value={percent(f.abandon_rate, 1)} unit={f.abandon_rate === null ? '' : '%'} foot={t('tile.abandoned_foot', { n: number_text(f.abandoned), of: number_text(f.offered) })} spark={<Spark of={(s) => s.abandon} />} />
      <Tile id="answer" name={t('tile.answer')} value={f.answer_time_us === null ? dash : length_text(f.answer_time_us)} foot={t('tile.today')} spark={<Spark of={(s) => s.answer} />} />
      <Tile id="ready" name={t('tile.ready')} value={number_text(ready)} unit={t('tile.ready_of', { n: present })} foot={t('tile.ready_foot')} spark={<Spark of={(s) => s.ready} />} />
    </div>
  );
}

function Tile(props: { id: string; name: string; value: string; unit?: string; foot: string; breach?: boolean; spark: preact.ComponentChildren }) {
  return (
    <div class="tile" data-testid={`tile-${props.id}`}>
      <div class="t12 m cut">{props.name}</div>
      <div class={`n ${props.breach ? 'br' : ''}`}>{props.breach ? <span class="mark"><Shape name="breach" /></span> : null}{props.value}{props.unit ? <small>{props.unit}</small> : null}</div>
      {props.spark}
      <div class="t12 m cut">{props.foot}</div>
    </div>
  );
}

function estimates_text({ said_us, came_us, error_us, within }: NonNullable<Figures['estimates']>): string {
  return t('estimates.came', { said: length_text(said_us), came: length_text(came_us), error: length_text(error_us), within: Math.round(within * 100) });
}

function Queues() {
  const now = second.value;
  const rows = by_longest_wait(queues.all());
  const estimates = rows.some((queue) => queue.estimated > 0);
  return (
    <section class="pan">
      <h2 class="h">{t('queues')} <span class="m">{t('queues.order')}</span></h2>
      <div class="scroll-x">
        <table>
          <thead><tr><th>{t('queue')}</th><th class="r">{t('waiting')}</th><th class="r" aria-sort="descending">{t('longest')} ↓</th><th class="r">{t('service_level')}</th><th class="r">{t('offered')}</th><th class="r">{t('abandoned')}</th><th class="r">{t('answer_time')}</th>{estimates ? <th class="r">{t('estimate_error')}</th> : null}<th class="r">{t('ready_on_duty')}</th><th aria-label={t('emergency')} /></tr></thead>
          <tbody>
            {rows.map((queue) => {
              const f = figures([queue], now);
              const breached = is_breached(queue, now);
              return (
                <tr key={queue.queue} class={breached ? 'hit breach' : ''} data-testid="queue-row" data-queue={queue.queue} data-breach={breached}>
                  <td class="b6"><span class="row">{breached ? <Shape name="breach" /> : null}<span class="cut">{queue_title(queue)}</span><QueueState queue={queue} /></span></td>
                  <td class="r" data-col="waiting">{queue.waiting}</td>
                  <td class={`r ${breached ? 'br b6' : ''}`} data-col="longest">{queue.longest_since ? <>{length_text(now - queue.longest_since)}{breached ? <span class="lim"> / {length_text(queue.service_level_us)}</span> : null}</> : dash}</td>
                  <td class="r" data-col="level">{f.service_level === null ? dash : `${Math.round(f.service_level * 100)} %`}</td>
                  <td class="r" data-col="offered">{f.offered}</td>
                  <td class="r" data-col="abandoned">{queue.abandoned}</td>
                  <td class="r" data-col="answer">{f.answer_time_us === null ? dash : length_text(f.answer_time_us)}</td>
                  {estimates ? <td class="r" data-col="estimates">{f.estimates ? <><span aria-hidden="true" title={estimates_text(f.estimates)}>± {length_text(f.estimates.error_us)}</span><span class="vh">{estimates_text(f.estimates)}</span></> : dash}</td> : null}
                  <td class="r" data-col="agents">{ready_in(queue.queue)} / {on_duty_in(queue.queue)}</td>
                  <td class="r"><EmergencyButton queue={queue} /></td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {rows.length ? null : <p class="m empty">{t('none')}</p>}
      <EmergencyLine />
    </section>
  );
}

function Calls() {
  const only = opened_queue.value;
  const rows = floor_contacts.all().filter((contact) => contact.state !== 'ended' && (!only || contact.queue === only)).sort((a, b) => (a.opened_at ?? 0) - (b.opened_at ?? 0));
  return (
    <section class="pan fx grow calls rows">
      <h2 class="h">{t('calls')} <span class="m">{rows.length}</span>
        {only ? <span class="tag only" data-testid="opened-queue">{queue_name(only)}<button type="button" class="bare" aria-label={t('calls.all')} onClick={() => { opened_queue.value = null; }}><Icon name="x" /></button></span> : null}</h2>
      {rows.length ? (
        <div class="rows-box"><div class="scroll" tabIndex={0} aria-label={t('calls')}>
          <table>
            <thead><tr><th>{t('caller')}</th><th>{t('queue')}</th><th>{t('state')}</th><th>{t('agent')}</th><th class="r">{t('in_state')}</th><th><span class="vh">{t('steer')}</span></th></tr></thead>
            <tbody>
              {rows.slice(0, 200).map((contact) => {
                const shape = contact_state_shape(contact.state);
                return (
                  <tr key={contact.contact} data-testid="call-row" data-contact={contact.contact}>
                    <td class="b6"><span class="row"><Icon name={icon_of(contact.channel, contact.direction, null)} /><span class="vh">{channel_word(contact.channel)}</span><a class="cut" href={href('contacts', contact.contact)}>{floor_text(contact)}</a></span></td>
                    <td>{queue_name(contact.queue)}</td>
                    <td>{shape ? <span class={`chip ${shape}`}><Shape name={shape} />{contact_state_word(contact.state, contact.channel)}</span> : <span class="row"><Icon name="clock" />{contact_state_word(contact.state, contact.channel)}<Steered contact={contact} /></span>}<CallbackTag contact={contact} />{contact.call_state === 'unknown' ? <span class="m" title={t('switch_unheard')}>{' ?'}</span> : null}</td>
                    <td class="cut">{contact.agent ? agent_name(contact.agent) : contact.offers.length ? contact.offers.map((offer) => agent_name(offer.agent)).join(t('list.comma')) : dash}</td>
                    <td class="r"><Since from={contact.state_since ?? contact.opened_at} /></td>
                    <td class="r">{may_steer(contact) ? <SteerButton contact={contact} /> : contact.callback ? <CancelCallback contact={contact} /> : null}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div></div>
      ) : <p class="m empty">{t('calls.none')}</p>}
      <SteerLine />
    </section>
  );
}

const order: readonly AgentState[] = ['reserved', 'talking', 'held', 'wrap_up', 'ready', 'not_ready', 'unreachable', 'signed_out'];

function AgentGrid() {
  const all = agents.all();
  return (
    <section class="pan agents" data-testid="agents">
      <h2 class="h">{t('agents')} <span class="m">{t('agents.order')}</span><span class="sp" /><ProblemLine /></h2>
      <div class="scroll" tabIndex={0} aria-label={t('agents')}>
        {order.map((state) => {
          const here = all.filter((agent) => agent.state === state).sort((a, b) => (a.since ?? 0) - (b.since ?? 0));
          if (!here.length) return null;
          const shape = agent_state_shape(state);
          return (
            <div key={state} class={`grp ${shape}`} data-state={state}>
              <h3 class="gh"><Shape name={shape} />{agent_state_word(state)} <span class="m">{here.length}</span></h3>
              <div class="cells">{here.map((agent) => <AgentCell key={agent.agent} agent={agent} />)}</div>
            </div>
          );
        })}
        {all.length ? null : <p class="m empty">{t('none')}</p>}
      </div>
    </section>
  );
}

/** How many written contacts he has, by channel. */
function Works({ agent }: { agent: AgentView }) {
  return <>{works_by_channel(agent.works).map(({ channel, n, text }) => <span class="works" key={channel} data-testid="works" data-channel={channel} title={text}><Icon name={channel_icon(channel)} /><span aria-hidden="true">{n}</span><span class="vh">{text}</span></span>)}</>;
}

function AgentCell({ agent }: { agent: AgentView }) {
  const reasons = centre.value?.pause_reasons ?? [];
  const name = plain(agent.name, 60) || agent_name(agent.agent);
  const reason = agent.state === 'not_ready' ? reason_name(agent.reason) : '';
  const limit = agent.state === 'not_ready' ? (reasons.find((one) => one.code === agent.reason)?.limit_us ?? 0) : 0;
  const overdue = limit > 0 && !!agent.since && second.value - agent.since > limit;
  const changing = is_pending(forcing(agent.agent));
  const off = connection.value !== 'live' || changing;
  return (
    <Menu class="ag" side="right" testid="agent-cell" face={
      <span class="ag-face" data-agent={agent.agent} data-state={agent.state}><Shape name={agent_state_shape(agent.state)} /><span class="nm cut" title={name}>{name}</span><Works agent={agent} />
        <span class={`tm nw ${overdue ? 'br b6' : ''}`} data-overdue={overdue}>{overdue ? <><Shape name="breach" /><span class="vh">{t('pause.over', { limit: length_text(limit) })}</span></> : null}{changing ? t('state.changing') : <>{reason ? `${reason} ` : ''}{agent.state === 'signed_out' ? '' : <Since from={agent.since} />}</>}</span></span>
    }>
      {(close) => (
        <>
          {agent.observed ? <p class="menu-title" data-testid="observed">{t('observed.agent', { name })}</p> : <>
          <p class="menu-title">{t('force.title', { name })}</p>
          <button type="button" class="item ready" disabled={off} onClick={() => { close(); void force_state(agent.agent, 'ready'); }}><span class="st"><Shape name="ready" /></span>{t('state.ready')}</button>
          {reasons.map((one) => <button type="button" key={one.code} class="item notready" disabled={off} onClick={() => { close(); void force_state(agent.agent, 'not_ready', one.code); }}><span class="st"><Shape name="notready" /></span>{local_name(one, one.code)}</button>)}
          </>}
          <p class="menu-title">{tn('agent.queues', agent.queues.length)} {agent.queues.map(queue_name).join(t('list.comma'))}</p>
        </>
      )}
    </Menu>
  );
}
