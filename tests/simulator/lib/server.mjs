// One loopback server for all providers: their paths do not overlap.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Alipay } from './alipay.mjs';
import { AliyunSms } from './aliyun.mjs';
import { Ccb } from './ccb.mjs';
import { Chsi } from './chsi.mjs';
import { Control } from './control.mjs';
import { Payments } from './payments.mjs';
import { startMailServer } from './smtp.mjs';
import { WechatPay } from './wechat.mjs';
import { World } from './world.mjs';

const pages = join(dirname(fileURLToPath(import.meta.url)), '..', 'pages');
const HTML = 'text/html; charset=utf-8', SCRIPT = 'text/javascript';
const FILES = {
  '/': ['phone.html', HTML], '/phone.js': ['phone.js', SCRIPT], '/degree': ['degree.html', HTML], '/degree.js': ['degree.js', SCRIPT],
  '/sms': ['inbox.html', HTML], '/mail': ['inbox.html', HTML], '/inbox.js': ['inbox.js', SCRIPT], '/style.css': ['style.css', 'text/css'],
};
const MAX_BODY = 256 * 1024;

function readBody(stream) {
  return new Promise((done, failed) => {
    const chunks = [];
    let size = 0;
    stream.on('data', (chunk) => { size += chunk.length; if (size > MAX_BODY) { failed(new Error('body too large')); stream.destroy(); } else chunks.push(chunk); });
    stream.once('end', () => done(Buffer.concat(chunks)));
    stream.once('error', failed);
  });
}

/** What becomes of an answer: the work is done, but the other side hears of it late, not at all, or not as it was signed. */
function onItsWay(response, { answers, answer_ms: wait }, later) {
  if (answers === 'lost') return { writeHead() {}, end: () => response.destroy() };
  const head = [];
  const writeHead = (...all) => head.push(...all);
  const send = (body) => { response.writeHead(...head); response.end(body); };
  if (answers === 'late') return { writeHead, end: (body) => later(wait, () => send(body)) };
  if (answers === 'forged') return { writeHead, end: (body) => send(String(body).replace('":"', '" :"')) };
  return response;
}

/** @returns {Promise<{url: string, settings: object, world: World, stop: () => Promise<void>}>} */
export async function startSimulator({ data, port = 0, forgetful = false }) {
  const world = new World(data, forgetful);
  const payments = new Payments(world);
  const wechat = new WechatPay(world, payments), alipay = new Alipay(world, payments), aliyun = new AliyunSms(world, payments), ccb = new Ccb(world, payments), chsi = new Chsi(world, payments), control = new Control(world, payments, chsi);

  const route = async (incoming, response) => {
    const url = new URL(incoming.url, 'http://simulator');
    const request = { method: incoming.method, url: incoming.url, path: url.pathname, query: url.searchParams, headers: incoming.headers, body: await readBody(incoming) };
    if (request.path.startsWith('/_control/')) return control.handle(request, response);
    const answer = onItsWay(response, world.state.control, (ms, act) => payments.later(ms, act));
    if (request.path.startsWith('/v1/verifications')) return chsi.handle(request, answer);
    if (request.path.startsWith('/v3/')) return wechat.handle(request, answer);
    if (request.path === '/gateway.do') return alipay.handle(request, answer);
    if (request.path === '/downloadBillFile.resource') return alipay.download(request, answer);
    if (request.path.startsWith('/CCBIS/') || request.path === '/bank-client') return ccb.handle(request, answer);
    if (request.method === 'POST' || request.query.has('Action')) return aliyun.handle(request, answer);
    const file = FILES[request.path];
    response.writeHead(file ? 200 : 404, { 'content-type': file?.[1] ?? 'text/plain', 'cache-control': 'no-store' });
    return response.end(file ? readFileSync(join(pages, file[0])) : 'not found');
  };
  const server = createServer((incoming, response) => {
    route(incoming, response).catch((error) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise((done, failed) => { server.once('error', failed); server.listen(port, '127.0.0.1', done); });
  const url = `http://127.0.0.1:${server.address().port}`;
  const mail = await startMailServer(world);
  const settings = world.writeSettings(url, mail.port);
  payments.resume();
  return { url, settings, world, stop: async () => { payments.stop(); await mail.stop(); server.closeAllConnections(); return new Promise((done) => server.close(done)); } };
}
