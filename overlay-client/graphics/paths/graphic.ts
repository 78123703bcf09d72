import type { Box } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { GroundView } from '../ground.js';
import type { Part } from '../part.js';
import { whoIs } from '../roster.js';
import type { PathsData } from './manifest.js';
import { SpeedScale } from './speed-scale.js';
import { Trail } from './trail.js';
import { TrailView } from './view.js';

/** Subjects beyond this get no path. */
const TRAILS_MAX = 200;

interface Kept {
  readonly trail: Trail;
  readonly view: TrailView;
  colour: string;
  named: boolean;
}

export class Paths implements Graphic<PathsData> {
  readonly #env: GraphicEnvironment;
  readonly #kept = new Map<number, Kept>();
  readonly #scale: SpeedScale;
  #scaleShown = false;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#scale = new SpeedScale(env);
  }

  advance({ frame, data }: Moment<PathsData>): void {
    // Without metres there is no speed.
    this.#scaleShown = data.colourBy === 'speed' && data.scale && frame.pose.unit === 'm';
    for (const subject of frame.subjects) {
      let kept = this.#kept.get(subject.trackId);
      if (!kept) {
        if (this.#kept.size >= TRAILS_MAX) continue;
        kept = { trail: new Trail(), view: new TrailView(this.#env, `${subject.trackId}`), colour: '', named: false };
        this.#kept.set(subject.trackId, kept);
      }
      const who = whoIs(this.#env.scene, subject.rosterIndex, subject.trackId);
      kept.colour = who.colour;
      kept.named = who.named;
      // Where a subject is only guessed to be, it leaves no trace.
      if (subject.state === 'visible') kept.trail.add(frame.mediaTimeUs, subject.ground);
    }
    for (const [trackId, kept] of this.#kept) {
      kept.trail.forget(frame.mediaTimeUs, data.seconds);
      if (kept.trail.length > 0) continue;
      kept.view.destroy();
      this.#kept.delete(trackId);
    }
  }

  draw({ frame, data, presence }: Moment<PathsData>): readonly Part[] {
    if (presence <= 0 || frame.pose.state === 'lost') return [];
    const ground = GroundView.of(frame.pose, frame);
    if (!ground) return [];
    const parts: Part[] = [];
    for (const { trail, view, colour, named } of this.#kept.values()) {
      if (data.show === 'named' && !named) continue;
      const part = view.draw(trail, ground, frame, data, data.colourBy === 'one' ? data.colour : colour, presence);
      if (part) parts.push(part);
    }
    if (this.#scaleShown) parts.push(this.#scale.draw(data, presence));
    return parts;
  }

  keepOut(): readonly Box[] {
    return this.#scaleShown ? [this.#scale.box()] : [];
  }

  destroy(): void {
    for (const { view } of this.#kept.values()) view.destroy();
    this.#kept.clear();
    this.#scale.destroy();
  }
}
