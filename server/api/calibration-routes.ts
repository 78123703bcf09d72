import { Calibration, type CalibrationReport, type Size } from '../../protocol/index.js';
import { estimateLens, solveGround } from '../../tracking/index.js';
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
  const solved = solveGround(calibration, size);
  if (!solved.ok) return solved;
  const { groundToImage, errorPx, errorM, points, warning } = solved;
  const believed = calibration.points.flatMap(({ image: [x, y], ground: [gx, gy] }, i) =>
    points[i]?.believed ? [{ image: { x, y }, ground: { x: gx, y: gy } }] : [],
  );
  const { lens, note } = estimateLens(believed, size);
  return {
    ok: true,
    groundToImage,
    errorPx,
    errorM,
    points: points.map((p) => ({ ...p })),
    warning,
    lens: lens && { ...lens, points: [...lens.points] },
    lensNote: note,
  };
}
