// A mail server (RFC 5321) on loopback: asks for a password, takes what is well formed, puts it into one inbox for everybody.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Malformed, readLetter } from './letter.mjs';

const MOST_LINE = 1000, MOST_MAIL = 256 * 1024;
const ADDRESS = /^<([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)>(?: .*)?$/;
/** Mailboxes that are like that, whoever writes to them. */
const NOBODY = /^nobody@/, FULL = /^full@/;

class Dialogue {
  constructor(socket, world) {
    Object.assign(this, { socket, world, received: Buffer.alloc(0), greeted: false, known: false, asked: null, mail: null, data: null });
    this.say('220 simulator.test ESMTP SIMULATOR ONLY');
    socket.on('data', (bytes) => this.hear(bytes));
    socket.on('error', () => socket.destroy());
  }

  say(text) { if (!this.socket.destroyed) this.socket.write(`${text}\r\n`); }

  hear(bytes) {
    this.received = Buffer.concat([this.received, bytes]);
    for (let end = this.received.indexOf(10); end >= 0 && !this.socket.destroyed; end = this.received.indexOf(10)) {
      const line = this.received.subarray(0, end + 1);
      this.received = this.received.subarray(end + 1);
      if (line.length > MOST_LINE || line.at(-2) !== 13) return this.leave('500 5.5.2 lines end with CRLF and are short');
      this.line(line.subarray(0, -2).toString('latin1'));
    }
    if (this.received.length > MOST_LINE) this.leave('500 5.5.2 line too long');
  }

  leave(text) { this.say(text); this.socket.end(); }

  line(text) {
    if (this.data) return this.take(text);
    if (this.asked) { const next = this.asked; this.asked = null; return next(text); }
    const [, verb, rest] = /^([A-Za-z]+)(?: (.*))?$/.exec(text.replace(/^(MAIL|RCPT) (FROM|TO):/i, '$1 ')) ?? [];
    const acts = { EHLO: 'hello', HELO: 'hello', AUTH: 'auth', MAIL: 'from', RCPT: 'to', DATA: 'begin', RSET: 'forget', NOOP: 'nothing', QUIT: 'quit' };
    const act = acts[verb?.toUpperCase()];
    return act ? this[act](rest ?? '') : this.say('500 5.5.1 unknown command');
  }

  hello(name) {
    if (!name) return this.say('501 5.5.4 your name, please');
    this.greeted = true;
    return this.say('250-simulator.test\r\n250-AUTH PLAIN LOGIN\r\n250-SIZE 262144\r\n250 ENHANCEDSTATUSCODES');
  }

  auth(rest) {
    const [way, first] = rest.split(' ');
    const plain = (given) => {
      const [, user, password] = Buffer.from(given, 'base64').toString().split('\0');
      this.judge(user, password);
    };
    if (way.toUpperCase() === 'PLAIN' && first) return plain(first);
    if (way.toUpperCase() === 'PLAIN') { this.asked = plain; return this.say('334 '); }
    if (way.toUpperCase() !== 'LOGIN') return this.say('504 5.5.4 PLAIN or LOGIN');
    this.asked = (user) => {
      this.asked = (password) => this.judge(Buffer.from(user, 'base64').toString(), Buffer.from(password, 'base64').toString());
      this.say('334 UGFzc3dvcmQ6');
    };
    return this.say('334 VXNlcm5hbWU6');
  }

  judge(user, password) {
    const { mail } = this.world;
    this.known = this.greeted && user === mail.user && password === mail.password;
    this.say(this.known ? '235 2.7.0 welcome' : '535 5.7.8 authentication failed');
  }

  from(rest) {
    const [, address] = ADDRESS.exec(rest) ?? [];
    if (!this.known) return this.say('530 5.7.0 authentication required');
    if (this.mail) return this.say('503 5.5.1 one mail at a time');
    if (!address) return this.say('501 5.1.7 bad sender');
    if (address !== this.world.mail.user) return this.say('553 5.7.1 mail from must equal authorized user');
    this.mail = { from: address, to: [] };
    return this.say('250 2.1.0 ok');
  }

  to(rest) {
    const [, address] = ADDRESS.exec(rest) ?? [];
    if (!this.mail) return this.say('503 5.5.1 who is it from?');
    if (!address) return this.say('501 5.1.3 bad recipient');
    if (NOBODY.test(address)) return this.say(`550 5.1.1 <${address}>: user unknown`);
    if (FULL.test(address)) return this.say(`452 4.2.2 <${address}>: mailbox full`);
    this.mail.to.push(address);
    return this.say('250 2.1.5 ok');
  }

  begin() {
    if (!this.mail?.to.length) return this.say('503 5.5.1 no recipient');
    this.data = [];
    this.size = 0;
    return this.say('354 end with a dot');
  }

  take(text) {
    if (text !== '.') {
      this.size += text.length + 2;
      if (this.size <= MOST_MAIL) this.data.push(text.startsWith('.') ? text.slice(1) : text);
      return;
    }
    const [lines, mail] = [this.data, this.mail];
    Object.assign(this, { data: null, mail: null });
    if (this.size > MOST_MAIL) return this.say('552 5.3.4 too big');
    try {
      const letter = readLetter(lines);
      const at = this.world.now();
      for (const to of mail.to) this.world.state.mails.push({ to, from: mail.from, ...letter, at_ms: at });
      this.world.save();
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      return this.say(`554 5.6.0 ${error.message}`);
    }
    if (this.world.state.control.answers === 'lost') return this.socket.destroy();
    return this.say('250 2.0.0 queued');
  }

  forget() { this.mail = null; this.say('250 2.0.0 ok'); }
  nothing() { this.say('250 2.0.0 ok'); }
  quit() { this.leave('221 2.0.0 bye'); }
}

/** Listens on the port it had before, as a server in the world would, or on a free one. */
export async function startMailServer(world) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    new Dialogue(socket, world);
  });
  const file = join(world.dir, 'smtp-port');
  const listen = (port) => new Promise((done, failed) => { server.once('error', failed); server.listen(port, '127.0.0.1', () => { server.off('error', failed); done(); }); });
  if (existsSync(file)) await listen(Number(readFileSync(file, 'utf8')));
  else await listen(0);
  const { port } = server.address();
  writeFileSync(file, String(port));
  return { port, stop: () => { for (const socket of sockets) socket.destroy(); return new Promise((done) => server.close(done)); } };
}
