import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReplayItem } from '../../protocol/index.js';

/** Things kept; the oldest goes when there are more. */
const LIMIT = 100;

/** Clips and pictures of a channel: files in one folder, each thing with a small JSON beside it, so that they outlive the server. */
export class Shelf {
  private list: ReplayItem[] = [];
  private next = 1;

  constructor(readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    for (const name of readdirSync(directory)) {
      if (!/^[a-z]{4,6}-\d{1,9}\.json$/.test(name)) continue;
      const item = this.read(join(directory, name));
      if (item) this.list.push(item);
      this.next = Math.max(this.next, Number(/\d+/.exec(name)?.[0] ?? 0) + 1);
    }
    // What was being made when the server ended is of no use.
    for (const name of readdirSync(directory)) {
      const id = /^([a-z]{4,6}-\d{1,9})\./.exec(name)?.[1];
      if (id !== undefined && !this.find(id)) this.remove(id);
    }
    this.list.sort((a, b) => a.createdAtMs - b.createdAtMs);
  }

  /** Newest first. */
  get items(): ReplayItem[] {
    return [...this.list].reverse();
  }

  find(id: string): ReplayItem | undefined {
    return this.list.find((item) => item.id === id);
  }

  /** Path of an item's files, without their endings. */
  path(id: string): string {
    return join(this.directory, id);
  }

  add(kind: ReplayItem['kind'], title: string | undefined, nowMs: number): ReplayItem {
    const id = `${kind}-${this.next++}`;
    const times = { fromUs: 0, toUs: 0, createdAtMs: nowMs };
    const item: ReplayItem = { id, kind, title: title || id, state: 'waiting', progress: 0, message: '', files: [], ...times };
    this.list.push(item);
    const done = this.list.filter((i) => i.state === 'done' || i.state === 'failed');
    if (this.list.length > LIMIT && done[0]) this.remove(done[0].id);
    return item;
  }

  /** @returns the changed item, or undefined when it has been taken away meanwhile. */
  change(id: string, change: Partial<ReplayItem>): ReplayItem | undefined {
    const at = this.list.findIndex((item) => item.id === id);
    const before = this.list[at];
    if (!before) return undefined;
    const item = { ...before, ...change };
    this.list[at] = item;
    if (change.state === 'done') writeFileSync(`${this.path(id)}.json`, JSON.stringify(item));
    return item;
  }

  /** Takes an item and its files away. */
  remove(id: string): void {
    this.list = this.list.filter((item) => item.id !== id);
    for (const ending of ['json', 'png', 'mp4', 'idx', 'dat']) rmSync(`${this.path(id)}.${ending}`, { force: true });
  }

  private read(path: string): ReplayItem | null {
    try {
      return ReplayItem.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      return null;
    }
  }
}
