import { plainTranscode } from '../../media/index.js';

/** Run as `node plain-transcode.js IN OUT`: the baseline of `bench compose`, in a process of its own. */
const [input, output] = process.argv.slice(2);
if (!input || !output) throw new Error('usage: plain-transcode IN OUT');
const before = process.cpuUsage();
const frames = await plainTranscode(input, output);
const cpu = process.cpuUsage(before);
console.log(JSON.stringify({ frames, cpuS: (cpu.user + cpu.system) / 1e6 }));
process.exit(0);
