/** Size of accelerations, (m/s²)² a hertz: out of the blocks it is five. */
const RESTLESS = 5;
const SLOWEST_MPS = -0.5;
const FASTEST_MPS = 13;

/** Distance along a lane and speed with their uncertainty (Kalman filter, constant speed, white acceleration). */
export class LaneFilter {
  #varianceM2: number;
  #shared = 0;
  #speedVariance: number;

  constructor(
    public alongM: number,
    public speedMps: number,
    spreadM: number,
    speedSpreadMps: number,
  ) {
    this.#varianceM2 = spreadM ** 2;
    this.#speedVariance = speedSpreadMps ** 2;
  }

  /** Standard deviation of the distance, metres. */
  get spreadM(): number {
    return Math.sqrt(this.#varianceM2);
  }

  predict(dtS: number): void {
    this.alongM += this.speedMps * dtS;
    this.#varianceM2 += 2 * dtS * this.#shared + dtS ** 2 * this.#speedVariance + (RESTLESS * dtS ** 3) / 3;
    this.#shared += dtS * this.#speedVariance + (RESTLESS * dtS ** 2) / 2;
    this.#speedVariance += RESTLESS * dtS;
  }

  /** What is known of the distance after looking: its mean and variance; speed follows from how the two hang together. */
  settle(alongM: number, varianceM2: number): void {
    const pull = this.#shared / this.#varianceM2;
    const left = Math.min(1, varianceM2 / this.#varianceM2);
    this.speedMps = Math.max(SLOWEST_MPS, Math.min(FASTEST_MPS, this.speedMps + pull * (alongM - this.alongM)));
    this.alongM = alongM;
    this.#speedVariance -= pull * this.#shared * (1 - left);
    this.#shared *= left;
    this.#varianceM2 *= left;
  }
}
