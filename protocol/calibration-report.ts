import { z } from 'zod';

/** What `POST /api/channels/CHANNEL/calibration/solve` answers: how the clicked points agree, before anything is changed. */

const finite = z.number().finite();
const mat3 = z.tuple([finite, finite, finite, finite, finite, finite, finite, finite, finite]).readonly();
const error = z.object({ rms: finite, max: finite });

export const CalibrationReport = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    /** Metres → continuous pixels of the picture that was clicked on; depth positive for ground in front of the camera. */
    groundToImage: mat3,
    /** Between clicked and computed places of the points that are believed. */
    errorPx: error,
    errorM: error,
    /** In the order given. One that is not believed lies far from where the others say it should. */
    points: z.array(z.object({ errorPx: finite, errorM: finite, believed: z.boolean() })),
    /** One line of doubt, or ''. */
    warning: z.string(),
    /** How the lens bends lines, where the points show it: sent along as the calibration's `lens` it is drawn with. */
    lens: z
      .object({
        k1: finite,
        k2: finite,
        centre: z.object({ x: finite, y: finite }),
        radiusPx: finite.positive(),
        /** The ground as a lens that bends nothing would show it: bend what it gives. */
        groundToImage: mat3,
        errorPx: error,
        errorM: error,
        points: z.array(z.object({ errorPx: finite, errorM: finite, believed: z.boolean() })),
        warning: z.string(),
      })
      .nullable(),
    /** Why there is no lens, or what it means; one line. */
    lensNote: z.string(),
  }),
  /** One line that names the points and says what to do. */
  z.object({ ok: z.literal(false), message: z.string() }),
]);
export type CalibrationReport = z.infer<typeof CalibrationReport>;
