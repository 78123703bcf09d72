import type { TrackingFrame } from '../../protocol/index.js';
import { GroundView } from './ground.js';
import { Fader } from './motion.js';

const FADE_US = 300_000;
/** Poses below the first number are not drawn on; once faded out, only above the second one again. */
const CONFIDENCE_OUT = 0.2;
const CONFIDENCE_IN = 0.35;

/** The ground as a graphic in metres may use it: where it was last to be trusted, and how much of what lies on it to show. */
export class GroundSight {
  /** The last view that could be trusted: kept while what lies on it fades out. */
  view: GroundView | undefined;
  readonly #fader = new Fader(FADE_US);
  #first = true;

  /** 0 to 1. */
  get opacity(): number {
    return this.#fader.value;
  }

  /**
   * Once for every frame.
   * @param wanted false fades out as a lost pose does.
   * @returns this frame's view where it may be used.
   */
  step(frame: TrackingFrame, elapsedUs: number, wanted = true): GroundView | undefined {
    const { pose } = frame;
    const enough = this.#fader.value > 0 ? CONFIDENCE_OUT : CONFIDENCE_IN;
    const good = wanted && pose.unit === 'm' && pose.state !== 'lost' && pose.confidence >= enough;
    // What is on from the beginning does not fade in.
    if (this.#first && good) this.#fader.value = 1;
    this.#first = false;
    this.#fader.step(good, elapsedUs);
    if (!good) return undefined;
    this.view = GroundView.of(pose, frame);
    return this.view;
  }
}
