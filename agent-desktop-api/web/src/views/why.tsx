import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { floor_text } from '../caller';
import { Icon } from '../components/icon';
import { clock_ms_text, clock_text, dash, length_text, number_text, points_text, signed_text } from '../format';
import { t, tn } from '../i18n';
import { href } from '../router';
import { type LoggedContact, get_contact, get_decisions } from '../rest';
import { problem_of } from '../session';
import { agent_name, queue_name, skill_name } from '../stores/centre';
import { floor_contacts } from '../stores/floor';
import type { DecisionView } from '../wire';
import { gate_word, problem_word, term_words, way_words } from '../words';
import { type Column, read_decision } from '../why';
import { Crumbs, Lab } from './contact';
import { logged_name } from './contacts';
import { use_title } from './title';

/** Why this agent: one sentence first, then the gates, then the score of the best three on one scale. */
export function WhyPage({ contact, decision }: { contact: string; decision: string }) {
  const row = useSignal<LoggedContact | null>(null);
  const found = useSignal<DecisionView | null>(null);
  const trouble = useSignal('');
  useEffect(() => {
    get_contact(contact).then((read) => { row.value = read; }, () => { /* the decision stands without it */ });
    get_decisions(contact).then(
      ({ items }) => {
        found.value = items.find((one) => String(one.decision) === decision) ?? null;
        trouble.value = found.value ? '' : t('why.gone');
      },
      (error: unknown) => { trouble.value = problem_word(problem_of(error)); },
    );
  }, [contact, decision]);
  const d = found.value;
  const live = floor_contacts.get(contact);
  const name = row.value ? logged_name(row.value) : live ? floor_text(live) : dash;
  const winner = d ? agent_name(d.agent) : dash;
  use_title(t('why.title', { agent: winner }));
  const opened = row.value?.opened_at ?? live?.opened_at ?? null;
  const entered = row.value?.entered_at ?? live?.entered_at ?? opened;
  return (
    <main class="sheet scroll" data-testid="why-page">
      <Crumbs parts={[{ text: t('nav.contacts'), href: href('contacts') }, { text: opened ? `${name}, ${clock_text(opened)}` : name, href: href('contacts', contact) }, { text: t('why.decision', { n: d ? number_text(d.decision) : decision }) }]} />
      {trouble.value ? <p class="problem" role="alert"><Icon name="warn" />{trouble.value}</p> : null}
      {d ? (
        <>
          <div class="stk why-head"><h1 class="t22 b6" data-testid="why-title">{t('why.title', { agent: winner })}</h1><Sentence decision={d} /></div>
          <section class="pan"><div class="labs">
            <Lab name={t('caller')} value={name} />
            <Lab name={t('queue')} value={queue_name(d.queue)} />
            <Lab name={t('waited')} value={entered ? length_text(d.at - entered) : dash} />
            <Lab name={t('decided_at')} value={clock_ms_text(d.at)} />
          </div></section>
          <Gates decision={d} />
          <Scores decision={d} />
        </>
      ) : null}
    </main>
  );
}

const column_name = (column: Column) => term_words(column.kind, skill_name(column.skill)).name;
const list = (columns: readonly Column[]) => columns.slice(0, 2).map(column_name).join(t('list.and'));

function Sentence({ decision }: { decision: DecisionView }) {
  const reading = read_decision(decision);
  const total = points_text(reading.scores[0] ?? 0);
  const second = decision.best[1] ? agent_name(decision.best[1].agent) : '';
  const parts: string[] = [];
  if (decision.pulled_by) parts.push(t('why.pulled', { agent: agent_name(decision.agent) }));
  else if (reading.difference === null) parts.push(t('why.only', { total }));
  else if (reading.difference === 0) parts.push(t('why.tie', { total, second }));
  else parts.push(t('why.best', { total, by: points_text(reading.difference), second }));
  if (reading.ahead.length && reading.behind.length) parts.push(t('why.more_than', { ahead: list(reading.ahead), behind: list(reading.behind), second }));
  else if (reading.ahead.length) parts.push(t('why.ahead', { ahead: list(reading.ahead) }));
  if (decision.group) parts.push(t(decision.claim ? 'why.claim' : 'why.ring_all'));
  const turning = reading.turning;
  return (
    <>
      <p class="t16 why-text" data-testid="why-sentence">{parts.join(t('list.sentence'))}</p>
      {turning ? <p class="m" data-testid="why-without">{t('why.without', { term: column_name(turning.column), agent: agent_name(decision.best[turning.winner]?.agent), by: points_text(turning.by) })}</p> : null}
      <WouldLine decision={decision} />
    </>
  );
}

