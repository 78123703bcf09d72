import { ReplayGraphics } from '../../protocol/index.js';
import type { ChannelHandle } from '../channel/handle.js';
import type { ReplayHandle } from '../replay/index.js';
import { HttpFailure, type Route } from './route.js';
import { sendFile } from './static-file.js';

const JSON_TYPE = 'application/json';
const unknown = { status: 404, description: 'No such channel, or it records no replay', type: JSON_TYPE, schema: 'ErrorReply' } as const;
const SUFFIX = '-replay';

/** What is recorded, played and made of a channel. Commands go the way of all commands. */
export function replayRoutes(find: (id: string) => ChannelHandle): Route[] {
  const replayOf = (id: string): ReplayHandle => {
    const { replay } = find(id);
    if (!replay) throw new HttpFailure(404, `channel ${id} records no replay: set "replay": {"seconds": 120} in the project`);
    return replay;
  };
  const list = (what: 'clips' | 'pictures'): Route => ({
    method: 'get',
    path: `/api/channels/:id/${what}`,
    summary: `The ${what} made from the replay, newest first, finished or not`,
    answers: [{ status: 200, description: 'The list', type: JSON_TYPE, schema: 'ReplayItems' }, unknown],
    handle: (ctx, { id = '' }) => {
      ctx.set('Cache-Control', 'no-store');
      ctx.body = replayOf(id)
        .state()
        .items.filter((item) => (item.kind === 'clip') === (what === 'clips'));
    },
  });
  const file = (what: 'clips' | 'pictures'): Route => ({
    method: 'get',
    path: `/api/channels/:id/${what}/:file`,
    summary: `A file of one of the ${what}`,
    answers: [{ status: 200, description: 'MP4 or PNG' }, unknown],
    handle: async (ctx, { id = '', file: name = '' }) => {
      const known = /^(clip|strobe|ghost)-\d{1,9}\.(mp4|png)$/.test(name);
      if (!known || !(await sendFile(ctx, replayOf(id).madeDirectory, name, 'no-cache')))
        throw new HttpFailure(404, 'there is no such file, or it is not finished');
      ctx.attachment(name, { type: 'inline' });
    },
  });
  return [
    {
      method: 'get',
      path: '/api/channels/:id/replay',
      summary: 'What is recorded, marked, played and made',
      answers: [{ status: 200, description: 'The state', type: JSON_TYPE, schema: 'ReplayState' }, unknown],
      handle: (ctx, { id = '' }) => {
        ctx.set('Cache-Control', 'no-store');
        ctx.body = replayOf(id).state();
      },
    },
    {
      method: 'get',
      path: '/api/channels/:id/replay/frame.jpg',
      summary: 'A recorded frame: ?mediaTimeUs=…, ?graphics=recorded (or 1), now, none (or 0)',
      answers: [
        { status: 200, description: 'The picture; its own media time is in X-Media-Time-Us', type: 'image/jpeg' },
        { status: 400, description: 'Not a media time', type: JSON_TYPE, schema: 'ErrorReply' },
        unknown,
        { status: 409, description: 'It is not in the buffer', type: JSON_TYPE, schema: 'ErrorReply' },
      ],
      handle: async (ctx, { id = '' }) => {
        const replay = replayOf(id);
        const text = String(ctx.query.mediaTimeUs ?? '');
        if (text !== '' && !/^\d{1,15}$/.test(text)) throw new HttpFailure(400, 'mediaTimeUs must be microseconds, a whole number');
        const { jpeg, mediaTimeUs } = await replay
          .frame(text === '' ? Number.MAX_SAFE_INTEGER : Number(text), graphicsOf(String(ctx.query.graphics ?? 'none')))
          .catch((error: unknown) => {
            throw new HttpFailure(409, error instanceof Error ? error.message : String(error));
          });
        ctx.set('Cache-Control', 'no-store');
        ctx.set('X-Media-Time-Us', String(mediaTimeUs));
        ctx.type = 'image/jpeg';
        ctx.body = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
      },
    },
    list('clips'),
    file('clips'),
    list('pictures'),
    file('pictures'),
  ];
}

/** Folder of `/hls/NAME/`: a channel's own, or with `-replay` behind its name, its replay's. */
export function hlsFolder(name: string, channels: readonly ChannelHandle[], find: (id: string) => ChannelHandle): string | null {
  const exact = channels.some((c) => c.id === name);
  if (exact || !name.endsWith(SUFFIX)) return find(name).hlsDirectory;
  return find(name.slice(0, -SUFFIX.length)).replay?.hlsDirectory ?? null;
}

function graphicsOf(text: string): ReplayGraphics {
  if (text === '1') return 'recorded';
  if (text === '0') return 'none';
  const graphics = ReplayGraphics.safeParse(text);
  if (!graphics.success) throw new HttpFailure(400, `graphics must be ${ReplayGraphics.options.join(', ')}`);
  return graphics.data;
}
