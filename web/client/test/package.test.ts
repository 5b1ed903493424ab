import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { build, type Rolldown } from 'vite';
import { beforeAll, expect, test } from 'vitest';

/** Of compressed JavaScript, in bytes: what a page pays that has socket.io-client already. */
const BUDGET = 14_000;

beforeAll(() => void execFileSync('npm', ['run', '--silent', 'build']));

test('what is published can be loaded as it is', async () => {
  const { exports } = JSON.parse(readFileSync('dist/package.json', 'utf8')) as Record<string, Record<string, Entry>>;
  interface Entry {
    types: string;
    default: string;
  }
  const names: string[][] = [];
  for (const entry of Object.values(exports ?? {})) {
    expect(existsSync(`dist/${entry.types}`)).toBe(true);
    names.push(Object.keys((await import(/* @vite-ignore */ `../dist/${entry.default}`)) as object).sort());
  }
  expect(names[0]).toEqual(['ApiError', 'createClient', 'decode']);
  expect(names[1]).toContain('SwitchboardProvider');
  expect(names[1]).toContain('useWebSocket');
});

test('the core has no framework in it, and is small', async () => {
  const made = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      rolldownOptions: {
        input: 'dist/index.js',
        external: ['socket.io-client'],
        preserveEntrySignatures: 'strict',
      },
    },
  })) as Rolldown.RolldownOutput;
  const [chunk] = made.output;
  expect(chunk.imports).toEqual(['socket.io-client']);
  const size = gzipSync(chunk.code).length;
  expect(size).toBeLessThan(BUDGET);
  expect(size).toBeGreaterThan(3_000);
});
