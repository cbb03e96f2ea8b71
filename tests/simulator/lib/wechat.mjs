// WeChat Pay, APIv3: the provider's side.
import { createCipheriv, createHash, createVerify, randomBytes, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beijing, rfc3339, yuan } from './world.mjs';

const SCHEME = 'WECHATPAY2-SHA256-RSA2048';
const TOKEN_LIVES_MS = 5 * 60_000;
const NO = /^[0-9A-Za-z_\-*|]{6,32}$/;
const REFUND_NO = /^[0-9A-Za-z_\-*|@]{1,64}$/;

class Problem extends Error {
  constructor(status, code, message) { super(message); Object.assign(this, { status, code }); }
}

export class WechatPay {
  constructor(world, payments) {
    Object.assign(this, { world, payments, nonces: new Map(), tokens: new Map(), alternate: false });
    payments.sealers.wechat = (notice, trade, refund) => this.seal(notice, trade, refund);
  }

  /** Answers a request below /v3/. */
  handle(request, response) {
    let answer;
    try {
      this.authorize(request);
      answer = this.route(request);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      answer = { status: error.status, json: { code: error.code, message: error.message } };
    }
    const body = answer.bytes ?? Buffer.from(answer.json ? JSON.stringify(answer.json) : '');
    // Bill files carry no signature headers.
    const headers = answer.bytes ? { 'content-type': 'application/octet-stream' } : { 'content-type': 'application/json; charset=utf-8', ...this.signatureOf(body.toString(), request.headers['wechatpay-serial']) };
    response.writeHead(answer.status, { ...headers, 'request-id': randomBytes(8).toString('hex') });
    response.end(body);
  }

  authorize(request) {
    const { wechat } = this.world;
    const header = request.headers.authorization ?? '';
    const fields = Object.fromEntries([...header.slice(SCHEME.length).matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    const refuse = (message) => { throw new Problem(401, 'SIGN_ERROR', message); };
    if (!header.startsWith(`${SCHEME} `)) refuse('Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》');
    if (fields.mchid !== wechat.mchid) refuse('商户号不存在或与签名不符');
    if (fields.serial_no !== wechat.merchant.cert.serialHex) refuse('商户证书序列号有误');
    if (!fields.nonce_str || fields.nonce_str.length > 32) refuse('随机串有误');
    if (!(Math.abs(this.world.now() / 1000 - Number(fields.timestamp)) <= 300)) refuse('Http头Authorization中的timestamp与发起请求的时间不得超过5分钟');
    if (!request.headers['user-agent'] || !/json|\*/.test(request.headers.accept ?? '')) refuse('Http头缺少Accept或User-Agent');
    if (this.nonces.has(fields.nonce_str)) refuse('随机串重复');
    const text = `${request.method}\n${request.url}\n${fields.timestamp}\n${fields.nonce_str}\n${request.body.toString()}\n`;
    if (!createVerify('sha256').update(text).verify(wechat.merchant.publicKey, fields.signature ?? '', 'base64')) refuse('签名错误，请检查后再试');
    this.nonces.set(fields.nonce_str, this.world.now());
    for (const [nonce, at] of this.nonces) if (at < this.world.now() - 600_000) this.nonces.delete(nonce);
  }

  /** Signs with the key the merchant asked for, else with the platform certificate. */
  signatureOf(body, wanted, at = this.world.now()) {
    const { platform, public: publicKey } = this.world.wechat;
    const usePublic = wanted === publicKey.id;
    const timestamp = String(Math.floor(at / 1000));
    const nonce = randomBytes(16).toString('hex');
    const signature = sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), usePublic ? publicKey.privateKey : platform.privateKey).toString('base64');
    return { 'wechatpay-timestamp': timestamp, 'wechatpay-nonce': nonce, 'wechatpay-signature': signature,
      'wechatpay-serial': usePublic ? publicKey.id : platform.cert.serialHex, 'wechatpay-signature-type': SCHEME };
  }

