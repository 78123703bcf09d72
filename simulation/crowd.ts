import { type View, vec } from './camera.js';
import { random } from './random.js';
import type { Raster, Texture } from './raster/raster.js';
import { paint } from './signs.js';

/** A stand full of people, beyond a fence along x. */
export class Crowd {
  private readonly sheets: Texture[];

  constructor(
    private readonly raster: Raster,
    seed: number,
    private readonly place: { x0: number; x1: number; y: number; rows: number; baseM: number },
  ) {
    const next = random(seed, 'crowd');
    this.sheets = Array.from({ length: 4 }, () =>
      paint(raster, 256, 512, (context) => {
        context.fillStyle = '#3a4252';
        context.fillRect(0, 0, 256, 512);
        for (let row = 0; row < place.rows; row++) {
          for (let seat = 0; seat < 9; seat++) {
            const x = (seat + 0.5 + (next() - 0.5) * 0.4) * 28.4;
            const y = row * 57 + 20;
            context.fillStyle = `hsl(${Math.floor(next() * 360)} 45% ${30 + next() * 40}%)`;
            context.fillRect(x - 9, y + 8, 18, 30);
            context.fillStyle = `hsl(25 40% ${30 + next() * 40}%)`;
            context.beginPath();
            context.arc(x, y, 8, 0, 7);
            context.fill();
          }
        }
      }),
    );
  }

  draw(view: View, _timeS: number): void {
    const { x0, x1, y, rows, baseM } = this.place;
    const slope = Math.hypot(rows * 0.8, rows * 0.5);
    for (let x = x0, i = 0; x < x1; x += 5, i++) {
      this.raster.surface(
        view,
        {
          origin: vec(x, y + rows * 0.8, baseM + rows * 0.5),
          along: vec(1, 0, 0),
          across: vec(0, (-rows * 0.8) / slope, (-rows * 0.5) / slope),
          length: 5,
          breadth: slope,
        },
        this.sheets[i % 4] as Texture,
      );
    }
  }
}
