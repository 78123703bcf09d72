import { type Front, viewOf } from '../media/index.js';
import { inPicture } from '../overlay-client/index.js';
import { MatteFade, type MediaTimeUs, type TrackingFrame, UnderFeet } from '../protocol/index.js';

const NOTHING_SAID = UnderFeet.parse({});

/** Who and what stands in front of the ground, from frame to frame: people, the matte as it fades, and what an operator pointed out. */
export class FrontOf {
  readonly #fade = new MatteFade();
  #shotSinceUs: MediaTimeUs | undefined;

  /** Frames in order, as they are drawn. */
  next(frame: TrackingFrame, underFeet: UnderFeet = NOTHING_SAID): Front {
    const people = frame.subjects.filter(({ state }) => state !== 'outside').map(({ box }) => box);
    const byHand = inPicture(underFeet, frame);
    const { mediaTimeUs, discontinuity, pose } = frame;
    const shotSinceUs = discontinuity ? mediaTimeUs : (this.#shotSinceUs ?? mediaTimeUs);
    this.#shotSinceUs = shotSinceUs;
    const isSure = pose.unit === 'm' && pose.state !== 'lost' && !frame.predicted;
    return {
      ...this.#fade.next(frame),
      people,
      mediaTimeUs,
      shotSinceUs,
      ...(byHand && { byHand }),
      ...(isSure && { view: viewOf(frame) }),
    };
  }
}
