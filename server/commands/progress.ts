/** A progress line on a terminal (percentage, frames a second, time left); silent in a pipe. */
export class Progress {
  readonly #total: number | null;
  readonly #startedMs = performance.now();
  readonly #shown = process.stderr.isTTY === true;
  readonly #label: string;
  #nextMs = 0;

  /** @param totalFrames null where the length is not known (live input). */
  constructor(label: string, totalFrames: number | null) {
    this.#label = label;
    this.#total = totalFrames !== null && totalFrames > 0 ? totalFrames : null;
  }

  update(frames: number): void {
    const now = performance.now();
    if (!this.#shown || now < this.#nextMs) return;
    this.#nextMs = now + 200;
    process.stderr.write(`\r\u001b[K${progressLine(this.#label, frames, this.#total, (now - this.#startedMs) / 1000)}`);
  }

  /** Clears the line; call before printing anything else. */
  end(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K');
  }
}

/** The text of a progress line; pure, for its test. */
export function progressLine(label: string, frames: number, total: number | null, elapsedS: number): string {
  const fps = elapsedS > 0 ? frames / elapsedS : 0;
  if (total === null) return `${label}  ${frames} frames  ${fps.toFixed(1)} fps`;
  const share = Math.min(1, frames / total);
  const left = fps > 0 ? clock((total - frames) / fps) : '–:––';
  return `${label}  ${Math.floor(share * 100)} %  ${frames}/${total} frames  ${fps.toFixed(1)} fps  ${left} left`;
}

function clock(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}
