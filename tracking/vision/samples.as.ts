// A patch sampled under a warp, four of its rows at a time (AssemblyScript): the inner loop of what kernels.as.ts does in every frame.

export const PATCH: i32 = 12;
/** The pixels of a patch as `sample` left them: four rows together, column by column. */
export const SAMPLES: usize = memory.data(576, 16);

/** Adjacent pixels of one row at four places. */
@inline
function pairs(img: usize, at: v128, first: i32): v128 {
  const one = v128.load64_zero(img + (first == 0 ? i32x4.extract_lane(at, 0) : i32x4.extract_lane(at, 2)));
  return v128.load64_lane(img + (first == 0 ? i32x4.extract_lane(at, 1) : i32x4.extract_lane(at, 3)), one, 1);
}

/** Samples a warped patch bilinearly. `where`: its middle and how the warp bends; `warp`: the warp's affine part. */
export function sample(img: usize, stride: usize, where: v128, warp: v128): void {
  const cx = f32x4.splat(f32x4.extract_lane(where, 0)), cy = f32x4.splat(f32x4.extract_lane(where, 1));
  const gx = f32x4.splat(f32x4.extract_lane(where, 2)), gy = f32x4.splat(f32x4.extract_lane(where, 3));
  const a = f32x4.splat(f32x4.extract_lane(warp, 0)), b = f32x4.splat(f32x4.extract_lane(warp, 1));
  const c = f32x4.splat(f32x4.extract_lane(warp, 2)), d = f32x4.splat(f32x4.extract_lane(warp, 3));
  const reach = f32x4.splat(5.5);
  let out: usize = SAMPLES;
  for (let j = 0; j < PATCH; j += 4) {
    const oy = f32x4.sub(f32x4.add(f32x4.splat(<f32>j), f32x4(0, 1, 2, 3)), reach);
    let jx = f32x4.sub(f32x4.mul(b, oy), f32x4.mul(reach, a));
    let jy = f32x4.sub(f32x4.mul(d, oy), f32x4.mul(reach, c));
    let bend = f32x4.sub(f32x4.add(f32x4.splat(1), f32x4.mul(reach, gx)), f32x4.mul(gy, oy));
    for (let q = 0; q < PATCH; q++) {
      const px = f32x4.add(cx, f32x4.mul(jx, bend));
      const py = f32x4.add(cy, f32x4.mul(jy, bend));
      const ix = i32x4.trunc_sat_f32x4_s(px);
      const iy = i32x4.trunc_sat_f32x4_s(py);
      const fx = f32x4.sub(px, f32x4.convert_i32x4_s(ix));
      const fy = f32x4.sub(py, f32x4.convert_i32x4_s(iy));
      const at = i32x4.add(i32x4.mul(iy, i32x4.splat(<i32>stride)), i32x4.shl(ix, 2));
      const top01 = pairs(img, at, 0), top23 = pairs(img, at, 2);
      const low01 = pairs(img + stride, at, 0), low23 = pairs(img + stride, at, 2);
      const topLeft = v128.shuffle<f32>(top01, top23, 0, 2, 4, 6);
      const lowLeft = v128.shuffle<f32>(low01, low23, 0, 2, 4, 6);
      const top = f32x4.add(topLeft, f32x4.mul(fx, f32x4.sub(v128.shuffle<f32>(top01, top23, 1, 3, 5, 7), topLeft)));
      const low = f32x4.add(lowLeft, f32x4.mul(fx, f32x4.sub(v128.shuffle<f32>(low01, low23, 1, 3, 5, 7), lowLeft)));
      v128.store(out, f32x4.add(top, f32x4.mul(fy, f32x4.sub(low, top))));
      out += 16;
      jx = f32x4.add(jx, a);
      jy = f32x4.add(jy, c);
      bend = f32x4.sub(bend, gx);
    }
  }
}
