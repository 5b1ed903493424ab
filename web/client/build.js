// Makes dist: the package as it is published, with plain modules in place of sources. `npm publish ./dist` sends it.

import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const source = JSON.parse(readFileSync('package.json', 'utf8'));
const { private: _, scripts, devDependencies, ...published } = source;
const entry = (name) => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
published.exports = { '.': entry('index'), './react': entry('react/index') };
published.sideEffects = false;

rmSync('dist', { recursive: true, force: true });
execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
writeFileSync('dist/package.json', `${JSON.stringify(published, null, 2)}\n`);
for (const file of ['README.md', '../../LICENSE']) copyFileSync(file, `dist/${file.split('/').pop()}`);
