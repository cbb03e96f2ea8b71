// The register of degrees (学信网): codes that a person scans with the register's app, sealed results, callbacks.
// There is no public interface of it; this is the other side of the adapter contract that plugins/degree-chsi speaks.
import { createCipheriv, createHash, createVerify, randomBytes, sign } from 'node:crypto';
import { Refused } from './payments.mjs';
import { rfc3339 } from './world.mjs';

const PURPOSES = ['ZK_UPGRADE_REG', 'ZK_GRADUATION', 'ZK_EXEMPTION'];
const EVENTS = { AUTHORIZED: 'VERIFICATION.AUTHORIZED', REJECTED: 'VERIFICATION.REJECTED', EXPIRED: 'VERIFICATION.EXPIRED', NO_RECORD: 'VERIFICATION.NO_RECORD' };
/** What the scanning person's account holds: who can be met at the register. */
export const PEOPLE = ['one', 'several', 'none', 'other_name', 'refuses'];
const THIS_YEAR = () => new Date().getFullYear();

class Problem extends Error {
  constructor(status, code, message) { super(message); Object.assign(this, { status, code }); }
}

export class Chsi {
  constructor(world, payments) {
    Object.assign(this, { world, payments, nonces: new Map() });
    payments.sealers.chsi = (notice, verification) => this.seal(notice, verification);
  }

  /** Answers a request below /v1/verifications. */
  handle(request, response) {
    let answer;
    try {
      this.authorize(request);
      answer = this.route(request);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      answer = { status: error.status, json: { code: error.code, message: error.message } };
    }
    const body = JSON.stringify(answer.json);
    response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8', ...this.signatureOf(body) });
    response.end(body);
  }

  authorize({ method, url, headers, body }) {
    const { chsi } = this.world;
    const refuse = (message) => { throw new Problem(401, 'SIGN_ERROR', message); };
    const [timestamp, nonce] = [headers['x-verify-timestamp'], headers['x-verify-nonce']];
    if (headers['x-verify-client'] !== chsi.client_id) throw new Problem(403, 'NO_AUTH', '未授权的客户端');
    if (headers['x-verify-key-id'] !== chsi.client.id) refuse('密钥编号有误');
    if (!(Math.abs(this.world.now() / 1000 - Number(timestamp)) <= 300)) refuse('时间戳超出范围');
    if (!nonce || nonce.length > 64 || this.nonces.has(nonce)) refuse('随机串有误或重复');
    const text = `${method}\n${url}\n${timestamp}\n${nonce}\n${body.toString()}\n`;
    if (!createVerify('sha256').update(text).verify(chsi.client.publicKey, headers['x-verify-signature'] ?? '', 'base64')) refuse('签名错误');
    this.nonces.set(nonce, this.world.now());
    for (const [old, at] of this.nonces) if (at < this.world.now() - 600_000) this.nonces.delete(old);
  }

