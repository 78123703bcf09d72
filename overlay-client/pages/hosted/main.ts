import type { ChannelState } from '../../../protocol/index.js';
import { ForeignGraphics } from '../overlay/foreign.js';
import { HostedReporter } from '../overlay/hosted-report.js';
import { connectChannel } from '../shared/connection.js';
import { channelFromAddress, find } from '../shared/dom.js';

declare global {
  /** For the server, which takes this page's pictures. */
  var hostedPage: {
    /** The graphics are as the channel's state says. */
    readonly connected: boolean;
    /** Something has crashed: hides what does not answer at once. */
    check(): Promise<void>;
  };
}

const stage = find('#stage', HTMLElement);
let foreign: ForeignGraphics | undefined;
let size = '';
let connected = false;
const reporter = new HostedReporter((lines) => connection.report(lines));

function onState({ scene, graphics }: ChannelState): void {
  const { width, height } = scene;
  if (size !== `${width} ${height}`) {
    size = `${width} ${height}`;
    stage.style.width = `${width}px`;
    stage.style.height = `${height}px`;
    foreign?.close();
    foreign = new ForeignGraphics(stage, { width, height }, (graphic, line) => reporter.set(graphic, line));
  }
  foreign?.set(graphics);
  connected = true;
}

globalThis.hostedPage = {
  get connected() {
    return connected;
  },
  check: async () => await foreign?.check(),
};

const connection = connectChannel({
  channel: channelFromAddress(),
  positions: false,
  onLink: (link) => {
    if (link !== 'live') connected = false;
    else reporter.tell();
  },
  onState,
});
