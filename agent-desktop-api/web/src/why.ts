import type { DecisionView, Term } from './wire';

// Reads a routing decision: which terms stand in which column, what made the difference, and what would have changed it.

/** Scores and terms come in thousandths of a point (docs/routing.md). */
export const points_of = (milli: number): number => milli / 1000;

export interface Column {
  kind: Term['kind'];
  skill: string | null;
  points: number[]; // of each candidate, in the order of `best`
  most: number;
}

export interface Reading {
  columns: Column[];
  scores: number[];
  difference: number | null; // first less second
  ahead: Column[]; // where the first has more than the second, largest first
  behind: Column[];
  /** Without this term somebody else would have won, by so much. */
  turning: { column: Column; winner: number; by: number } | null;
}

export function read_decision(decision: DecisionView): Reading {
  const best = decision.best;
  const columns: Column[] = [];
  best.forEach((candidate, i) => {
    for (const term of candidate.terms) {
      let column = columns.find((one) => one.kind === term.kind && one.skill === term.skill);
      if (!column) {
        column = { kind: term.kind, skill: term.skill, points: best.map(() => 0), most: 0 };
        columns.push(column);
      }
      column.points[i] = (column.points[i] ?? 0) + points_of(term.points);
      column.most = Math.max(column.most, Math.abs(column.points[i]!));
    }
  });
  const scores = best.map((candidate) => points_of(candidate.score));
  const lead = (column: Column) => (column.points[0] ?? 0) - (column.points[1] ?? 0);
  const two = best.length > 1;
  const ahead = two ? columns.filter((column) => lead(column) > 0).sort((a, b) => lead(b) - lead(a)) : [];
  const behind = two ? columns.filter((column) => lead(column) < 0).sort((a, b) => lead(a) - lead(b)) : [];
  return { columns, scores, difference: two ? scores[0]! - scores[1]! : null, ahead, behind, turning: turning_point(columns, scores) };
}

/** The smallest lead whose absence would have changed the winner. */
function turning_point(columns: readonly Column[], scores: readonly number[]): Reading['turning'] {
  let found: Reading['turning'] = null;
  for (const column of columns) {
    const without = scores.map((score, i) => score - (column.points[i] ?? 0));
    const first = without[0] ?? 0;
    for (let i = 1; i < without.length; i++) {
      const by = without[i]! - first;
      if (by > 0 && (!found || by < found.by)) found = { column, winner: i, by };
    }
  }
  return found;
}
