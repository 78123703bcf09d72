import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { catalogue } from '../channel/catalogue.js';
import { type Desk, deskOf } from '../channel/desk/index.js';
import type { HostedPlace } from '../channel/messages.js';
import { ChannelSupervisor } from '../channel/supervisor.js';
import { PackageStore } from '../ograf/index.js';
import { packagePath } from '../package-path.js';
import { IMAGES_FOLDER, loadProject } from '../project-file.js';
import { type RunningServer, type ServerOptions, startServer } from '../server.js';
import { DeskWriter, loadDesk } from '../store/index.js';
import { UsageError } from '../usage-error.js';
import { reason } from './files.js';

/** `leaderline serve`: every channel of a project, until Ctrl-C. */
export async function serve(projectPath: string | undefined, o: { host: string; port: number; data: string }): Promise<void> {
  const loaded = loadProject(projectPath ?? packagePath('assets/demo/demo.json'));
  const { project, baseDir } = loaded;
  const data = resolve(o.data);
  const log = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
  const writers: DeskWriter[] = [];
  let serverUrl = '';
  const channels = project.channels.map((channel) => {
    const folder = join(data, channel.id);
    const hlsDirectory = join(folder, 'hls');
    makeFolder(hlsDirectory);
    const say = (line: string): void => log(`channel ${channel.id}: ${line}`);
    try {
      const asProject = deskOf(channel, catalogue);
      const writer = new DeskWriter(join(folder, 'desk.json'), asProject, say);
      writers.push(writer);
      const desk = loadDesk(join(folder, 'desk.json'), asProject, catalogue, say);
      const replayDirectory = join(folder, 'replay');
      const onDesk = (d: Desk): void => writer.save(d);
      const hosted = (): HostedPlace => ({ serverUrl, chromiumFolder: data, profileFolder: join(folder, 'browser') });
      return new ChannelSupervisor({ channel, baseDir, hlsDirectory, replayDirectory, catalogue, desk, onDesk, hosted, log });
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
    osc: project.osc,
    log,
    assetsDir: packagePath('assets'),
    publicDir: packagePath('dist/public'),
    packages: new PackageStore(join(data, 'ograf'), log),
    ownPackageDir: packagePath('dist/ograf'),
    imagesDir: resolve(baseDir, IMAGES_FOLDER),
  });
  serverUrl = fromHere(server.url);
  console.log(`${project.name}: ${server.url}`);
  for (const { id, title } of project.channels) {
    console.log(`  ${title}`);
    for (const page of ['watch', 'overlay', 'control', 'calibrate', 'kiosk'])
      console.log(`    ${page.padEnd(9)} ${server.url}/${page}/${id}`);
  }
  if (server.oscPort !== null) console.log(`  OSC: UDP port ${server.oscPort} on ${project.osc?.host}`);
  console.log('Ctrl-C ends it.');
  project.channels.forEach((channel, i) => {
    if (channel.autostart) channels[i]?.start();
  });
  await interrupted();
  log('ending: outputs are being closed');
  await Promise.all([server.close(), ...channels.map((channel) => channel.close())]);
  await Promise.all(writers.map((writer) => writer.flush()));
}

/** An address that cannot be listened on is the user's to change. */
async function listening(options: ServerOptions): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The server's address for a browser on this machine: where it listens on every address, the loopback one. */
function fromHere(url: string): string {
  const at = new URL(url);
  if (at.hostname === '0.0.0.0') at.hostname = '127.0.0.1';
  if (at.hostname === '[::]') at.hostname = '[::1]';
  return at.origin;
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
