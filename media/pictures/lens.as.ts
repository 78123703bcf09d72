// AssemblyScript: a lens in the kernel's memory is 7 f64: half the diagonal (0: there is none), k1, k2, middle x, y, reach, slope there; see protocol/lens.ts.

export const LENS_BYTES: usize = 56;
/** Where {@link unbend} and {@link bend} leave their answers. */
export let px: f64 = 0;
export let py: f64 = 0;

@inline
function bent(k1: f64, k2: f64, r: f64): f64 {
  return r * (1 + r * r * (k1 + k2 * r * r));
}

export function bend(lens: usize, x: f64, y: f64): void {
  px = x;
  py = y;
  const radius = load<f64>(lens);
  if (radius == 0) return;
  const cx = load<f64>(lens, 24), cy = load<f64>(lens, 32), reach = load<f64>(lens, 40);
  const dx = x - cx, dy = y - cy;
  const r = Math.sqrt(dx * dx + dy * dy) / radius;
  if (r == 0) return;
  const k1 = load<f64>(lens, 8), k2 = load<f64>(lens, 16);
  const by = (r <= reach ? bent(k1, k2, r) : 1 + load<f64>(lens, 48) * (r - reach)) / r;
  px = cx + dx * by;
  py = cy + dy * by;
}

export function unbend(lens: usize, x: f64, y: f64): void {
  px = x;
  py = y;
  const radius = load<f64>(lens);
  if (radius == 0) return;
  const cx = load<f64>(lens, 24), cy = load<f64>(lens, 32), reach = load<f64>(lens, 40);
  const dx = x - cx, dy = y - cy;
  const distance = Math.sqrt(dx * dx + dy * dy) / radius;
  if (distance == 0) return;
  let r = reach + (distance - 1) / load<f64>(lens, 48);
  if (distance < 1) {
    const k1 = load<f64>(lens, 8), k2 = load<f64>(lens, 16);
    r = min<f64>(distance, reach);
    for (let step = 0; step < 12; step++) {
      const next = max<f64>(0, min<f64>(reach, r - (bent(k1, k2, r) - distance) / (1 + r * r * (3 * k1 + 5 * k2 * r * r))));
      const off = Math.abs(next - r);
      r = next;
      if (off < 1e-9) break;
    }
  }
  px = cx + (dx * r) / distance;
  py = cy + (dy * r) / distance;
}
