import type { Micros, QueueView } from './wire';

// Figures of the wallboard from counts, as docs/metrics.md defines them. Sums first, then one division: never an average of
// averages. A figure of nobody is null and shown as a dash.

export interface Figures {
  waiting: number;
  longest_since: Micros | null;
  past_level: number;
  /** Answered in time of all who were answered, gave up, or already wait too long. */
  level_of: number;
  level_in: number;
  service_level: number | null;
  /** Entered, less those who left at once. */
  offered: number;
  abandoned: number;
  abandon_rate: number | null;
  answered: number;
  answer_time_us: Micros | null;
  /** How the estimated waits of the answered came true; null if none was estimated. */
  estimates: { said_us: Micros; came_us: Micros; error_us: Micros; within: number } | null;
}

/** `now` tells what the counts cannot know yet: that the one who waits longest is past the level. */
export function figures(queues: readonly QueueView[], now: Micros): Figures {
  const sum = (pick: (queue: QueueView) => number) => queues.reduce((total, queue) => total + (pick(queue) || 0), 0);
  const answered = sum((queue) => queue.answered);
  const abandoned = sum((queue) => queue.abandoned);
  const past_level = sum((queue) => Math.max(queue.waiting_past_level, is_breached(queue, now) ? 1 : 0));
  const level_in = sum((queue) => queue.answered_within);
  const level_of = answered + abandoned + past_level;
  const offered = sum((queue) => queue.entered) - sum((queue) => queue.short_abandoned);
  const estimated = sum((queue) => queue.estimated);
  const waits = queues.map((queue) => queue.longest_since).filter((since): since is number => !!since);
  return {
    waiting: sum((queue) => queue.waiting),
    longest_since: waits.length ? Math.min(...waits) : null,
    past_level,
    level_of,
    level_in,
    service_level: level_of ? level_in / level_of : null,
    offered,
    abandoned,
    abandon_rate: offered > 0 ? abandoned / offered : null,
    answered,
    answer_time_us: answered ? sum((queue) => queue.answered_wait_us) / answered : null,
    estimates: estimated ? {
      said_us: sum((queue) => queue.estimate_us) / estimated,
      came_us: sum((queue) => queue.estimated_wait_us) / estimated,
      error_us: sum((queue) => queue.estimate_error_us) / estimated,
      within: sum((queue) => queue.estimated_within) / estimated,
    } : null,
  };
}

/** Longest wait first; queues where nobody waits follow by name order as they came. */
export function by_longest_wait(queues: readonly QueueView[]): QueueView[] {
  return [...queues].sort((a, b) => (a.longest_since || Infinity) - (b.longest_since || Infinity));
}

/** Somebody waits longer than this queue promises. */
export function is_breached(queue: QueueView, now: Micros): boolean {
  return !!queue.longest_since && queue.service_level_us > 0 && now - queue.longest_since > queue.service_level_us;
}
