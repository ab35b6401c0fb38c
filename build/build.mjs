import { bootstrap } from './bootstrap/bootstrap.mjs';
import { bundle } from './bundle.mjs';
import { lifetime } from './lib/lifetime.mjs';
import { fail } from './lib/main.mjs';
import { step } from './lib/progress.mjs';

try {
  await bootstrap();
  await step('bundle', bundle);
} catch (error) {
  fail(error);
}
await lifetime.end();
