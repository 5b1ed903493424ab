import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Every wait has an end of its own: these only end what hangs, on whatever computer.
  test: { testTimeout: 120_000, hookTimeout: 120_000 },
});
