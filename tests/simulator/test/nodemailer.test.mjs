// The mail server as the package nodemailer sees it, and what a sloppy sender is told.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import nodemailer from 'nodemailer';
import { startBench } from './bench.mjs';

let bench, settings;
before(async () => { bench = await startBench(); settings = bench.settings['mail-smtp']; });
after(() => bench.stop());
beforeEach(async () => { bench.world.state.mails.length = 0; await bench.set({ answers: 'now' }); });

const transport = (more = {}) => nodemailer.createTransport({ host: settings.host, port: settings.port, secure: false, ignoreTLS: true, auth: { user: settings.user, pass: settings.password }, ...more });
const letter = (more = {}) => ({ from: { name: '灯笼省教育考试院', address: settings.from }, to: 'lamp@example.test', subject: '验证码', text: '您的验证码是 042619，5 分钟内有效。', ...more });
const refused = (promise) => promise.then(() => assert.fail('was not refused'), (error) => error.responseCode ?? error.code);
const inbox = async (to) => (await bench.control(`mail?to=${encodeURIComponent(to)}`)).mails;

test('a mail arrives in the inbox of its recipient, with its code', async () => {
  const sent = await transport().sendMail(letter());
  const [mail, ...more] = await inbox('lamp@example.test');
  assert.equal(more.length, 0);
  assert.deepEqual([mail.subject, mail.text, mail.code, mail.from], ['验证码', '您的验证码是 042619，5 分钟内有效。', '042619', settings.from]);
  assert.equal(mail.sender, `灯笼省教育考试院 <${settings.from}>`);
  assert.equal(`<${mail.message_id}>`, sent.messageId);
  assert.deepEqual(await inbox('other@example.test'), []);
});

test('long subjects, dots and every encoding of a text are read as they were written', async () => {
  const subject = '新疆维吾尔自治区自学考试报名系统'.repeat(6);
  for (const textEncoding of ['base64', 'quoted-printable']) {
    const text = `第一行\n.\n..点\n${'很长的一行'.repeat(60)}\n=3D 末行`;
    await transport().sendMail(letter({ subject, text, textEncoding }));
    const [mail] = await inbox('lamp@example.test');
    assert.deepEqual([mail.subject, mail.text], [subject, text], textEncoding);
  }
});

test('both ways of logging in open the account, a wrong password and none do not', async () => {
  await transport({ authMethod: 'LOGIN' }).sendMail(letter());
  await transport({ authMethod: 'PLAIN' }).sendMail(letter());
  assert.equal(await refused(transport({ auth: { user: settings.user, pass: 'wrong' } }).sendMail(letter())), 535);
  assert.equal(await refused(transport({ auth: undefined }).sendMail(letter())), 530);
  assert.equal((await inbox('lamp@example.test')).length, 2);
});

test('who is not there, who has no room and who is not the account are refused by their codes', async () => {
  assert.equal(await refused(transport().sendMail(letter({ to: 'nobody@example.test' }))), 550);
  assert.equal(await refused(transport().sendMail(letter({ to: 'full@example.test' }))), 452);
  assert.equal(await refused(transport().sendMail(letter({ from: 'other@simulator.test' }))), 553);
  assert.equal(await refused(transport().sendMail(letter({ html: '<p>x</p>' }))), 554);
});

test('with its answer lost a mail is taken, and the sender never hears of it', async () => {
  await bench.set({ answers: 'lost' });
  await refused(transport().sendMail(letter()));
  assert.equal((await inbox('lamp@example.test')).length, 1);
});

/** Says the lines one by one. @returns the last reply */
function say(...lines) {
  return new Promise((done, failed) => {
    const socket = connect(settings.port, settings.host);
    socket.setEncoding('utf8').once('error', failed);
    socket.on('data', (text) => {
      if (!/^\d{3} .*\r\n$/m.test(text)) return;
      if (lines.length > 0) return socket.write(lines.shift());
      socket.destroy();
      done(text);
    });
  });
}

test('lines without CR, commands out of order, split characters and double headers are refused', async () => {
  const known = ['EHLO x\r\n', `AUTH PLAIN ${Buffer.from(`\0${settings.user}\0${settings.password}`).toString('base64')}\r\n`];
  const open = [...known, `MAIL FROM:<${settings.from}>\r\n`, 'RCPT TO:<a@b.test>\r\n', 'DATA\r\n'];
  const head = `From: <${settings.from}>\r\nTo: <a@b.test>\r\nDate: Mon, 02 Mar 2026 10:53:20 +0800\r\nMessage-ID: <1@b.test>\r\n`;
  const half = Buffer.from('验').subarray(0, 2).toString('base64'), rest = Buffer.from('验').subarray(2).toString('base64');
  assert.match(await say('EHLO x\n'), /^500 /);
  assert.match(await say(...known, 'RCPT TO:<a@b.test>\r\n'), /^503 /);
  assert.match(await say(...known, 'DATA\r\n'), /^503 /);
  assert.match(await say(...known, `MAIL FROM:<${settings.from}>\r\n`, 'RCPT TO:<a@b.test>\x0b<c@d.test>\r\n'), /^501 /);
  assert.match(await say(...open, `${head}Subject: x\r\n\r\nfine\r\n.\r\n`), /^250 /);
  assert.match(await say(...open, `${head}Subject: =?UTF-8?B?${half}?= =?UTF-8?B?${rest}?=\r\n\r\nx\r\n.\r\n`), /^554 /);
  assert.match(await say(...open, `${head}Subject: x\r\nSubject: y\r\n\r\nx\r\n.\r\n`), /^554 /);
  assert.match(await say(...open, `${head}\r\nno subject\r\n.\r\n`), /^554 /);
  assert.equal((await inbox('a@b.test')).length, 1);
});

test('the mail server keeps its port and its mails over a restart', async () => {
  await transport().sendMail(letter());
  await bench.restart();
  assert.equal((await inbox('lamp@example.test')).length, 1);
  await transport().sendMail(letter());
  assert.equal((await inbox('lamp@example.test')).length, 2);
});
