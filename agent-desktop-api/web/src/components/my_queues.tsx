import { dash, length_text } from '../format';
import { t } from '../i18n';
import { queue_name, queue_of } from '../stores/centre';
import { is_old } from '../socket';
import { self } from '../stores/desk';
import { queues } from '../stores/floor';
import { QueueState } from './emergency';
import { Since } from './state_chip';

/** The queues that the agent serves, and who waits in them. */
export function MyQueues() {
  const mine = self.value?.queues ?? [];
  const old = is_old.value;
  return (
    <>
      <h2 class="h">{t('my_queues')}</h2>
      {mine.length ? (
        <table class={old ? 'old' : ''}>
          <thead><tr><th>{t('queue')}</th><th class="r">{t('answer_within')}</th><th class="r">{t('waiting')}</th><th class="r">{t('longest')}</th></tr></thead>
          <tbody>
            {mine.map((id) => {
              const queue = queues.get(id);
              const level = queue?.service_level_us ?? queue_of(id)?.service_level_us;
              return (
                <tr key={id} data-queue={id}>
                  <td class="b6"><span class="row"><span class="cut">{queue_name(id)}</span>{queue ? <QueueState queue={queue} /> : null}</span></td>
                  <td class="r">{level ? length_text(level) : dash}</td>
                  <td class="r">{queue ? queue.waiting : dash}</td>
                  <td class="r">{queue?.longest_since ? <Since from={queue.longest_since} /> : dash}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : <p class="m pad-side">{t('none')}</p>}
    </>
  );
}
