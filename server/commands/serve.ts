import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseGraphicData } from '../channel/graphic-data.js';
import { ChannelSupervisor } from '../channel/supervisor.js';
import { packagePath } from '../package-path.js';
import { loadProject } from '../project-file.js';
import { type RunningServer, type ServerOptions, startServer } from '../server.js';
import { UsageError } from '../usage-error.js';
import { reason } from './files.js';

/** `leaderline serve`: every channel of a project, until Ctrl-C. */
export async function serve(projectPath: string | undefined, o: { host: string; port: number; data: string }): Promise<void> {
  const loaded = loadProject(projectPath ?? packagePath('assets/demo/demo.json'));
  const { project, baseDir } = loaded;
  const data = resolve(o.data);
  const log = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
  const channels = project.channels.map((channel) => {
    const hlsDirectory = join(data, channel.id, 'hls');
    makeFolder(hlsDirectory);
    try {
      return new ChannelSupervisor({
        channel,
        baseDir,
        hlsDirectory,
        replayDirectory: join(data, channel.id, 'replay'),
        parseGraphicData,
        log,
      });
    } catch (error) {
      throw new UsageError(`${loaded.path}: channel "${channel.id}": ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  const token = process.env.LEADERLINE_TOKEN || project.token || null;
  const server = await listening({
    channels,
    projectName: project.name,
    host: o.host,
    port: o.port,
    token,
    log,
    assetsDir: packagePath('assets'),
    publicDir: packagePath('dist/public'),
  });
  console.log(`${project.name}: ${server.url}`);
  for (const { id, title } of project.channels) {
    console.log(`  ${title}`);
    for (const page of ['watch', 'overlay', 'control', 'kiosk']) console.log(`    ${page.padEnd(8)} ${server.url}/${page}/${id}`);
  }
  console.log('Ctrl-C ends it.');
  project.channels.forEach((channel, i) => {
    if (channel.autostart) channels[i]?.start();
  });
  await interrupted();
  log('ending: outputs are being closed');
  await Promise.all([server.close(), ...channels.map((channel) => channel.close())]);
}

/** An address that cannot be listened on is the user's to change. */
async function listening(options: ServerOptions): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Resolves at the first Ctrl-C or polite kill; a second one ends at once. */
function interrupted(): Promise<void> {
  return new Promise((done) => {
    let asked = false;
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (asked) process.exit(130);
        asked = true;
        done();
      });
    }
  });
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UsageError(`--data ${path}: ${reason(error)}`);
  }
}
