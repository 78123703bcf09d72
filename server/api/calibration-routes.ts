import { Calibration, type CalibrationReport, type LensTerms, lensOf, type Size } from '../../protocol/index.js';
import { estimateLens, type GroundSolution, type LensEstimate, solveGround } from '../../tracking/index.js';
import type { ChannelHandle } from '../channel/handle.js';
import type { Gate } from './access.js';
import { readJson } from './body.js';
import { HttpFailure, JSON_TYPE, type Route, sendJson } from './route.js';
import { oneLine } from './zod-line.js';

const unknown = { status: 404, description: 'No such channel', type: JSON_TYPE, schema: 'ErrorReply' } as const;

/** What clicked points come to, before a calibration is set. Nothing here changes a channel. */
export function calibrationRoutes(find: (id: string) => ChannelHandle, gate: Gate): Route[] {
  return [
    {
      method: 'post',
      path: '/api/channels/:id/calibration/solve',
      summary: 'How clicked points agree, and where the ground would lie; changes nothing (`calibration.set` does)',
      takes: 'Calibration',
      acts: true,
      answers: [
        { status: 200, description: 'Where the ground lies', type: JSON_TYPE, schema: 'CalibrationReport' },
        { status: 400, description: 'Not a calibration', type: JSON_TYPE, schema: 'ErrorReply' },
        unknown,
        { status: 422, description: 'The points are no ground, with the reason', type: JSON_TYPE, schema: 'CalibrationReport' },
      ],
      handle: async (ctx, { id = '' }) => {
        const channel = find(id);
        const refusal = gate.control(ctx.req, `calibrating ${channel.id}`);
        if (refusal) throw new HttpFailure(refusal.status, refusal.message);
        const calibration = Calibration.safeParse(await readJson(ctx.req));
        if (!calibration.success) throw new HttpFailure(400, `not a calibration: ${oneLine(calibration.error)}`);
        const report = solve(calibration.data);
        sendJson(ctx, report.ok ? 200 : 422, report);
      },
    },
  ];
}

function solve(calibration: Calibration): CalibrationReport {
  const [width, height] = calibration.size;
  const size: Size = { width, height };
  const { lens: given, ...points } = calibration;
  const without = solveGround(points, size);
  const { lens, note } = given ? { lens: given, note: 'lens: as it was sent' } : lensOfPoints(points, without, size);
  const bent = lens && solveGround({ ...points, lens }, size);
  if (given && bent && !bent.ok) return bent;
  const withLens = bent?.ok ? bent : null;
  // A lens may bend so much that without it the points do not even agree.
  const solved = without.ok ? without : (withLens ?? without);
  if (!solved.ok) return solved;
  return {
    ...{ ok: true, ...fitted(solved) },
    lens: withLens && lens && { ...lens, ...centreOf(lens, size), ...fitted(withLens) },
    lensNote: note,
  };
}

type Fitted = Omit<Extract<CalibrationReport, { ok: true }>, 'ok' | 'lens' | 'lensNote'>;

function fitted({ straight, groundToImage, errorPx, errorM, points, warning }: GroundSolution): Fitted {
  return {
    groundToImage: straight?.plain(groundToImage) ?? groundToImage,
    ...{ errorPx, errorM, points: points.map((p) => ({ ...p })), warning },
  };
}

function centreOf(lens: LensTerms, size: Size) {
  const { centre, radiusPx } = lensOf(lens, size);
  return { centre, radiusPx };
}

/**
 * The lens that clicked points show. Which of them are wrong is only seen with it, and it only without those that are: tried with all points, and
 * with those believed without a lens; the one in which most agree is solved once more, from these.
 */
function lensOfPoints(calibration: Calibration, without: ReturnType<typeof solveGround>, size: Size): LensEstimate {
  const pairs = calibration.points.map(({ image: [x, y], ground: [gx, gy] }) => ({ image: { x, y }, ground: { x: gx, y: gy } }));
  const from = (believed: (index: number) => boolean): LensEstimate =>
    estimateLens(
      pairs.filter((_, i) => believed(i)),
      size,
    );
  const first = from((i) => !without.ok || without.points[i]?.believed === true);
  let best: { readonly estimate: LensEstimate; readonly solved: GroundSolution } | undefined;
  const agreeing = (solved: GroundSolution): number => solved.points.filter(({ believed }) => believed).length;
  for (const estimate of [first, from(() => true)]) {
    const solved = estimate.lens && solveGround({ ...calibration, lens: estimate.lens }, size);
    if (!solved?.ok) continue;
    if (!best || agreeing(solved) > agreeing(best.solved)) best = { estimate, solved };
  }
  if (!best) return { lens: null, note: first.note };
  const again = from((i) => best.solved.points[i]?.believed === true);
  return again.lens ? again : best.estimate;
}
