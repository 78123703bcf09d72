import type Koa from 'koa';
import { z } from 'zod';
import { graphicTypes, HOSTED } from '../../overlay-client/index.js';
import { packageId, packageManifest, typeOfPackage } from '../../overlay-client/ograf/manifest.js';
import type { ControlCommand, ControlReply, GraphicState } from '../../protocol/index.js';
import type { ChannelHandle } from '../channel/handle.js';
import { problemLines } from '../channel/hosted-problems.js';
import type { PackageStore } from '../ograf/index.js';
import type { Gate } from './access.js';
import { readJson } from './body.js';
import { HttpFailure, JSON_TYPE, type Route } from './route.js';
import { oneLine } from './zod-line.js';

/**
 * The OGraf Server API (EBU draft, `/ograf/v1`): channels are renderers with one render target each, graphics of the rundown are graphic instances.
 */
const BASE = '/ograf/v1';
/** A channel has one target: its picture. */
const TARGET = {};

const Instance = z.object({ renderTarget: z.unknown(), graphicInstanceId: z.string().max(60) });
const Data = z.record(z.string(), z.json());
const Load = z.object({ renderTarget: z.unknown(), graphicId: z.string().max(80), params: z.object({ data: Data.nullish() }) });
const Update = Instance.extend({ params: z.object({ data: Data, skipAnimation: z.boolean().nullish() }) });
const Play = Instance.extend({
  params: z.object({ delta: z.number().int().nullish(), goto: z.number().int().min(0).nullish(), skipAnimation: z.boolean().nullish() }),
});
const Filter = z.object({
  renderTarget: z.unknown().optional(),
  graphicId: z.string().optional(),
  graphicInstanceId: z.string().optional(),
});
const Clear = z.object({ filters: z.array(Filter).max(100) });

export interface OgrafServerOptions {
  readonly channels: readonly ChannelHandle[];
  readonly projectName: string;
  readonly packages: PackageStore;
  readonly gate: Gate;
}

