// A simulator with fresh keys, and a merchant who only listens.
import { createServer, request } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '../lib/server.mjs';

export async function startBench() {
  const data = mkdtempSync(join(tmpdir(), 'zikao-simulator-'));
  let simulator = await startSimulator({ data });
  const heard = [];
  const waiting = [];
  const answer = { status: 200, body: 'success' };
  const server = createServer((incoming, response) => {
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      const notice = { path: incoming.url, headers: incoming.headers, body: Buffer.concat(chunks).toString() };
      heard.push(notice);
      response.writeHead(answer.status);
      response.end(answer.body);
      waiting.splice(0).forEach((look) => look());
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  // A connection of its own for each call: a kept one would be dead after a restart.
  const control = (path, input, method) => new Promise((done, failed) => {
    const sent = request(`${simulator.url}/_control/${path}`, { method: method ?? (input === undefined ? 'GET' : 'POST'), agent: false }, (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.once('end', () => done({ status: reply.statusCode, ...JSON.parse(Buffer.concat(chunks)) }));
    });
    sent.once('error', failed);
    sent.end(input === undefined ? '' : JSON.stringify(input));
  });
  return {
    ...simulator, heard, answer, control,
    notifyUrl: `http://127.0.0.1:${server.address().port}/notify`,
    set: (settings) => control('settings', settings, 'PUT'),
    /** Waits for the n-th notice; the test's own time limit ends a wait in vain. */
    notices: async (count) => {
      while (heard.length < count) await new Promise((done) => waiting.push(done));
      return heard;
    },
    restart: async () => {
      await simulator.stop();
      simulator = await startSimulator({ data, port: Number(new URL(simulator.url).port) });
      return simulator;
    },
    async stop() {
      await simulator.stop();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export const inMinutes = (minutes) => Date.now() + minutes * 60_000;
