import { z } from 'zod';
import {
  Calibration,
  CalibrationReport,
  Channel,
  ChannelEvent,
  ChannelScene,
  ChannelState,
  ChannelStatus,
  ControlCommand,
  ControlReply,
  ExternalPositions,
  GraphicState,
  ReplayItem,
  ReplayState,
  RosterEntry,
} from '../../protocol/index.js';
import type { Route } from './route.js';
import { subjectBodies } from './subject-actions.js';

/** A failed request: one line. */
export const ErrorReply = z.object({ error: z.string() });

/** `/healthz`: each channel with whether it is as it should be. */
export const Health = z.object({
  ok: z.boolean(),
  channels: z.array(z.object({ channel: z.string(), ok: z.boolean(), source: ChannelStatus.shape.source, message: z.string() })),
});
export type Health = z.infer<typeof Health>;

/** A kind of graphic that can be put on a channel: an entry of `GET /api/graphics`. */
export const GraphicType = z.object({
  /** What `GraphicState.type` names. */
  type: z.string(),
  name: z.string(),
  description: z.string(),
  /** How many steps `play` leads through; 0: it ends by itself; -1: the graphic alone knows. */
  stepCount: z.number().int(),
  /** JSON Schema of its data, with OGraf's GDD hints. */
  schema: z.record(z.string(), z.json()),
});
export type GraphicType = z.infer<typeof GraphicType>;

/** A button for what a graphic or the channel can do now, in every language of buttons. */
export const Button = z.object({
  /** For people: "Gap board take". */
  label: z.string(),
  /** The same over HTTP: a POST here, without a body. */
  post: z.string(),
  /** The same over OSC, without arguments. */
  osc: z.string(),
  /** The same as a command. */
  command: ControlCommand,
});
export type Button = z.infer<typeof Button>;

/** Data of a graphic, or some of its fields. */
export const GraphicFields = z.record(z.string(), z.json());

/** Fields of a command whose name the address says. */
export const CommandFields = z.record(z.string(), z.json());

/** A step of a graphic: `goto` one, or on by `delta`. */
export const GraphicStep = z.strictObject({ delta: z.number().int().optional(), goto: z.number().int().min(0).optional() });

/** A start list that was not taken: every row that is not right. */
export const StartListProblems = z.object({ error: z.string(), problems: z.array(z.string()) });

const COMPONENTS = {
  Button,
  Buttons: z.array(Button),
  Calibration,
  CalibrationReport,
  Channel,
  ChannelEvent,
  CommandFields,
  GraphicFields,
  GraphicStep,
  Roster: z.array(RosterEntry),
  StartListProblems,
  ...subjectBodies,
  ChannelScene,
  ChannelState,
  ChannelStates: z.array(ChannelState),
  ChannelStatus,
  ControlCommand,
  ControlReply,
  ErrorReply,
  ExternalPositions,
  GraphicState,
  GraphicType,
  GraphicTypes: z.array(GraphicType),
  Health,
  ReplayItems: z.array(ReplayItem),
  ReplayState,
};

/** OpenAPI 3.1 document of the routes, its schemas made from the ones that check the messages. */
export function openApi(routes: readonly Route[], title: string): Record<string, unknown> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, io: 'output' });
  // zod writes what schemas share as "__shared#/$defs/…"; within one document that is a plain path.
  const joined: typeof schemas = JSON.parse(JSON.stringify(schemas).replaceAll('__shared#/', '__shared/'));
  const components = Object.entries(joined).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [id, schema]);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/[:*](\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title,
      version: '1',
      description:
        'Control from other machines needs the token. Live state comes over socket.io (namespace /channels) and as events over ws (/events/{channel}), positions over ws (/positions/{channel}).',
    },
    paths,
    components: {
      schemas: Object.fromEntries(components),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation(route: Route): Record<string, unknown> {
  const parameters = [...route.path.matchAll(/[:*](\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    summary: route.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(route.takes !== undefined && {
      requestBody: {
        required: route.takesOptionally !== true,
        content: {
          'application/json': { schema: reference(route.takes) },
          ...Object.fromEntries((route.types ?? []).map((type) => [type, { schema: { type: 'string' } }])),
        },
      },
    }),
    ...(route.acts && { security: [{}, { token: [] }] }),
    responses: Object.fromEntries(
      route.answers.map(({ status, description, type, schema }) => [
        `${status}`,
        { description, ...(type !== undefined && { content: { [type]: { schema: schema === undefined ? {} : reference(schema) } } }) },
      ]),
    ),
  };
}

function reference(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}
