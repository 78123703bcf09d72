export type { DeskContext } from './apply.js';
export type { GraphicCatalogue } from './catalogue.js';
export { channelWith, type Desk, deskOf, type RundownItem, setUpOf } from './desk.js';
export { eventsBetween, type Told } from './events.js';
export { nameOf } from './graphics.js';
export { DeskKeeper } from './keeper.js';
export { stamped } from './stamp.js';
export type { Seen } from './subjects.js';
