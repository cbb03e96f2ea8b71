// node main.mjs --data DIR [--port N]: the payment and message providers of an installation that has none.
import { parseArgs } from 'node:util';
import { startSimulator } from './lib/server.mjs';

const { values } = parseArgs({ options: { data: { type: 'string' }, port: { type: 'string', default: '0' } } });
if (!values.data) {
  console.error('usage: node main.mjs --data DIR [--port N]');
  process.exit(2);
}
const simulator = await startSimulator({ data: values.data, port: Number(values.port) });
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => simulator.stop().then(() => process.exit(0)));
console.log(`ready ${simulator.url}`);
