import { z } from 'zod';
import { LensTerms } from './lens.js';
import { UnderFeet } from './under-feet.js';

/**
 * The project file: everything a producer sets up before going live. JSON; unknown fields are refused so that a typing error is found
 * when the file is read, not on air.
 */

const finite = z.number().finite();
const point = z.tuple([finite, finite]);
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, at most 40');

/** One clicked point and where it is on the ground. */
export const PointPair = z.strictObject({
  /** Continuous pixels of the picture the calibration was made on (see `Calibration.size`). */
  image: point,
  /** Metres on the ground. */
  ground: point,
});
export type PointPair = z.infer<typeof PointPair>;

export const Calibration = z.strictObject({
  /** Size of the picture the points were clicked on; scaled to the source's own when that differs. */
  size: z.tuple([z.number().int().min(16), z.number().int().min(16)]),
  /** Media time of the frame the points were clicked on, microseconds; the pose is carried from there. */
  atMediaTimeUs: z.number().int().min(0).default(0),
  points: z.array(PointPair).min(4).max(500),
  /** How the camera's lens bends straight lines, as the calibration page solves it. Absent: not at all. */
  lens: LensTerms.optional(),
});
export type Calibration = z.infer<typeof Calibration>;

/** A line on the ground with distance along it. */
export const Course = z.strictObject({
  /** Centre line in metres on the ground, from before the start to beyond the finish, at least two points. Distance runs along it. */
  centreLine: z.array(point).min(2).max(2000),
  /** Distance along the centre line at which the race starts and finishes, metres. */
  startM: finite,
  finishM: finite,
  /** Distances of intermediate times, metres. */
  splitsM: z.array(finite).max(50).default([]),
  /** Whole width across, metres, centred on the centre line. */
  widthM: finite.positive().max(1000),
  /** Number of equal lanes across the width, 0 for none. Lane 1 lies on the left, looking along the course. */
  lanes: z.number().int().min(0).max(100).default(0),
  /**
   * Whether the lines between lanes (without lanes: the edges), start and finish are painted on the ground where this says. Where they are seen again they
   * make the calibration exact. Not stated: they are where there are lanes, unless competitors lie in water (`subjectHeightM` up to 1.2).
   */
  painted: z.boolean().optional(),
  /**
   * Where competitors come onto the course, as lines on the ground. Whoever is first seen away from them is rather one who was lost than a new one. Not
   * stated: anywhere.
   */
  gates: z
    .array(z.tuple([point, point]))
    .max(20)
    .optional(),
});
export type Course = z.infer<typeof Course>;

const polygon = z.array(point).min(3).max(200);

/** A shop's ground. */
export const Floor = z.strictObject({
  outline: polygon,
  zones: z
    .array(z.strictObject({ id, name: z.string().max(80), polygon }))
    .max(200)
    .default([]),
  fixtures: z
    .array(z.strictObject({ name: z.string().max(80), kind: z.enum(['shelf', 'till', 'table', 'wall']), polygon }))
    .max(500)
    .default([]),
  entrances: z
    .array(z.strictObject({ name: z.string().max(80), line: z.tuple([point, point]) }))
    .max(20)
    .default([]),
});
export type Floor = z.infer<typeof Floor>;

/** Someone expected in the picture. */
export const RosterEntry = z.strictObject({
  name: z.string().min(1).max(300),
  /** Short form for tight places; made from the name when absent. */
  shortName: z.string().max(40).optional(),
  bib: z.string().max(8).optional(),
  team: z.string().max(80).optional(),
  /** Team or competitor colour, `#rrggbb`. */
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/, 'like #1e90ff')
    .optional(),
  /** Lane (1-based) in a race with lanes: whoever runs in it is this subject. */
  lane: z.number().int().min(1).max(100).optional(),
});
export type RosterEntry = z.infer<typeof RosterEntry>;

