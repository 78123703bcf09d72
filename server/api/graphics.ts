import { graphicTypes, manifest } from '../../overlay-client/index.js';
import { GraphicType } from './openapi.js';

/** Every kind of graphic with the schema of its data, as control pages need it. */
export function graphicCatalogue(): readonly GraphicType[] {
  return graphicTypes.flatMap((type) => {
    const described = manifest(type);
    return described ? [GraphicType.parse({ ...described, type })] : [];
  });
}