/** What alone would have given the call to the second best. */
function WouldLine({ decision }: { decision: DecisionView }) {
  const would = decision.would;
  if (!would?.ways.length) return null;
  const ways = would.ways.map((way) => way_words(way, would.missing)).join(t('list.or'));
  return <p class="m" data-testid="why-would">{t('why.would', { agent: agent_name(would.agent), ways })}</p>;
}

function Gates({ decision }: { decision: DecisionView }) {
  const most = Math.max(1, ...decision.gates.map((gate) => gate.left));
  return (
    <section class="pan">
      <h2 class="h">{t('gates')} <span class="m">{t('gates.text')}</span></h2>
      <table class="gates">
        <thead><tr><th>{t('rule')}</th><th>{t('left')}</th><th class="r">{t('removed')}</th></tr></thead>
        <tbody>
          {decision.gates.map((gate, i) => {
            const before = i ? decision.gates[i - 1]!.left : null;
            return (
              <tr key={gate.gate} data-testid="gate" data-gate={gate.gate}>
                <td class="b6">{gate_word(gate.gate)}</td>
                <td><span class="row"><i class="gate-bar" style={{ width: `${Math.max(2, (gate.left / most) * 168).toFixed(0)}px` }} /><b>{number_text(gate.left)}</b></span></td>
                <td class="r">{before === null ? dash : signed_text(gate.left - before)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Scores({ decision }: { decision: DecisionView }) {
  const { columns, scores, difference } = read_decision(decision);
  // One scale for all bars: a point is as long in every column, the longest bar at most 289 px, and all fit the panel.
  const sum = columns.reduce((total, column) => total + column.most, 0) || 1;
  const longest = Math.max(1, ...columns.map((column) => column.most));
  const taken = 132 + 72 + 24 + 12 * (columns.length + 1) + 96 * columns.length;
  const point = `min(${(289 / longest).toFixed(4)}px, max(0px, 100cqw - ${taken}px) / ${sum})`;
  const grid = { gridTemplateColumns: `132px ${columns.map((column) => `max(96px, 64px + ${column.most} * ${point})`).join(' ')} minmax(72px, 1fr)` };
  const length = (points: number) => ({ width: `calc(${Math.max(0, points)} * ${point})` });
  return (
    <section class="pan scores" data-testid="scores">
      <h2 class="h">{tn('scores', decision.best.length)} <span class="m">{t('scores.text')}</span></h2>
      <div class="sg-scroll" tabIndex={0} aria-label={tn('scores', decision.best.length)}>
        <div class="sg hdr" style={grid}><span />{columns.map((column) => { const words = term_words(column.kind, skill_name(column.skill)); return <span class="stk" key={column.kind + column.skill}><b class="cut">{words.name}</b><span class="t12 m cut">{words.unit}</span></span>; })}<span class="r b6">{t('total')}</span></div>
        {decision.best.map((candidate, i) => (
          <div class={`sg ${i === 0 ? 'win' : ''}`} style={grid} key={candidate.agent} data-testid="candidate-row" data-agent={candidate.agent}>
            <span class="b6 cut">{i + 1}. {agent_name(candidate.agent)}</span>
            {columns.map((column) => <span class="cell" key={column.kind + column.skill} data-testid="why-term" data-kind={column.kind} data-skill={column.skill ?? ''}><i style={length(column.points[i] ?? 0)} /><span>{points_text(column.points[i] ?? 0)}</span></span>)}
            <span class="r t18 b6">{points_text(scores[i] ?? 0)}</span>
          </div>
        ))}
        {difference !== null ? (
          <div class="sg diff" style={grid} data-testid="why-difference"><span class="m">{t('scores.diff')}</span>
            {columns.map((column) => { const by = (column.points[0] ?? 0) - (column.points[1] ?? 0); return <span class={signed_text(by) !== '0' ? 'b6' : 'm'} key={column.kind + column.skill}>{signed_text(by)}</span>; })}
            <span class="r b6">{signed_text(difference)}</span></div>
        ) : null}
      </div>
    </section>
  );
}
