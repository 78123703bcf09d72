#!/usr/bin/env node
// Starts the command line; builds it first where this clone has not been built since its sources changed.
import { build, isStale } from '../tools/build.js';

if (isStale() && !(await build())) process.exit(1);
await import('../dist/server/cli.js');
