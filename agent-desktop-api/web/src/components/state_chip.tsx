import { useComputed, useSignal } from '@preact/signals';
import { tick } from '../clock';
import { since_text } from '../format';
import type { AgentState, Moment } from '../wire';
import { agent_state_shape, agent_state_word } from '../words';
import { Shape } from './icon';

/** Shape, word and the time in this state; `has` is what he has beside it. */
export function StateChip({ state, since, reason, has }: { state: AgentState; since: Moment; reason?: string; has?: string }) {
  const shape = agent_state_shape(state);
  return (
    <span class={`chip ${shape}`} data-testid="state" data-state={state}>
      <Shape name={shape} />{agent_state_word(state)}
      {has ? <span class="has cut" data-testid="has">· {has}</span> : null}
      {reason ? <span class="why">{reason}</span> : null}
      <Since class="tm" from={since} />
    </span>
  );
}

/** Time since `from`, counting. Only this text changes at each beat. */
export function Since({ from, class: name }: { from: Moment | undefined; class?: string }) {
  const start = useSignal(from);
  if (start.peek() !== from) start.value = from;
  const text = useComputed(() => since_text(start.value, tick.value));
  return <span class={name} role="timer" aria-live="off">{text}</span>;
}
