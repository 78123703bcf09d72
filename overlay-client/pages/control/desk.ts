import type { ChannelState, ControlCommand, ControlReply, GraphicState, MediaTimeUs } from '../../../protocol/index.js';
import { isGraphicType, stepsOf } from '../../graphics/registry.js';
import type { Property } from './fields.js';

/** An entry of `GET /api/graphics`. */
export interface GraphicKind {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly stepCount: number;
  readonly schema: Property;
}

export type Send = (command: ControlCommand) => Promise<ControlReply>;

/**
 * What the page knows: the newest state the server told, the kinds of graphics, and what is selected here. Everything shown follows from it; the server
 * alone changes what is on air.
 */
export class Desk {
  readonly send: Send;
  state: ChannelState | undefined;
  kinds: readonly GraphicKind[] = [];
  #selected = '';
  readonly #listeners: (() => void)[] = [];

  constructor(send: Send) {
    this.send = send;
  }

  /** Calls back after every change. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  get graphics(): readonly GraphicState[] {
    return this.state?.graphics ?? [];
  }

  /** The graphic whose data is edited; the first where none was chosen. */
  get selected(): GraphicState | undefined {
    return this.graphics.find((g) => g.id === this.#selected) ?? this.graphics[0];
  }

  select(id: string): void {
    this.#selected = id;
    this.changed();
  }

  /** Selects the one above or below. */
  move(by: 1 | -1): void {
    const at = this.graphics.findIndex((g) => g.id === this.selected?.id);
    const next = this.graphics[Math.max(0, Math.min(this.graphics.length - 1, at + by))];
    if (next) this.select(next.id);
  }

  kindOf(graphic: Pick<GraphicState, 'type'>): GraphicKind | undefined {
    return this.kinds.find((k) => k.type === graphic.type);
  }

  nameOf(graphic: GraphicState): string {
    return graphic.title ?? this.kindOf(graphic)?.name ?? graphic.type;
  }

  stepsOf(graphic: GraphicState): number {
    if (isGraphicType(graphic.type)) return stepsOf(graphic.type, graphic.data, this.state?.scene.roster.length ?? 0);
    return this.kindOf(graphic)?.stepCount ?? 1;
  }
}

/** Graphics over a frame that stands still: what was taken or stepped since then is there as it will be, not about to begin. */
export function settled(graphics: readonly GraphicState[], frameUs: MediaTimeUs): GraphicState[] {
  return graphics.map((g) => ({
    ...g,
    changedAtUs: g.changedAtUs > frameUs ? -1 : g.changedAtUs,
    steppedAtUs: g.steppedAtUs > frameUs ? -1 : g.steppedAtUs,
  }));
}

/** Graphics as the preview shows them: edits as if they were on air, and the ones named as if they were taken. */
export function previewed(graphics: readonly GraphicState[], alsoOn: readonly string[]): GraphicState[] {
  return graphics.map((g) => {
    const shown = alsoOn.includes(g.id) && !g.on;
    return { ...g, data: g.pending ?? g.data, ...(shown && { on: true, changedAtUs: -1, step: 0, steppedAtUs: -1 }) };
  });
}
