import type { GddProperty, Manifest } from '../graphics/ograf.js';
import { type GraphicType, graphicTypes, manifest } from '../graphics/registry.js';

/** Where a graphic that runs in another host gets its frames: fields beside its own, in a group that no own field can collide with. */
export const CONNECTION_FIELDS = {
  leaderlineServer: {
    type: 'string',
    title: 'Leaderline server (empty: no tracking)',
    description: 'Address of the Leaderline server whose channel it follows, like http://192.168.1.5:8080?token=…',
    default: '',
    maxLength: 500,
  },
  leaderlineChannel: { type: 'string', title: 'Leaderline channel', default: '', maxLength: 40 },
  leaderlineRecording: {
    type: 'string',
    title: 'Recording of positions (address), for rendering not in real time',
    description: 'What leaderline track --format recording wrote. Its first frame is time 0.',
    default: '',
    maxLength: 500,
  },
} as const satisfies Record<string, GddProperty>;

/** Ids are unique among all packages of a host, and portable: lower case with a hyphen. */
export function packageId(type: GraphicType): string {
  return `leaderline-${type}`;
}

/** The kind of graphic an id of {@link packageId} stands for. */
export function typeOfPackage(id: string): GraphicType | undefined {
  return graphicTypes.find((type) => packageId(type) === id);
}

/** The manifest under which a graphic runs in another OGraf host. */
export function packageManifest(type: GraphicType): Manifest {
  const own = manifest(type);
  if (!own) throw new Error(`no manifest for ${type}`);
  const { properties } = own.schema;
  return {
    ...own,
    id: packageId(type),
    main: `${type}.mjs`,
    schema: { ...own.schema, properties: { ...properties, ...CONNECTION_FIELDS } },
  };
}