/** Where positions come from. */
export const Detector = z.discriminatedUnion('type', [
  /** Moving blobs relative to the moving camera. */
  z.strictObject({ type: z.literal('foreground') }),
  /** Nothing is detected in the picture; positions and detections pushed over ws count. */
  z.strictObject({ type: z.literal('external') }),
  /** A learned detector, brought by the user: YOLOX, YOLOv8, YOLO11 or RT-DETR as ONNX. It sees the picture at `analysisWidth`, in colour. */
  z.strictObject({
    type: z.literal('onnx'),
    /** Path of the model, relative to the project file. */
    model: z.string().min(1).max(1000),
    /** Looks at every n-th frame, or as often as it can; the tracker bridges the frames between. */
    every: z.number().int().min(1).max(100).default(1),
    /** Wanted classes of the model with the least score of each; class 0 is "person" in models trained on COCO. */
    classes: z
      .array(z.strictObject({ index: z.number().int().min(0).max(9999), threshold: z.number().gt(0).max(1).default(0.1) }))
      .min(1)
      .max(100)
      .default([{ index: 0, threshold: 0.1 }]),
    /** Columns and rows of overlapping tiles the picture is looked at in: small people in 4K or seen from a drone. */
    tiles: z.tuple([z.number().int().min(1).max(8), z.number().int().min(1).max(8)]).default([1, 1]),
  }),
]);
export type Detector = z.infer<typeof Detector>;

export const Tracking = z.strictObject({
  /** Width of the luma picture that is analysed, pixels. Never wider than the source. */
  analysisWidth: z.number().int().min(160).max(3840).default(640),
  /** What moves the camera: `fixed` skips camera motion. */
  camera: z.enum(['moving', 'fixed']).default('moving'),
  detector: Detector.default({ type: 'foreground' }),
  /** Positions pushed over ws: `replace` the camera's, `join` them, or are refused (`off`). */
  externalPositions: z.enum(['off', 'replace', 'join']).default('off'),
  /** Height of a person, metres: gives the size a person must have at each place of a calibrated picture. */
  subjectHeightM: finite.positive().max(10).default(1.75),
});
export type Tracking = z.infer<typeof Tracking>;

export const Source = z.strictObject({
  /** File path (relative to the project file), URL (rtsp, srt, rtmp, http(s) HLS, udp), `device:NAME`, or `sim:SCENE`. */
  url: z.string().min(1).max(2000),
  /** Files and scenes start again at their end. */
  loop: z.boolean().default(false),
  /** Options for FFmpeg's demuxer, e.g. `{"rtsp_transport": "tcp"}`. */
  options: z.record(z.string().max(60), z.string().max(500)).default({}),
});
export type Source = z.infer<typeof Source>;

export const Encoder = z.strictObject({
  /** FFmpeg's encoder name. */
  codec: z.string().max(40).default('libx264'),
  preset: z.string().max(40).default('veryfast'),
  /** Constant quality, lower is better (x264: 18 is near transparent). Ignored where `bitrateKbps` is set. */
  crf: z.number().min(0).max(51).default(20),
  bitrateKbps: z.number().int().min(100).max(200_000).optional(),
  /** Seconds between key frames. */
  gopS: finite.positive().max(20).default(1),
  bFrames: z.number().int().min(0).max(8).default(0),
  /** `source` keeps the source's own; anything else is converted before encoding. Browsers play `yuv420p` only. */
  pixelFormat: z.enum(['auto', 'source', 'yuv420p', 'yuv422p', 'yuv420p10le', 'yuv422p10le']).default('auto'),
});
export type Encoder = z.infer<typeof Encoder>;

