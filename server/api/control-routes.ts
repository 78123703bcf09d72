import type Koa from 'koa';
import {
  ControlCommand,
  channelActions,
  type GraphicAction,
  graphicActions,
  isChannelAction,
  isGraphicAction,
  isReplayAction,
  parseStartList,
  replayActions,
  replayCommand,
} from '../../protocol/index.js';
import type { ChannelHandle } from '../channel/handle.js';
import type { Gate } from './access.js';
import { readJson, readOptionalJson, readText } from './body.js';
import { buttonsOf } from './buttons.js';
import { CommandFields, GraphicFields, GraphicStep } from './openapi.js';
import { type Answer, HttpFailure, JSON_TYPE, type Route, sendJson } from './route.js';
import { subjectActions, subjectCommand } from './subject-actions.js';
import { oneLine } from './zod-line.js';

const OPERATOR_LENGTH = 60;

const answers: readonly Answer[] = [
  { status: 200, description: 'Done', type: JSON_TYPE, schema: 'ControlReply' },
  { status: 400, description: 'Not understood, with the reason', type: JSON_TYPE, schema: 'ErrorReply' },
  { status: 401, description: 'The token is missing or wrong', type: JSON_TYPE, schema: 'ErrorReply' },
  { status: 404, description: 'No such channel', type: JSON_TYPE, schema: 'ErrorReply' },
  { status: 409, description: 'Refused, with the reason', type: JSON_TYPE, schema: 'ControlReply' },
];

/** Everything that changes a channel. Who changes it may say his name: header `X-Operator`. */
export function controlRoutes(find: (id: string) => ChannelHandle, gate: Gate): Route[] {
  const admit = (ctx: Koa.Context, id: string | undefined): ChannelHandle => {
    const channel = find(id ?? '');
    const refusal = gate.control(ctx.req, `control of ${channel.id}`);
    if (refusal) throw new HttpFailure(refusal.status, refusal.message);
    return channel;
  };
  const act = async (ctx: Koa.Context, channel: ChannelHandle, asked: unknown): Promise<void> => {
    const command = ControlCommand.safeParse(asked);
    if (!command.success) throw new HttpFailure(400, `not a command: ${oneLine(command.error)}`);
    const reply = await channel.command(command.data, ctx.get('x-operator').slice(0, OPERATOR_LENGTH));
    sendJson(ctx, reply.ok ? 200 : 409, reply);
  };
  const shared = { method: 'post', answers, acts: true } as const;
  return [
    {
      ...shared,
      path: '/api/channels/:id/command',
      summary: 'Control a channel: every command there is',
      takes: 'ControlCommand',
      handle: async (ctx, { id }) => {
        const channel = admit(ctx, id);
        await act(ctx, channel, await readJson(ctx.req));
      },
    },
    ...Object.entries(channelActions).map(
      ([name, { label, command }]): Route => ({
        ...shared,
        path: `/api/channels/:id/${name}`,
        summary: label,
        handle: async (ctx, { id }) => await act(ctx, admit(ctx, id), command),
      }),
    ),
    ...Object.keys(graphicActions)
      .filter(isGraphicAction)
      .map(
        (name): Route => ({
          ...shared,
          path: `/api/channels/:id/graphics/:graphic/${name}`,
          summary: `A graphic: ${graphicActions[name].label}`,
          ...(name !== 'out' && { takes: name === 'step' ? 'GraphicStep' : 'GraphicFields', takesOptionally: true }),
          handle: async (ctx, { id, graphic = '' }) => {
            const channel = admit(ctx, id);
            await act(ctx, channel, withBody(name, graphic, await readOptionalJson(ctx.req)));
          },
        }),
      ),
    ...Object.entries(replayActions).map(
      ([name, { label, ...action }]): Route => ({
        ...shared,
        path: `/api/channels/:id/${name}`,
        summary: label,
        ...{ takes: 'CommandFields', takesOptionally: 'bare' in action },
        handle: async (ctx, { id }) => {
          const channel = admit(ctx, id);
          const fields = CommandFields.optional().safeParse(await readOptionalJson(ctx.req));
          if (!fields.success) throw new HttpFailure(400, `not fields of a command: ${oneLine(fields.error)}`);
          if (isReplayAction(name)) await act(ctx, channel, replayCommand(name, fields.data));
        },
      }),
    ),
    ...subjectActions.map(
      ({ path, summary, takes, whenBare }): Route => ({
        ...shared,
        path: `/api/channels/:id/subjects/${path}`,
        summary,
        takes,
        takesOptionally: whenBare !== undefined,
        handle: async (ctx, { id, track = '' }) => {
          const channel = admit(ctx, id);
          const fields = CommandFields.optional().safeParse(await readOptionalJson(ctx.req));
          if (!fields.success) throw new HttpFailure(400, `not fields of a command: ${oneLine(fields.error)}`);
          await act(ctx, channel, subjectCommand(path.replace(':track', track), fields.data));
        },
      }),
    ),
    {
      method: 'get',
      path: '/api/channels/:id/do/*action',
      summary: 'The same as a POST to the address without `do/`, for buttons that can only open an address; needs `?token=`',
      answers: [...answers, { status: 403, description: 'No token is set', type: JSON_TYPE, schema: 'ErrorReply' }],
      acts: true,
      handle: async (ctx, { id, action = '' }) => {
        const channel = find(id ?? '');
        const refusal = gate.withToken(ctx.req, `control of ${channel.id}`);
        if (refusal) throw new HttpFailure(refusal.status, refusal.message);
        await act(ctx, channel, named(action, ctx.query));
      },
    },
    {
      method: 'get',
      path: '/api/channels/:id/buttons',
      summary: 'A button for everything the rundown can do now, over HTTP and OSC',
      answers: [{ status: 200, description: 'The buttons', type: JSON_TYPE, schema: 'Buttons' }],
      handle: (ctx, { id }) => sendJson(ctx, 200, buttonsOf(find(id ?? '').state())),
    },
    {
      method: 'get',
      path: '/api/channels/:id/project',
      summary:
        'The channel as a project file would say it, operators’ changes included; it may hold passwords of its streams, and needs the right to control',
      answers: [{ status: 200, description: 'The channel', type: JSON_TYPE, schema: 'Channel' }],
      acts: true,
      handle: (ctx, { id }) => sendJson(ctx, 200, admit(ctx, id).project()),
    },
    {
      ...shared,
      path: '/api/channels/:id/roster',
      summary: 'The start list, as CSV with column names or as JSON; nothing is taken over unless every row is right',
      takes: 'Roster',
      types: ['text/csv'],
      answers: [...answers, { status: 422, description: 'Rows that are not right', type: JSON_TYPE, schema: 'StartListProblems' }],
      handle: async (ctx, { id }) => {
        const channel = admit(ctx, id);
        const { entries, problems } = parseStartList(await readText(ctx.req, 'text/csv', 'application/json'));
        if (problems.length > 0) sendJson(ctx, 422, { error: problems[0] ?? '', problems });
        else await act(ctx, channel, { command: 'roster.set', entries });
      },
    },
  ];
}

