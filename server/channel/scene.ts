import type { Channel, ChannelScene } from '../../protocol/index.js';

/** What stands still of a channel, for graphics and pages. */
export function sceneOf(channel: Channel, picture: Pick<ChannelScene, 'width' | 'height' | 'fps'>): ChannelScene {
  return {
    channel: channel.id,
    title: channel.title,
    width: picture.width,
    height: picture.height,
    fps: picture.fps,
    roster: channel.roster,
    course: channel.course ?? null,
    floor: channel.floor ?? null,
    look: channel.look,
  };
}
