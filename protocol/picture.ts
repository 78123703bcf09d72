/** A small grey picture for analysis: 8-bit luma, full range 0–255 whatever the source's range, rows tightly packed. */
export interface LumaPicture {
  readonly width: number;
  readonly height: number;
  /** width × height bytes. */
  readonly data: Uint8Array;
}

/** The same in colour: 8-bit red, green and blue of each pixel, full range, rows tightly packed. */
export interface ColourPicture {
  readonly width: number;
  readonly height: number;
  /** 3 × width × height bytes. */
  readonly data: Uint8Array;
}

/**
 * Why a frame does not continue the one before it.
 * - `start`: the first frame. `loop`: a file or scene began again. `reconnect`: a lost input came back. `jump`: its timestamps leapt.
 */
export type Discontinuity = 'start' | 'loop' | 'reconnect' | 'jump';