  signatureOf(body, at = this.world.now()) {
    const { register } = this.world.chsi;
    const [timestamp, nonce] = [String(Math.floor(at / 1000)), randomBytes(16).toString('hex')];
    const signature = sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), register.privateKey).toString('base64');
    return { 'x-verify-timestamp': timestamp, 'x-verify-nonce': nonce, 'x-verify-key-id': register.id, 'x-verify-signature': signature };
  }

  route(request) {
    const { method, path } = request;
    const no = /^\/v1\/verifications\/([0-9A-Z]{1,32})$/.exec(path)?.[1];
    if (method === 'POST' && path === '/v1/verifications') return this.create(request);
    if (method === 'GET' && no) return this.query(no);
    throw new Problem(404, 'NOT_FOUND', '请求的资源不存在');
  }

  create({ body: raw }) {
    const bad = (message) => { throw new Problem(400, 'PARAM_ERROR', message); };
    let body;
    try { body = JSON.parse(raw.toString()); } catch { bad('请求体不是JSON'); }
    const known = ['request_no', 'purpose', 'subject_digest', 'qr_nonce', 'expires_in', 'callback_url'];
    if (!body || typeof body !== 'object' || Object.keys(body).some((key) => !known.includes(key))) bad('参数有误');
    if (!/^[0-9A-Z]{1,32}$/.test(body.request_no ?? '')) bad('request_no有误');
    if (!PURPOSES.includes(body.purpose)) bad('purpose有误');
    if (!/^sha256:[0-9a-f]{64}$/.test(body.subject_digest ?? '')) bad('subject_digest有误');
    if (!/^[0-9a-f]{32}$/.test(body.qr_nonce ?? '')) bad('qr_nonce有误');
    if (!Number.isInteger(body.expires_in) || body.expires_in < 60 || body.expires_in > 600) bad('expires_in须为60至600秒');
    const callback = URL.canParse(body.callback_url ?? '') ? new URL(body.callback_url) : bad('callback_url有误');
    if (callback.search || (callback.protocol !== 'https:' && !/^(127\.|localhost$)/.test(callback.hostname))) bad('callback_url须为https且不带参数');
    const digest = createHash('sha256').update(raw).digest('hex');
    let verification = this.world.trade('chsi', body.request_no);
    if (verification && verification.request !== digest) throw new Problem(409, 'REQUEST_CONFLICT', '编号已用于其他请求');
    if (!verification) {
      if (this.world.state.degrees.some((each) => each.qr_nonce === body.qr_nonce)) bad('qr_nonce重复');
      const now = this.world.now();
      verification = { provider: 'chsi', no: body.request_no, id: randomBytes(8).toString('hex'), purpose: body.purpose, subject: body.subject_digest, qr_nonce: body.qr_nonce,
        notify_url: body.callback_url, request: digest, status: 'PENDING', records: [], created_ms: now, expire_ms: now + body.expires_in * 1000 };
      this.world.state.degrees.push(verification);
      this.world.save();
    }
    return { status: 200, json: { verification_id: verification.id, qr_content: this.codeOf(verification), expires_at: rfc3339(verification.expire_ms) } };
  }

  codeOf({ id, qr_nonce: nonce }) { return `${this.world.origin}/degree?v=${id}&n=${nonce}`; }

  query(no) {
    const verification = this.world.trade('chsi', no);
    if (!verification) throw new Problem(404, 'NOT_FOUND', '没有这个核验请求');
    const status = this.statusOf(verification);
    return { status: 200, json: status === 'PENDING' ? { status } : { status, resource: this.resourceOf(verification, status) } };
  }

  statusOf({ status, expire_ms: expires }) { return status === 'PENDING' && this.world.now() > expires ? 'EXPIRED' : status; }

  resourceOf(verification, status = verification.status, as = {}) {
    const plain = JSON.stringify({ request_no: verification.no, qr_nonce: verification.qr_nonce, status, authorized_at: verification.done_ms ? rfc3339(verification.done_ms) : '', records: status === 'AUTHORIZED' ? verification.records : [], ...as });
    const nonce = randomBytes(6).toString('hex');
    const cipher = createCipheriv('aes-256-gcm', this.world.chsi.aead_key, nonce).setAAD(Buffer.from('chsi-result'));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { algorithm: 'AEAD_AES_256_GCM', nonce, associated_data: 'chsi-result', ciphertext: sealed.toString('base64') };
  }

  /** A callback; a forged one is signed and then changed. */
  seal({ id, forged, at_ms: at, as }, verification) {
    let body = JSON.stringify({ event_id: id, event_type: EVENTS[verification.status], create_time: rfc3339(this.world.now()), resource: this.resourceOf(verification, verification.status, as) });
    const headers = { 'content-type': 'application/json', ...this.signatureOf(body, at ?? this.world.now()) };
    if (forged) body = body.replace('":"', '" :"');
    return { headers, body, heard: (status) => status === 200 || status === 204 };
  }

  byCode(code) {
    const text = String(code ?? '').trim();
    const query = URL.canParse(text) ? new URL(text).searchParams : new URLSearchParams();
    const found = this.world.state.degrees.find(({ id, qr_nonce: nonce }) => id === query.get('v') && nonce === query.get('n'));
    if (!found) throw new Refused('unknown_code', '无法识别的二维码');
    return found;
  }

  view(verification) {
    return { no: verification.no, code: this.codeOf(verification), purpose: verification.purpose, status: this.statusOf(verification), expire_ms: verification.expire_ms, records: verification.records,
      notices: this.world.state.notices.filter((notice) => notice.provider === 'chsi' && notice.no === verification.no) };
  }

  /** The records of whoever is logged in to the app. `pick` is the one chosen there; without it all are authorised. */
  recordsOf({ name, id_number: number, person = 'one', level = '专科', graduation_year: year = THIS_YEAR() - 3, conclusion = '毕业' }) {
    const record = (id, more) => ({ record_id: id, name, id_number: number, school: '模拟职业学院', major: '会计', level, study_form: '普通全日制', type: '普通高等教育', admission_year: String(year - 3), graduation_year: String(year),
      conclusion, certificate_no: `12345${year}06${id.padStart(7, '0')}`, verify_code: 'SIMULATED0000001', verify_code_expires: `${THIS_YEAR() + 1}-12-31`, ...more });
    if (person === 'several') return [record('r1'), record('r2', { school: '模拟大学', major: '法学', level: '本科', study_form: '业余', type: '成人高等教育', graduation_year: String(year - 5), admission_year: String(year - 9) })];
    if (person === 'other_name') return [record('r1', { name: `${name}甲` })];
    return [record('r1')];
  }

  /** The person scans and agrees, refuses, or is not found. */
  scan(input) {
    const verification = this.byCode(input.code);
    if (this.statusOf(verification) === 'EXPIRED') throw new Refused('expired', '二维码已过期，请刷新页面');
    if (verification.status !== 'PENDING') throw new Refused('used', '二维码已使用，请刷新页面');
    const person = input.person ?? 'one';
    if (!PEOPLE.includes(person)) throw new Refused('bad_choice', `person: ${PEOPLE.join(', ')}`);
    if (!input.name || !input.id_number) throw new Refused('bad_person', '请填写姓名和证件号码');
    const digest = createHash('sha256').update(`${input.name}|${input.id_number}|${verification.no}`).digest('hex');
    const held = this.recordsOf(input);
    // The app shows a record only to the person the code was made for.
    const same = verification.subject === `sha256:${digest}`;
    verification.status = person === 'refuses' ? 'REJECTED' : person === 'none' || !same ? 'NO_RECORD' : 'AUTHORIZED';
    verification.records = verification.status !== 'AUTHORIZED' ? [] : input.pick ? held.filter((record) => record.record_id === input.pick) : held;
    if (verification.status === 'AUTHORIZED' && verification.records.length === 0) throw new Refused('bad_choice', '没有这条学历');
    verification.done_ms = this.world.now();
    this.world.save();
    this.payments.announce(verification, 'degree', null, input.notice);
    return this.view(verification);
  }
}