/** Where composited frames go. All outputs share one encode, but for key and fill. */
export const Output = z.discriminatedUnion('type', [
  /** Segments for the watch page; served under `/hls/CHANNEL/`. */
  z.strictObject({
    type: z.literal('hls'),
    segmentS: finite.min(0.5).max(10).default(1),
    listSize: z.number().int().min(3).max(60).default(6),
  }),
  /** MP4, MKV or MOV by its ending. */
  z.strictObject({ type: z.literal('file'), path: z.string().min(1).max(1000) }),
  /** `srt://`, `rtmp://` or `udp://` (MPEG-TS). */
  z.strictObject({
    type: z.literal('stream'),
    url: z
      .string()
      .regex(/^(srt|rtmp|rtmps|udp):\/\//, 'must start with srt://, rtmp:// or udp://')
      .max(2000),
  }),
  /** Graphics alone on black, and their key (luma = coverage), as two files or streams from the same composite. */
  z.strictObject({ type: z.literal('key-fill'), fill: z.string().min(1).max(2000), key: z.string().min(1).max(2000) }),
]);
export type Output = z.infer<typeof Output>;

/** What all graphics of a channel share in looks. */
export const Look = z.strictObject({
  mode: z.enum(['dark', 'light']).default('dark'),
  /** The one strong colour, `#rrggbb`. */
  accent: z
    .string()
    .regex(/^#[0-9a-f]{6}$/, 'like #1e90ff')
    .optional(),
});
export type Look = z.infer<typeof Look>;

/** A graphic on a channel: which, whether it is on air, and with what data (checked against the graphic's own schema). */
export const GraphicSetup = z.strictObject({
  id,
  type: z.string().max(60),
  /** What operators call it. */
  title: z.string().min(1).max(120).optional(),
  on: z.boolean().default(true),
  data: z.record(z.string(), z.json()).default({}),
});
export type GraphicSetup = z.infer<typeof GraphicSetup>;

/** The rolling recording that replays, clips and pictures in time are made from. */
export const Replay = z.union([
  z.literal('off'),
  z.strictObject({
    seconds: finite.min(5).max(3600).default(120),
    /** Never more on disk than this, whatever the time. */
    megabytes: finite.min(10).max(1_000_000).default(2000),
    /** Where a replay is played out, besides `/hls/CHANNEL-replay/`. */
    outputs: z
      .array(Output)
      .max(10)
      .refine((list) => list.every((o) => o.type !== 'key-fill'), 'a replay is played out whole: it has no key and fill')
      .default([]),
  }),
]);
export type Replay = z.infer<typeof Replay>;

export const Channel = z.strictObject({
  id,
  title: z.string().min(1).max(120),
  source: Source,
  tracking: Tracking.prefault({}),
  calibration: Calibration.optional(),
  course: Course.optional(),
  floor: Floor.optional(),
  roster: z.array(RosterEntry).max(500).default([]),
  graphics: z.array(GraphicSetup).max(200).default([]),
  look: Look.prefault({}),
  /** What ground graphics are painted on and what they run behind, where the tracker alone does not know. */
  underFeet: UnderFeet.prefault({}),
  encoder: Encoder.prefault({}),
  outputs: z
    .array(Output)
    .max(20)
    .default([{ type: 'hls', segmentS: 1, listSize: 6 }]),
  /** Absent: 120 seconds; off on a channel with a `floor`, since people in a shop are not to be filmed unasked. */
  replay: Replay.optional(),
  /** Starts with the server. */
  autostart: z.boolean().default(true),
});
export type Channel = z.infer<typeof Channel>;

/** Open Sound Control over UDP: commands in, state out (docs/control.md). */
export const Osc = z.strictObject({
  /** UDP port to listen on; 0 takes a free one. */
  port: z.number().int().min(0).max(65535),
  /** Address to listen on. Beyond loopback every message must carry the token as its first argument. */
  host: z.string().min(1).max(255).default('127.0.0.1'),
  /** Who is told of every change. */
  send: z
    .array(z.strictObject({ host: z.string().min(1).max(255), port: z.number().int().min(1).max(65535) }))
    .max(16)
    .default([]),
});
export type Osc = z.infer<typeof Osc>;

export const Project = z
  .strictObject({
    name: z.string().min(1).max(120),
    channels: z.array(Channel).min(1).max(32),
    /** Needed for control from other machines and for pushing positions; also from the environment, LEADERLINE_TOKEN. */
    token: z.string().min(8).max(200).optional(),
    osc: Osc.optional(),
  })
  .refine((p) => new Set(p.channels.map((c) => c.id)).size === p.channels.length, {
    message: 'two channels have the same id',
    path: ['channels'],
  });
export type Project = z.infer<typeof Project>;
/** A channel's replay with what is not stated filled in; null where there is none. */
export function replayOf(channel: Pick<Channel, 'replay' | 'floor'>): Exclude<Replay, 'off'> | null {
  const { replay = channel.floor ? 'off' : Replay.parse({}) } = channel;
  return replay === 'off' ? null : replay;
}
/** A project as written, defaults not yet filled in. */
export type ProjectInput = z.input<typeof Project>;
