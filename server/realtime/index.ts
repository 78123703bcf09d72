export { benchFanout, type FanoutBenchOptions, type FanoutReport, fanoutTable } from './fanout-bench.js';
export { ChannelHub } from './hub.js';
export { attachPages } from './pages.js';
export { attachFeeds } from './upgrade.js';
