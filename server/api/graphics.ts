import { graphicTypes, HOSTED, manifest } from '../../overlay-client/index.js';
import type { PackageStore } from '../ograf/index.js';
import { GraphicType } from './openapi.js';

/** Every kind of graphic with the schema of its data, as control pages need it: our own, then others' OGraf graphics. */
export function graphicCatalogue(packages: PackageStore): readonly GraphicType[] {
  const own = graphicTypes.flatMap((type) => {
    const described = manifest(type);
    return described ? [GraphicType.parse({ ...described, type })] : [];
  });
  const hosted = packages.list().map(({ manifest: m }) =>
    GraphicType.parse({
      type: `${HOSTED}${m.id}`,
      name: m.name,
      description: m.description ?? '',
      stepCount: m.stepCount,
      schema: m.schema ?? { type: 'object', properties: {} },
    }),
  );
  return [...own, ...hosted];
}
