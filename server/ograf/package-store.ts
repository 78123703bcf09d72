import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { oneLine } from '../api/zod-line.js';
import { UsageError } from '../usage-error.js';
import { PackageManifest } from './package-manifest.js';
import { unzip } from './unzip.js';

/** Packages kept; another upload is refused until one is deleted. */
const PACKAGES_MAX = 100;
const MANIFEST = /\.ograf\.json$/;

/** One graphic of somebody else's. */
export interface HostedGraphic {
  readonly manifest: PackageManifest;
  /** Name of the package it came in. */
  readonly package: string;
  /** Path of its main module in the package. */
  readonly main: string;
  readonly createdAt: Date;
}

/** Others' OGraf packages, one folder each under the data folder. What is stored was checked; what was changed by hand since is checked again. */
export class PackageStore {
  readonly #folder: string;
  readonly #log: (line: string) => void;
  #graphics = new Map<string, HostedGraphic>();
  /** Files that may be served, as "package/path". */
  #files = new Set<string>();

  constructor(folder: string, log: (line: string) => void) {
    this.#folder = folder;
    this.#log = log;
    this.#read();
  }

  list(): HostedGraphic[] {
    return [...this.#graphics.values()];
  }

  get(id: string): HostedGraphic | undefined {
    return this.#graphics.get(id);
  }

  /** Path on disk of a file of a package, or undefined when there is none: nothing but listed files is ever looked up. */
  file(packageName: string, path: string): string | undefined {
    return this.#files.has(`${packageName}/${path}`) ? join(this.#folder, packageName, ...path.split('/')) : undefined;
  }

  /**
   * Takes a zipped package in. Graphics of the same id are replaced.
   * @returns the graphics in it. @throws UsageError with one line: what is wrong and where.
   */
  add(zip: Uint8Array): HostedGraphic[] {
    const files = unzip(zip);
    const ids = checked(files);
    const name = createHash('sha256').update(zip).digest('hex').slice(0, 16);
    const packages = new Set(this.list().map((graphic) => graphic.package));
    if (!packages.has(name) && packages.size >= PACKAGES_MAX)
      throw new UsageError(`there are ${PACKAGES_MAX} packages already: delete one first`);
    const target = join(this.#folder, name);
    const part = `${target}.part`;
    rmSync(part, { recursive: true, force: true });
    for (const [path, bytes] of files) {
      const to = join(part, ...path.split('/'));
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, bytes);
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(part, target);
    // A package all of whose graphics came anew is no longer needed.
    const kept = this.list().filter(({ manifest }) => !ids.includes(manifest.id));
    for (const old of packages) if (old !== name && !kept.some((graphic) => graphic.package === old)) this.#drop(old);
    this.#read();
    return this.list().filter(({ manifest }) => ids.includes(manifest.id));
  }

  /** @returns false when there is no such graphic. Other graphics of its package stay. */
  remove(id: string): boolean {
    const graphic = this.#graphics.get(id);
    if (!graphic) return false;
    const others = this.list().filter((other) => other.package === graphic.package && other !== graphic);
    if (others.length === 0) this.#drop(graphic.package);
    else for (const path of this.#manifestsOf(graphic.package)) if (this.#idOf(path) === id) rmSync(path);
    this.#read();
    return true;
  }

  #drop(name: string): void {
    rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  #manifestsOf(name: string): string[] {
    const base = join(this.#folder, name);
    return filesUnder(base)
      .filter((path) => MANIFEST.test(path))
      .map((path) => join(base, ...path.split('/')));
  }

  #idOf(path: string): string | undefined {
    const parsed = PackageManifest.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data.id : undefined;
  }

  /** Newest package last, so that it wins. */
  #read(): void {
    const graphics = new Map<string, HostedGraphic>();
    const served = new Set<string>();
    const packages = existsSync(this.#folder) ? readdirSync(this.#folder).filter((name) => /^[0-9a-f]{16}$/.test(name)) : [];
    const withAge = packages.map((name) => ({ name, createdAt: statSync(join(this.#folder, name)).mtime }));
    for (const { name, createdAt } of withAge.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())) {
      const base = join(this.#folder, name);
      try {
        const files = new Map(filesUnder(base).map((path) => [path, path]));
        for (const path of files.keys()) {
          served.add(`${name}/${path}`);
          if (!MANIFEST.test(path)) continue;
          const manifest = readManifest(path, readFileSync(join(base, ...path.split('/')), 'utf8'), files);
          graphics.set(manifest.id, { manifest, package: name, main: mainOf(path, manifest), createdAt });
        }
      } catch (error) {
        this.#log(`OGraf package ${name}: left out: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    this.#graphics = graphics;
    this.#files = served;
  }
}

/** @returns the ids of the graphics in a package's files. @throws UsageError with one line. */
function checked(files: ReadonlyMap<string, Uint8Array>): string[] {
  const manifests = [...files.keys()].filter((path) => MANIFEST.test(path));
  if (manifests.length === 0) throw new UsageError('the package holds no manifest: a file whose name ends in .ograf.json');
  return manifests.map((path) => readManifest(path, new TextDecoder().decode(files.get(path)), files).id);
}

function readManifest(path: string, source: string, files: { has(path: string): boolean }): PackageManifest {
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = PackageManifest.safeParse(json);
  if (!parsed.success) throw new UsageError(`${path}: ${oneLine(parsed.error)}`);
  if (!files.has(mainOf(path, parsed.data)))
    throw new UsageError(`${path}: main: the package holds no ${JSON.stringify(parsed.data.main)}`);
  return parsed.data;
}

/** Path of the main module within the package; it is told relative to the manifest. */
function mainOf(manifestPath: string, { main }: PackageManifest): string {
  return posix.normalize(posix.join(posix.dirname(manifestPath), main));
}

function filesUnder(base: string): string[] {
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(base, join(entry.parentPath, entry.name)).split(sep).join('/'));
}
