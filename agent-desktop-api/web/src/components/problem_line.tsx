import { failure } from '../commands';
import { type Key, t } from '../i18n';
import { contacts } from '../stores/desk';
import { type CommandName, is_written } from '../wire';
import { problem_word } from '../words';
import { Icon } from './icon';

const names: Partial<Record<CommandName, Key>> = {
  accept: 'failed.accept', refuse: 'failed.refuse', hold: 'failed.hold', retrieve: 'failed.retrieve', transfer: 'failed.transfer', end: 'failed.end',
  set_state: 'failed.set_state', extend_wrap_up: 'failed.extend_wrap_up', end_wrap_up: 'failed.end_wrap_up',
  choose_customer: 'failed.choose_customer', disposition: 'failed.disposition', sign_out: 'failed.sign_out', force_state: 'failed.force_state',
  raise: 'failed.raise', park: 'failed.park', resume: 'failed.resume', pull: 'failed.pull', move: 'failed.move', emergency: 'failed.emergency', callback: 'failed.callback', cancel_callback: 'failed.cancel_callback',
};

/** Why the last press did not work. Announced once, goes with the next press. Beside one contact nothing is said of another one. */
export function ProblemLine({ contact }: { contact?: string }) {
  const last = failure.value;
  if (!last || (contact && last.contact && last.contact !== contact)) return null;
  const channel = contacts.get(last.contact)?.channel;
  const name = last.name === 'accept' && is_written(channel) ? 'failed.accept_written' : names[last.name];
  return (
    <span class="problem" role="alert" data-testid="problem" data-code={last.problem.code}>
      <Icon name="warn" />
      <span>{name ? <b>{t(name)} </b> : null}{problem_word(last.problem, channel)}</span>
      <button type="button" class="bare" aria-label={t('dismiss')} onClick={() => { failure.value = null; }}><Icon name="x" /></button>
    </span>
  );
}