export function ografServerRoutes(o: OgrafServerOptions): Route[] {
  const find = (id = ''): ChannelHandle => {
    const channel = o.channels.find((one) => one.id === id);
    if (!channel)
      throw new HttpFailure(404, `there is no renderer "${id.slice(0, 40)}": the channels are ${o.channels.map((c) => c.id).join(', ')}`);
    return channel;
  };
  const acting = (ctx: Koa.Context, id: string | undefined): ChannelHandle => {
    const channel = find(id);
    const refusal = o.gate.control(ctx.req, `control of ${channel.id} as OGraf renderer`);
    if (refusal) throw new HttpFailure(refusal.status, refusal.message);
    return channel;
  };
  const route = (method: Route['method'], path: string, summary: string, handle: Route['handle']): Route => ({
    ...{ method, path: `${BASE}${path}`, summary: `OGraf: ${summary}` },
    answers: [
      { status: 200, description: 'Done', type: JSON_TYPE },
      { status: 400, description: 'Not as OGraf says', type: 'application/problem+json' },
      { status: 404, description: 'There is no such thing', type: 'application/problem+json' },
    ],
    handle: async (ctx, params) => {
      try {
        await handle(ctx, params);
      } catch (error) {
        problem(ctx, error);
      }
    },
  });
  const instancePath = '/renderers/:id/target/graphicInstance';
  return [
    route('get', '/', 'this server', (ctx) => {
      ctx.body = {
        name: `Leaderline: ${o.projectName}`,
        description: 'Channels are renderers',
        author: { name: 'Leaderline' },
        version: '1',
      };
    }),
    route('get', '/graphics', 'graphics there are', (ctx) => {
      ctx.body = { graphics: listed(o.packages) };
    }),
    route('get', '/graphics/:graphicId', 'one graphic with its manifest', (ctx, { graphicId = '' }) => {
      const own = typeOfPackage(graphicId);
      const hosted = o.packages.get(graphicId);
      if (!own && !hosted) throw new HttpFailure(404, `there is no graphic "${graphicId.slice(0, 80)}"`);
      const createdAt = (hosted?.createdAt ?? new Date(0)).toISOString();
      ctx.body = { graphic: own ? packageManifest(own) : hosted?.manifest, metadata: { createdAt } };
    }),
    route('delete', '/graphics/:graphicId', 'delete a hosted graphic', (ctx, { graphicId = '' }) => {
      const refusal = o.gate.control(ctx.req, 'deleting an OGraf graphic');
      if (refusal) throw new HttpFailure(refusal.status, refusal.message);
      if (typeOfPackage(graphicId)) throw new HttpFailure(400, `${graphicId} comes with Leaderline and stays`);
      if (!o.packages.remove(graphicId)) throw new HttpFailure(404, `there is no graphic "${graphicId.slice(0, 80)}"`);
      ctx.body = {};
    }),
    route('get', '/renderers', 'channels as renderers', (ctx) => {
      ctx.body = { renderers: o.channels.map((channel) => ({ id: channel.id, name: channel.state().scene.title })) };
    }),
    route('get', '/renderers/:id', 'one channel as a renderer', (ctx, { id }) => {
      ctx.body = { renderer: rendererOf(find(id), o.packages) };
    }),
    route('get', '/renderers/:id/target', 'what is on a channel', (ctx, { id }) => {
      ctx.body = targetOf(find(id).state().graphics, o.packages);
    }),
    route('post', '/renderers/:id/customActions/:action', 'renderers have no actions of their own', (ctx, { id, action = '' }) => {
      acting(ctx, id);
      throw new HttpFailure(404, `a channel has no action "${action.slice(0, 60)}"`);
    }),
    route('put', `${instancePath}/clear`, 'remove graphics from a channel', async (ctx, { id }) => {
      const channel = acting(ctx, id);
      const { filters } = await body(ctx, Clear);
      const gone = channel.state().graphics.filter((graphic) => matches(graphic, filters));
      for (const { id: graphic } of gone) done(await channel.command({ command: 'graphic.remove', graphic }, 'OGraf'));
      ctx.body = { graphicInstances: gone.map((graphic) => ({ renderTarget: TARGET, graphicInstanceId: graphic.id })) };
    }),
    route('post', `${instancePath}/load`, 'put a graphic on a channel, not yet on air', async (ctx, { id }) => {
      const channel = acting(ctx, id);
      const { graphicId, params } = await body(ctx, Load);
      const type = typeOfPackage(graphicId) ?? (o.packages.get(graphicId) ? `${HOSTED}${graphicId}` : undefined);
      if (type === undefined) throw new HttpFailure(404, `there is no graphic "${graphicId}"`);
      const before = new Set(channel.state().graphics.map((graphic) => graphic.id));
      done(await channel.command({ command: 'graphic.add', type, data: params.data ?? {} }, 'OGraf'));
      const added = channel.state().graphics.find((graphic) => !before.has(graphic.id));
      if (!added) throw new HttpFailure(500, 'the graphic was taken in, but is not there');
      ctx.body = { graphicInstanceId: added.id, statusCode: 200 };
    }),
    route('post', `${instancePath}/updateAction`, 'change a graphic’s data', async (ctx, { id }) => {
      const channel = acting(ctx, id);
      const { graphicInstanceId, params } = await body(ctx, Update);
      instanceOf(channel, graphicInstanceId);
      done(await channel.command({ command: 'graphic.set', graphic: graphicInstanceId, data: params.data }, 'OGraf'));
      ctx.body = outcome(instanceOf(channel, graphicInstanceId));
    }),
    route('post', `${instancePath}/playAction`, 'take a graphic to air, or on to its next step', async (ctx, { id }) => {
      const channel = acting(ctx, id);
      const { graphicInstanceId, params } = await body(ctx, Play);
      const graphic = instanceOf(channel, graphicInstanceId);
      done(await channel.command(playCommand(graphic, params, o.packages.get(graphicId(graphic))?.manifest.stepCount), 'OGraf'));
      const after = instanceOf(channel, graphicInstanceId);
      ctx.body = { ...outcome(after), ...(after.on && { currentStep: after.step }) };
    }),
    route('post', `${instancePath}/stopAction`, 'take a graphic off air', async (ctx, { id }) => {
      const channel = acting(ctx, id);
      const { graphicInstanceId } = await body(ctx, Instance);
      instanceOf(channel, graphicInstanceId);
      done(await channel.command({ command: 'graphic.out', graphic: graphicInstanceId }, 'OGraf'));
      ctx.body = outcome(instanceOf(channel, graphicInstanceId));
    }),
    route(
      'post',
      `${instancePath}/customActions/:action`,
      'our graphics have no actions of their own',
      async (ctx, { id, action = '' }) => {
        const channel = acting(ctx, id);
        const { graphicInstanceId } = await body(ctx, Instance);
        instanceOf(channel, graphicInstanceId);
        throw new HttpFailure(404, `the graphic has no action "${action.slice(0, 60)}" that this renderer calls`);
      },
    ),
  ];
}

