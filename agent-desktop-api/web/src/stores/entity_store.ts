import { type ReadonlySignal, type Signal, batch, signal } from '@preact/signals';

// Whole small entities by id, each in its own signal, so that one cell of a wallboard changes without its neighbours.
// An older revision never replaces a newer one; `replace` begins anew, as after a snapshot, where revisions may restart.

export class EntityStore<T extends { rev: number }> {
  private readonly cells = new Map<string, Signal<T>>();
  private readonly order = signal<readonly string[]>([]);

  constructor(private readonly id_of: (entity: T) => string) {}

  /** In order of arrival. */
  get ids(): ReadonlySignal<readonly string[]> {
    return this.order;
  }

  /** Reading it inside a component or computed follows this entity only. */
  get(id: string | null | undefined): T | undefined {
    if (id == null) return undefined;
    const cell = this.cells.get(id);
    if (!cell) void this.order.value; // follow its birth
    return cell?.value;
  }

  /** Follows every entity. */
  all(): T[] {
    return this.order.value.map((id) => this.cells.get(id)!.value);
  }

  apply(entity: T): void {
    const id = this.id_of(entity);
    const cell = this.cells.get(id);
    if (!cell) {
      this.cells.set(id, signal(entity));
      this.order.value = [...this.order.peek(), id];
    } else if (entity.rev > cell.peek().rev) {
      cell.value = entity;
    }
  }

  replace(entities: readonly T[]): void {
    batch(() => {
      const kept = new Set(entities.map(this.id_of));
      for (const id of [...this.cells.keys()]) if (!kept.has(id)) this.cells.delete(id);
      for (const entity of entities) {
        const cell = this.cells.get(this.id_of(entity));
        if (cell) cell.value = entity;
        else this.cells.set(this.id_of(entity), signal(entity));
      }
      this.order.value = [...kept];
    });
  }

  remove(id: string): void {
    if (!this.cells.delete(id)) return;
    this.order.value = this.order.peek().filter((other) => other !== id);
  }
}
