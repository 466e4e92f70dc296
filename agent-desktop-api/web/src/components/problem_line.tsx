import { failure } from '../commands';
import { type Key, t } from '../i18n';
import type { CommandName } from '../wire';
import { problem_word } from '../words';
import { Icon } from './icon';

const names: Partial<Record<CommandName, Key>> = {
  accept: 'failed.accept', refuse: 'failed.refuse', hold: 'failed.hold', retrieve: 'failed.retrieve', end: 'failed.end',
  set_state: 'failed.set_state', extend_wrap_up: 'failed.extend_wrap_up', end_wrap_up: 'failed.end_wrap_up',
  choose_customer: 'failed.choose_customer', disposition: 'failed.disposition', force_state: 'failed.force_state',
  raise: 'failed.raise', park: 'failed.park', resume: 'failed.resume', pull: 'failed.pull', move: 'failed.move', emergency: 'failed.emergency', callback: 'failed.callback', cancel_callback: 'failed.cancel_callback',
};

/** Why the last press did not work. Announced once, goes with the next press. */
export function ProblemLine() {
  const last = failure.value;
  if (!last) return null;
  const name = names[last.name];
  return (
    <span class="problem" role="alert" data-testid="problem" data-code={last.problem.code}>
      <Icon name="warn" />
      <span>{name ? <b>{t(name)} </b> : null}{problem_word(last.problem)}</span>
      <button type="button" class="bare" aria-label={t('dismiss')} onClick={() => { failure.value = null; }}><Icon name="x" /></button>
    </span>
  );
}