/** From before its first step, `delta` leads to step delta − 1; on air, it leads on from the current one; `goto` wins. */
function playCommand(graphic: GraphicState, { delta, goto }: z.infer<typeof Play>['params'], hostedSteps = 0): ControlCommand {
  const target = goto ?? (graphic.on ? graphic.step : -1) + (delta ?? 1);
  // The desk knows how many steps our own graphics have, not others'.
  if (hostedSteps > 0 && target >= hostedSteps) return { command: 'graphic.out', graphic: graphic.id };
  return { command: 'graphic.step', graphic: graphic.id, goto: Math.max(0, target) };
}

function listed(packages: PackageStore): { id: string; name: string; description: string }[] {
  const own = graphicTypes.map((type) => packageManifest(type));
  return [...own, ...packages.list().map((graphic) => graphic.manifest)].map(({ id, name, description }) => ({
    id,
    name,
    description: description ?? '',
  }));
}

function graphicId({ type }: GraphicState): string {
  const own = graphicTypes.find((one) => one === type);
  return own ? packageId(own) : type.slice(HOSTED.length);
}

function targetOf(graphics: readonly GraphicState[], packages: PackageStore) {
  const known = listed(packages);
  return {
    renderTarget: TARGET,
    name: 'Picture',
    graphicInstances: graphics.map((graphic) => {
      const id = graphicId(graphic);
      return {
        graphicInstanceId: graphic.id,
        graphic: known.find((one) => one.id === id) ?? { id, name: id },
        ...(graphic.problem !== undefined && { v_problem: graphic.problem }),
      };
    }),
  };
}

function rendererOf(channel: ChannelHandle, packages: PackageStore) {
  const { scene, graphics, status } = channel.state();
  const message = [status.message, ...problemLines(graphics)].filter(Boolean).join('; ');
  const frameRate = scene.fps ? scene.fps.num / scene.fps.den : undefined;
  return {
    id: channel.id,
    name: scene.title,
    renderCharacteristics: {
      resolution: { width: scene.width, height: scene.height },
      ...(frameRate !== undefined && { frameRate }),
      accessToPublicInternet: false,
    },
    renderTargetSchema: { type: 'object', properties: {} },
    status: { status: status.running && message === '' ? 'OK' : 'WARNING', message },
    renderTargets: [targetOf(graphics, packages)],
  };
}

function instanceOf(channel: ChannelHandle, id: string): GraphicState {
  const graphic = channel.state().graphics.find((one) => one.id === id);
  if (!graphic) throw new HttpFailure(404, `there is no graphic instance "${id}" on ${channel.id}`);
  return graphic;
}

function matches(graphic: GraphicState, filters: z.infer<typeof Clear>['filters']): boolean {
  if (filters.length === 0) return true;
  return filters.some(
    (filter) =>
      (filter.graphicInstanceId === undefined || filter.graphicInstanceId === graphic.id) &&
      (filter.graphicId === undefined || filter.graphicId === graphicId(graphic)),
  );
}

async function body<Schema extends z.ZodType>(ctx: Koa.Context, schema: Schema): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await readJson(ctx.req));
  if (!parsed.success) throw new HttpFailure(400, oneLine(parsed.error));
  return parsed.data;
}

/** The answer to an action: with 550 where an overlay page says that the graphic fails. Whether it does after this action is told to the next. */
function outcome({ id, problem }: GraphicState): { graphicInstanceId: string; statusCode: number; statusMessage?: string } {
  return { graphicInstanceId: id, ...(problem === undefined ? { statusCode: 200 } : { statusCode: 550, statusMessage: problem }) };
}

function done(reply: ControlReply): void {
  if (!reply.ok) throw new HttpFailure(400, reply.error);
}

/** Problem details (RFC 7807). */
function problem(ctx: Koa.Context, error: unknown): void {
  if (!(error instanceof HttpFailure)) throw error;
  ctx.status = error.status;
  ctx.set('Cache-Control', 'no-store');
  if (error.status === 401) ctx.set('WWW-Authenticate', 'Bearer');
  ctx.body = JSON.stringify({ type: 'about:blank', title: error.message, status: error.status, detail: error.message, instance: ctx.path });
  ctx.type = 'application/problem+json';
}
