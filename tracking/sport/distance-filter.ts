/**
 * Distance along the course, speed and acceleration of one competitor from measured distances (Kalman filter, Singer 1970: acceleration that fades over
 * about a second). Acceleration is part of the state, so that speed does not trail while a runner speeds up or slows down.
 */
export class DistanceFilter {
  distanceM: number;
  speedMps = 0;
  #acceleration = 0;
  // Covariance, upper triangle: distance, speed, acceleration.
  #dd = MEASURED_M ** 2;
  #ds = 0;
  #da = 0;
  #ss = 6 ** 2;
  #sa = 0;
  #aa = ACCELERATION_MPS2 ** 2;

  constructor(distanceM: number) {
    this.distanceM = distanceM;
  }

  predict(dtS: number): void {
    const t = dtS;
    const half = (t * t) / 2;
    const fade = Math.exp(-t / FADE_S);
    this.distanceM += this.speedMps * t + this.#acceleration * half;
    this.speedMps += this.#acceleration * t;
    this.#acceleration *= fade;
    // F P Fᵀ for F = [1 t t²/2; 0 1 t; 0 0 fade], plus white jerk.
    const { dd, ds, da, ss, sa, aa } = this.#covariance();
    const q = (2 * ACCELERATION_MPS2 ** 2) / FADE_S;
    const da1 = da + t * sa + half * aa;
    const sa1 = sa + t * aa;
    const ds1 = ds + t * ss + half * sa + t * da1;
    this.#dd = dd + t * ds + half * da + t * (ds + t * ss + half * sa) + half * da1 + (q * t ** 5) / 20;
    this.#ds = ds1 + (q * t ** 4) / 8;
    this.#da = fade * da1 + (q * t ** 3) / 6;
    this.#ss = ss + t * sa + t * sa1 + (q * t ** 3) / 3;
    this.#sa = fade * sa1 + (q * t * t) / 2;
    this.#aa = fade * fade * aa + q * t;
  }

  update(measuredM: number): void {
    const { dd, ds, da, ss, sa, aa } = this.#covariance();
    const total = dd + MEASURED_M ** 2;
    const innovation = measuredM - this.distanceM;
    this.distanceM += (dd / total) * innovation;
    this.speedMps += (ds / total) * innovation;
    this.#acceleration += (da / total) * innovation;
    this.#dd = dd - (dd * dd) / total;
    this.#ds = ds - (dd * ds) / total;
    this.#da = da - (dd * da) / total;
    this.#ss = ss - (ds * ds) / total;
    this.#sa = sa - (ds * da) / total;
    this.#aa = aa - (da * da) / total;
  }

  #covariance() {
    return { dd: this.#dd, ds: this.#ds, da: this.#da, ss: this.#ss, sa: this.#sa, aa: this.#aa };
  }
}

/** Standard deviation of a measured distance, metres. */
const MEASURED_M = 0.12;
/** Size of a competitor's accelerations, and how long one lasts. */
const ACCELERATION_MPS2 = 1.5;
const FADE_S = 1;
