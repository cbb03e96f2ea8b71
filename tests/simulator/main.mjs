// node main.mjs --data DIR [--port N] [--forgetful]: the payment and message providers of an installation that has none.
import { parseArgs } from 'node:util';
import { startSimulator } from './lib/server.mjs';

const { values } = parseArgs({ options: { data: { type: 'string' }, port: { type: 'string', default: '0' }, forgetful: { type: 'boolean', default: false } } });
if (!values.data) {
  console.error('usage: node main.mjs --data DIR [--port N] [--forgetful]');
  process.exit(2);
}
const simulator = await startSimulator({ data: values.data, port: Number(values.port), forgetful: values.forgetful });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => simulator.stop().then(() => process.exit(0)));
console.log(`ready ${simulator.url}`);
