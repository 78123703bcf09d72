/** Cells of distance and of speed. */
export const CELL_M = 0.1;
/** Between the walls nobody is slower or faster: what stands in the water or drifts is light, not a swimmer. */
const SLOWEST_MPS = 0.75;
const SPEED_STEP_MPS = 0.25;
const SPEEDS = 10;
/** Share a second of those who still wait at the start that sets off. */
const SET_OFF = 1.5;
/** Speeds wander by this much, (m/s)² a second. */
const RESTLESS = 0.06;
/** Share a second that is given back to everywhere: whoever was followed wrongly is found again. */
const FORGET = 0.03;
/** Who is looked for first is near those already followed, within this. */
const PACK_SPREAD_M = 4;
/** What lies this near the likeliest place counts as that place. */
const NEAR_M = 1;

/** Where someone most likely is. */
export interface Likely {
  readonly alongM: number;
  readonly speedMps: number;
  /** Share of the belief within a metre of there. */
  readonly mass: number;
}

/**
 * What is believed of one swimmer's distance and speed together, as a grid: track before detect (Stone 1999; Salmond and Birch 2001). One frame tells
 * next to nothing of somebody in water, but only a swimmer goes on at a swimmer's pace; the belief adds up frames along every pace at once.
 */
export class LaneBelief {
  readonly #cells: number;
  /** Speed by speed, cell by cell. */
  #mass: Float64Array;
  #next: Float64Array;
  /** Share that waits at the start, and that has reached the wall. */
  #waiting = 0;
  #arrived = 0;
  #start = 0;

  /** @param lengthM of the lane; nobody goes beyond its end, where there is a wall. */
  constructor(lengthM: number) {
    this.#cells = Math.max(2, Math.floor(lengthM / CELL_M) + 1);
    this.#mass = new Float64Array(this.#cells * SPEEDS);
    this.#next = new Float64Array(this.#cells * SPEEDS);
    this.reset(0);
  }

  get cells(): number {
    return this.#cells;
  }

  /** Half at the start, half anywhere. */
  reset(startM: number): void {
    this.#mass.fill(0.5 / this.#mass.length);
    this.#start = Math.max(0, Math.min(this.#cells - 1, Math.round(startM / CELL_M)));
    this.#waiting = 0.5;
    this.#arrived = 0;
  }

  /** Time passes. @param pack where the others are: a place to look first. */
  predict(dtS: number, pack: { readonly alongM: number; readonly speedMps: number } | undefined): void {
    const cells = this.#cells;
    this.#next.fill(0);
    const last = cells - 1;
    for (let v = 0; v < SPEEDS; v++) {
      const shift = (speedOf(v) * dtS) / CELL_M;
      const whole = Math.floor(shift);
      const part = shift - whole;
      for (let i = 0; i < cells; i++) {
        const mass = this.#mass[v * cells + i];
        const to = i + whole;
        // At the wall everybody stops.
        if (to >= last) this.#arrived += mass;
        else {
          this.#next[v * cells + to] += mass * (1 - part);
          this.#next[v * cells + to + 1] += mass * part;
        }
      }
    }
    const side = Math.min(0.25, (RESTLESS * dtS) / SPEED_STEP_MPS ** 2 / 2);
    const forget = Math.min(0.5, FORGET * dtS);
    const even = forget / this.#mass.length;
    for (let v = 0; v < SPEEDS; v++) {
      const slower = Math.max(0, v - 1) * cells;
      const faster = Math.min(SPEEDS - 1, v + 1) * cells;
      for (let i = 0; i < cells; i++) {
        const mixed = (1 - 2 * side) * this.#next[v * cells + i] + side * (this.#next[slower + i] + this.#next[faster + i]);
        this.#mass[v * cells + i] = (1 - forget) * mixed + even;
      }
    }
    this.#arrived *= 1 - forget;
    const leaving = Math.min(1, SET_OFF * dtS) * this.#waiting;
    this.#waiting -= leaving;
    for (let v = 0; v < SPEEDS; v++) this.#mass[v * cells + this.#start] += leaving / SPEEDS;
    if (pack) this.#addPack(pack, forget);
  }

  /** @param gain log of how much likelier each cell is for what was seen. @param atWall the same for who has arrived. */
  update(gain: Float64Array, atWall: number): void {
    this.#arrived *= Math.exp(atWall);
    let total = this.#waiting + this.#arrived;
    for (let i = 0; i < this.#cells; i++) {
      const factor = Math.exp(gain[i]);
      for (let at = i; at < this.#mass.length; at += this.#cells) {
        this.#mass[at] *= factor;
        total += this.#mass[at];
      }
    }
    for (let at = 0; at < this.#mass.length; at++) this.#mass[at] /= total;
    this.#waiting /= total;
    this.#arrived /= total;
  }

  likely(): Likely {
    const cells = this.#cells;
    const window = Math.round(NEAR_M / CELL_M);
    const at = new Float64Array(cells + 1);
    for (let i = 0; i < cells; i++) {
      let sum = 0;
      for (let v = 0; v < SPEEDS; v++) sum += this.#mass[v * cells + i];
      if (i === this.#start) sum += this.#waiting;
      if (i === cells - 1) sum += this.#arrived;
      at[i + 1] = at[i] + sum;
    }
    let middle = 0;
    let most = 0;
    for (let i = 0; i < cells; i++) {
      const mass = at[Math.min(cells, i + window + 1)] - at[Math.max(0, i - window)];
      if (mass > most) {
        most = mass;
        middle = i;
      }
    }
    let mass = 0;
    let along = 0;
    let speed = 0;
    for (let i = Math.max(0, middle - window); i <= Math.min(cells - 1, middle + window); i++) {
      for (let v = 0; v < SPEEDS; v++) {
        const m = this.#mass[v * cells + i];
        mass += m;
        along += m * i;
        speed += m * speedOf(v);
      }
      const still = (i === this.#start ? this.#waiting : 0) + (i === cells - 1 ? this.#arrived : 0);
      mass += still;
      along += still * i;
    }
    return { alongM: (along / mass) * CELL_M, speedMps: speed / mass, mass };
  }

  #addPack({ alongM, speedMps }: { readonly alongM: number; readonly speedMps: number }, share: number): void {
    const v = Math.max(0, Math.min(SPEEDS - 1, Math.round((speedMps - SLOWEST_MPS) / SPEED_STEP_MPS)));
    const scale = (share * CELL_M) / (PACK_SPREAD_M * Math.sqrt(2 * Math.PI));
    for (let i = 0; i < this.#cells; i++)
      this.#mass[v * this.#cells + i] += scale * Math.exp((-0.5 * (i * CELL_M - alongM) ** 2) / PACK_SPREAD_M ** 2);
  }
}

const speedOf = (v: number): number => SLOWEST_MPS + v * SPEED_STEP_MPS;
