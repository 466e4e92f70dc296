import { batch, signal } from '@preact/signals';
import type { AgentView, ContactView, LinkView, QueueView, TopicFrame, TopicName } from '../wire';
import { EntityStore } from './entity_store';

// The whole centre as a supervisor sees it, or an agent's own queues, fed by the 1 Hz topics.
// A topic begins with its whole content in parts; what an old begin left unfinished is dropped. Updates are numbered.

export const queues = new EntityStore<QueueView>((queue) => queue.queue);
export const agents = new EntityStore<AgentView>((agent) => agent.agent);
export const floor_contacts = new EntityStore<ContactView>((contact) => contact.contact);
export const links = new EntityStore<LinkView>((link) => link.switch);

/** Topics whose content has arrived at least once. */
export const told = signal<ReadonlySet<TopicName>>(new Set());

const parts = new Map<TopicName, unknown[]>();
const seqs = new Map<TopicName, number>();

/** False: an update is missing, and the topic must be asked for again. */
export function apply_topic(frame: TopicFrame): boolean {
  const data = frame.data ?? [];
  const last = seqs.get(frame.topic);
  seqs.set(frame.topic, frame.topic_seq);
  const whole = frame.part !== 'update' || last === undefined || frame.topic_seq <= last + 1;
  batch(() => {
    switch (frame.part) {
      case 'begin': parts.set(frame.topic, [...data]); break;
      case 'item': parts.get(frame.topic)?.push(...data); break;
      case 'end': {
        const whole = parts.get(frame.topic);
        parts.delete(frame.topic);
        if (whole) replace(frame.topic, [...whole, ...data]);
        break;
      }
      case 'update': for (const entity of data) update(frame.topic, entity); break;
    }
  });
  return whole;
}

export function forget_floor(): void {
  batch(() => {
    parts.clear();
    seqs.clear();
    for (const topic of ['queues', 'own_queues', 'agents', 'contacts', 'links'] as const) replace(topic, []);
    told.value = new Set();
  });
}

function replace(topic: TopicName, entities: unknown[]): void {
  told.value = new Set([...told.value, topic]);
  switch (topic) {
    case 'queues':
    case 'own_queues': queues.replace(entities as QueueView[]); break;
    case 'agents': agents.replace(entities as AgentView[]); break;
    case 'contacts': floor_contacts.replace((entities as ContactView[]).filter((contact) => contact.state !== 'ended')); break;
    case 'links': links.replace(entities as LinkView[]); break;
  }
}

function update(topic: TopicName, entity: unknown): void {
  switch (topic) {
    case 'queues':
    case 'own_queues': queues.apply(entity as QueueView); break;
    case 'agents': agents.apply(entity as AgentView); break;
    case 'contacts': {
      const contact = entity as ContactView;
      if (contact.state === 'ended') floor_contacts.remove(contact.contact);
      else floor_contacts.apply(contact);
      break;
    }
    case 'links': links.apply(entity as LinkView); break;
  }
}