  route(request) {
    const { method, path, query } = request;
    const at = (pattern) => pattern.exec(path)?.[1];
    let no;
    if (method === 'POST' && path === '/v3/pay/transactions/native') return this.create(this.json(request));
    if (method === 'POST' && (no = at(/^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)\/close$/))) return this.close(no, this.json(request));
    if (method === 'GET' && (no = at(/^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)$/))) return this.query((trade) => trade.no === no, query);
    if (method === 'GET' && (no = at(/^\/v3\/pay\/transactions\/id\/([^/]+)$/))) return this.query((trade) => trade.state === 'PAID' && trade.trade_no === no, query);
    if (method === 'POST' && path === '/v3/refund/domestic/refunds') return this.refund(this.json(request));
    if (method === 'GET' && (no = at(/^\/v3\/refund\/domestic\/refunds\/([^/]+)$/))) return this.queryRefund(no);
    if (method === 'GET' && path === '/v3/certificates') return this.certificates();
    if (method === 'GET' && path === '/v3/bill/tradebill') return this.bill(query);
    if (method === 'GET' && path === '/v3/billdownload/file') return this.download(query);
    throw new Problem(404, 'NOT_FOUND', '请求的资源不存在');
  }

  json(request) {
    if (!/^application\/json/.test(request.headers['content-type'] ?? '')) throw new Problem(400, 'PARAM_ERROR', 'Content-Type须为application/json');
    try {
      const value = JSON.parse(request.body.toString());
      if (value && typeof value === 'object' && !Array.isArray(value)) return value;
    } catch { /* answered below like any other text that is not an object */ }
    throw new Problem(400, 'PARAM_ERROR', '请求体不是有效的JSON对象');
  }

  checkMerchant(mchid, appid) {
    if (mchid !== this.world.wechat.mchid) throw new Problem(400, 'MCH_NOT_EXISTS', '商户号不存在');
    if (appid !== undefined && appid !== this.world.wechat.appid) throw new Problem(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配');
  }

  create(body) {
    const bad = (message) => { throw new Problem(400, 'PARAM_ERROR', message); };
    this.checkMerchant(body.mchid, body.appid ?? '');
    if (!NO.test(body.out_trade_no ?? '')) bad('商户订单号有误');
    if (typeof body.description !== 'string' || !body.description || [...body.description].length > 127) bad('商品描述有误');
    if (!Number.isInteger(body.amount?.total) || body.amount.total < 1 || body.amount.total > 100_000_000_00) bad('金额有误');
    if ((body.amount.currency ?? 'CNY') !== 'CNY') bad('币种有误');
    const notify = URL.canParse(body.notify_url ?? '') ? new URL(body.notify_url) : bad('notify_url有误');
    if (notify.search || body.notify_url.length > 255 || (notify.protocol !== 'https:' && !/^(127\.|localhost$)/.test(notify.hostname))) bad('notify_url须为https且不带参数');
    const now = this.world.now();
    let expire = now + 7 * 86_400_000;
    if (body.time_expire !== undefined) {
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+\d\d:\d\d|Z)$/.test(body.time_expire)) bad('time_expire须为RFC3339格式');
      expire = Date.parse(body.time_expire);
    }
    const request = createHash('sha256').update(JSON.stringify(body, Object.keys(flat(body)).sort())).digest('hex');
    let trade = this.world.trade('wechat', body.out_trade_no);
    if (trade) {
      if (trade.state === 'PAID') throw new Problem(400, 'ORDERPAID', '该订单已支付');
      if (trade.state === 'CLOSED') throw new Problem(400, 'ORDER_CLOSED', '该订单已关闭，请重新下单');
      if (trade.request !== request) throw new Problem(400, 'INVALID_REQUEST', '请求重入时，参数与首次请求时不一致');
    } else {
      if (expire < now + 59_000) bad('time_expire须晚于下单时间1分钟');
      trade = { provider: 'wechat', no: body.out_trade_no, fen: body.amount.total, subject: body.description, notify_url: body.notify_url, attach: body.attach,
        expire_ms: expire, created_ms: now, codes: [], request, state: 'NOTPAY', trade_no: '', payer: '', refunds: [] };
      this.world.state.trades.push(trade);
    }
    const code = `weixin://wxpay/bizpayurl?pr=${randomBytes(6).toString('base64url')}`;
    trade.codes.push(code);
    this.world.save();
    return { status: 200, json: { code_url: code } };
  }

  transactionOf(trade) {
    const { wechat } = this.world;
    const base = { appid: wechat.appid, mchid: wechat.mchid, out_trade_no: trade.no, trade_state_desc: '', attach: trade.attach ?? '', payer: {} };
    if (trade.state === 'NOTPAY') return { ...base, trade_state: 'NOTPAY', trade_state_desc: '订单未支付', amount: { total: trade.fen, currency: 'CNY' } };
    if (trade.state === 'CLOSED') return { ...base, trade_state: 'CLOSED', trade_state_desc: '订单已关闭' };
    const refunded = trade.refunds.some((refund) => refund.state === 'SUCCESS');
    return { ...base, transaction_id: trade.trade_no, trade_type: 'NATIVE', trade_state: refunded ? 'REFUND' : 'SUCCESS', trade_state_desc: refunded ? '订单发生过退款' : '支付成功',
      bank_type: 'OTHERS', success_time: rfc3339(trade.paid_ms), payer: { openid: openidOf(trade.payer) },
      amount: { total: trade.fen, payer_total: trade.fen, currency: 'CNY', payer_currency: 'CNY' } };
  }

  query(matches, query) {
    this.checkMerchant(query.get('mchid'));
    const trade = this.world.state.trades.find((each) => each.provider === 'wechat' && matches(each));
    if (!trade) throw new Problem(404, 'ORDER_NOT_EXIST', '订单不存在');
    return { status: 200, json: this.transactionOf(trade) };
  }

  close(no, body) {
    this.checkMerchant(body.mchid);
    const trade = this.world.trade('wechat', no);
    if (!trade) throw new Problem(404, 'ORDER_NOT_EXIST', '订单不存在');
    if (trade.state === 'PAID') throw new Problem(400, 'ORDERPAID', '该订单已支付，不能关闭');
    trade.state = 'CLOSED';
    this.world.save();
    return { status: 204 };
  }

  refund(body) {
    const bad = (message) => { throw new Problem(400, 'PARAM_ERROR', message); };
    if (!REFUND_NO.test(body.out_refund_no ?? '')) bad('商户退款单号有误');
    if (!Number.isInteger(body.amount?.refund) || body.amount.refund < 1 || !Number.isInteger(body.amount?.total) || body.amount?.currency !== 'CNY') bad('退款金额有误');
    if ((body.out_trade_no === undefined) === (body.transaction_id === undefined)) bad('商户订单号和微信订单号须二选一');
    const trade = this.world.state.trades.find((each) => each.provider === 'wechat' && (each.no === body.out_trade_no || (body.transaction_id && each.trade_no === body.transaction_id)));
    if (!trade || trade.state !== 'PAID') throw new Problem(404, 'RESOURCE_NOT_EXISTS', '订单不存在或未支付');
    if (body.amount.total !== trade.fen) throw new Problem(400, 'INVALID_REQUEST', '订单金额与原订单不一致');
    const known = this.world.state.trades.filter((each) => each.provider === 'wechat').flatMap((each) => each.refunds.map((refund) => ({ each, refund }))).find(({ refund }) => refund.no === body.out_refund_no);
    if (known) {
      if (known.each !== trade || known.refund.fen !== body.amount.refund) throw new Problem(400, 'INVALID_REQUEST', '该退款单号的请求内容与之前的请求不一致');
      return { status: 200, json: this.refundOf(trade, known.refund, 'status') };
    }
    if (this.payments.refundedFen(trade) + body.amount.refund > trade.fen) throw new Problem(400, 'INVALID_REQUEST', '累计退款金额大于支付金额');
    if (trade.refunds.length >= 50) throw new Problem(403, 'RULE_LIMIT', '部分退款次数超过50次');
    const refund = { no: body.out_refund_no, id: this.world.newNumber('5030'), fen: body.amount.refund, state: 'PROCESSING', created_ms: this.world.now(), notify_url: body.notify_url ?? '', reason: body.reason ?? '' };
    trade.refunds.push(refund);
    this.world.save();
    const { refund: outcome, refund_ms: wait } = this.world.state.control;
    if (outcome !== 'never') this.payments.later(wait, () => this.finish(trade, refund, outcome === 'abnormal' ? 'ABNORMAL' : 'SUCCESS'));
    return { status: 200, json: this.refundOf(trade, refund, 'status') };
  }

  finish(trade, refund, state) {
    refund.state = state;
    refund.done_ms = this.world.now();
    this.world.save();
    if (refund.notify_url) this.payments.announce(trade, 'refund', refund);
  }

  refundOf(trade, refund, statusKey) {
    return { refund_id: refund.id, out_refund_no: refund.no, transaction_id: trade.trade_no, out_trade_no: trade.no, channel: 'ORIGINAL', user_received_account: '支付用户零钱',
      create_time: rfc3339(refund.created_ms), ...(refund.state === 'SUCCESS' ? { success_time: rfc3339(refund.done_ms) } : {}), [statusKey]: refund.state,
      amount: { total: trade.fen, refund: refund.fen, payer_total: trade.fen, payer_refund: refund.fen, settlement_refund: refund.fen, settlement_total: trade.fen, discount_refund: 0, currency: 'CNY' } };
  }

  queryRefund(no) {
    for (const trade of this.world.state.trades) {
      const refund = trade.provider === 'wechat' && trade.refunds.find((each) => each.no === no);
      if (refund) return { status: 200, json: this.refundOf(trade, refund, 'status') };
    }
    throw new Problem(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
  }

  encrypt(plain, associated) {
    const nonce = randomBytes(6).toString('hex');
    const cipher = createCipheriv('aes-256-gcm', this.world.wechat.apiv3_key, nonce);
    cipher.setAAD(Buffer.from(associated));
    const ciphertext = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64');
    return { algorithm: 'AEAD_AES_256_GCM', ciphertext, associated_data: associated, nonce };
  }

  certificates() {
    const { earlier = [], platform } = this.world.wechat;
    const entry = ({ cert }) => ({ serial_no: cert.serialHex, effective_time: rfc3339(cert.effective), expire_time: rfc3339(cert.expires), encrypt_certificate: this.encrypt(cert.pem, 'certificate') });
    return { status: 200, json: { data: [...earlier, platform].map(entry) } };
  }

  /** A notice; with `both`, the kind of key alternates, as it does while a merchant migrates. */
  seal(notice, trade, refund) {
    const { wechat } = this.world;
    const content = refund
      ? { mchid: wechat.mchid, ...this.refundOf(trade, refund, 'refund_status') }
      : { ...this.transactionOf({ ...trade, refunds: [] }), ...notice.as };
    const body = JSON.stringify({ id: notice.id, create_time: rfc3339(this.world.now()), resource_type: 'encrypt-resource',
      event_type: refund ? `REFUND.${refund.state}` : 'TRANSACTION.SUCCESS', summary: refund ? '退款结果' : '支付成功',
      resource: { original_type: refund ? 'refund' : 'transaction', ...this.encrypt(JSON.stringify(content), refund ? 'refund' : 'transaction') } });
    this.alternate = !this.alternate;
    const { notice_key: key } = this.world.state.control;
    const usePublic = key === 'public' || (key === 'both' && this.alternate);
    const headers = { 'content-type': 'application/json', 'user-agent': 'Mozilla/4.0', ...this.signatureOf(body, usePublic ? wechat.public.id : '', notice.at_ms) };
    if (notice.forged) headers['wechatpay-signature'] = randomBytes(256).toString('base64');
    return { headers, body, heard: (status) => status === 200 || status === 204 };
  }

  rowsOf(day) {
    const rows = [];
    const on = (ms) => beijing(ms).slice(0, 10) === day;
    const { wechat } = this.world;
    for (const trade of this.world.state.trades.filter((each) => each.provider === 'wechat' && each.paid_ms)) {
      const row = (at, state, gross, refund) => rows.push({ at, refund: refund?.fen ?? 0, gross, fee: Math.round((gross - (refund?.fen ?? 0)) * 0.6), cells: [
        beijing(at), wechat.appid, wechat.mchid, '0', '', trade.trade_no, trade.no, openidOf(trade.payer), 'NATIVE', state, 'OTHERS', 'CNY', yuan(gross), '0.00',
        refund?.id ?? '0', refund?.no ?? '0', yuan(refund?.fen ?? 0), '0.00', refund ? 'ORIGINAL' : '', refund ? 'SUCCESS' : '', trade.subject, trade.attach ?? '',
        (Math.round((gross - (refund?.fen ?? 0)) * 0.6) / 10000).toFixed(5), '0.60%', yuan(gross), yuan(refund?.fen ?? 0), ''] });
      if (on(trade.paid_ms)) row(trade.paid_ms, 'SUCCESS', trade.fen);
      for (const refund of trade.refunds) if (refund.state === 'SUCCESS' && on(refund.done_ms)) row(refund.done_ms, 'REFUND', 0, refund);
    }
    return rows.sort((a, b) => a.at - b.at);
  }

  bill(query) {
    const day = query.get('bill_date') ?? '';
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || (query.get('bill_type') ?? 'ALL') !== 'ALL') throw new Problem(400, 'PARAM_ERROR', '账单日期或类型有误');
    if (day >= beijing(this.world.now()).slice(0, 10)) throw new Problem(400, 'STATEMENT_CREATING', '账单生成中，请稍后再试');
    const rows = this.rowsOf(day);
    if (rows.length === 0) throw new Problem(400, 'NO_STATEMENT_EXIST', '账单文件不存在');
    const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
    const header = '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
    const lines = [header, ...rows.map((row) => row.cells.map((cell) => `\`${cell}`).join(',')),
      '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
      [rows.length, yuan(sum('gross')), yuan(sum('refund')), '0.00', (sum('fee') / 10000).toFixed(5), yuan(sum('gross')), yuan(sum('refund'))].map((cell) => `\`${cell}`).join(',')];
    const bytes = Buffer.from(`\uFEFF${lines.join('\r\n')}\r\n`);
    const token = randomBytes(16).toString('hex');
    const gzip = query.get('tar_type') === 'GZIP';
    this.tokens.set(token, { bytes: gzip ? gzipSync(bytes) : bytes, until: this.world.now() + TOKEN_LIVES_MS });
    return { status: 200, json: { hash_type: 'SHA1', hash_value: createHash('sha1').update(bytes).digest('hex'),
      download_url: `${this.world.origin}/v3/billdownload/file?token=${token}${gzip ? '&tartype=gzip' : ''}` } };
  }

  download(query) {
    const file = this.tokens.get(query.get('token'));
    if (!file || file.until < this.world.now()) throw new Problem(400, 'INVALID_REQUEST', '下载地址已过期');
    return { status: 200, bytes: file.bytes };
  }
}

const openidOf = (payer) => `oSim${createHash('sha256').update(payer).digest('hex').slice(0, 24)}`;
/** All keys of an object and of those within, so that a comparison does not depend on their order. */
const flat = (object) => Object.entries(object).reduce((all, [key, value]) => ({ ...all, [key]: 1, ...(value && typeof value === 'object' ? flat(value) : {}) }), {});
