export type { PackageManifest } from './package-manifest.js';
export { type HostedGraphic, PackageStore } from './package-store.js';
