/** Seeded randomness: the same seed gives the same scene on every machine. */
export type Random = () => number;

/** Uniform numbers in [0, 1) from a seed and a purpose, so that one part's use never shifts another's (mulberry32). */
export function random(seed: number, purpose: string): Random {
  let state = seed | 0;
  for (const letter of purpose) state = Math.imul(state ^ letter.charCodeAt(0), 0x9e3779b1) ^ (state >>> 13);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function between(next: Random, low: number, high: number): number {
  return low + (high - low) * next();
}

export function pick<T>(next: Random, list: readonly T[]): T {
  return list[Math.floor(next() * list.length)] as T;
}

/** The list in a random order. */
export function shuffled<T>(next: Random, list: readonly T[]): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

/** A smooth wandering signal, about −1 to 1: sines of unrelated periods around `hertz`. */
export function wander(next: Random, hertz: number, terms = 5): (timeS: number) => number {
  const parts = Array.from({ length: terms }, (_, i) => {
    const frequency = hertz * 2 ** (i - terms / 2 + next());
    return { omega: 2 * Math.PI * frequency, phase: next() * 2 * Math.PI, size: 1 / (1 + (frequency / hertz) ** 1.5) };
  });
  const scale = 1.4 / Math.sqrt(parts.reduce((sum, p) => sum + p.size * p.size, 0) * terms ** 0.5);
  return (timeS) => {
    let sum = 0;
    for (const p of parts) sum += p.size * Math.sin(p.omega * timeS + p.phase);
    return sum * scale;
  };
}

/** A whole number from a frame and a seed, for grain. */
export function hash(a: number, b: number): number {
  let h = Math.imul(a ^ 0x5bd1e995, 0x27d4eb2d) ^ Math.imul(b + 0x165667b1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