/** A graphic's action with what the body adds. @throws HttpFailure 400 */
function withBody(name: GraphicAction, graphic: string, body: unknown): unknown {
  const command = graphicActions[name].command(graphic);
  if (body === undefined || name === 'out') return command;
  const parsed = (name === 'step' ? GraphicStep : GraphicFields).safeParse(body);
  if (!parsed.success) throw new HttpFailure(400, `not ${name === 'step' ? 'a step' : 'data of a graphic'}: ${oneLine(parsed.error)}`);
  return name === 'step' ? { ...command, ...parsed.data } : { ...command, data: parsed.data };
}

/** `panic`, `graphics/ID/take`, `replay/jog` with `?frames=-1`, `subjects/17/name` with `?rosterIndex=3`, … @throws HttpFailure 404 */
function named(action: string, query: Koa.Context['query']): unknown {
  if (isChannelAction(action)) return channelActions[action].command;
  if (isReplayAction(action)) return replayCommand(action, fieldsOf(query));
  const [, ofSubject] = /^subjects\/(.+)$/.exec(action) ?? [];
  if (ofSubject !== undefined) {
    const fields = fieldsOf(query);
    return subjectCommand(ofSubject, Object.keys(fields).length > 0 ? fields : undefined);
  }
  const [, graphic = '', name = ''] = /^graphics\/([^/]+)\/([a-z]+)$/.exec(action) ?? [];
  if (isGraphicAction(name)) return graphicActions[name].command(graphic);
  throw new HttpFailure(404, `there is no action "${action.slice(0, 60)}"`);
}

function fieldsOf(query: Koa.Context['query']): object {
  const fields = Object.entries(query).filter(([field]) => field !== 'token');
  return Object.fromEntries(fields.map(([field, text]) => [field, fieldOf(text)]));
}

/** A field of an address: numbers and booleans are what they look like. */
function fieldOf(text: string | readonly string[] | undefined): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return typeof text === 'string' && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
