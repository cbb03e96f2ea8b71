import { after, before, describe } from 'node:test';
import { World } from './lib/world.mjs';
import { mainJob } from './parts/main_job.mjs';
import { reviewConsole } from './parts/review_console.mjs';
import { tibet } from './parts/tibet.mjs';

describe('in a browser, on MariaDB', () => {
  const world = new World('mariadb');
  before(() => world.start());
  after(() => world.stop());
  mainJob(world);
  tibet(world.of('tibet'));
  reviewConsole(world.of('anhui'));
});
