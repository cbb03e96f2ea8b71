// China Construction Bank's aggregated code and its client at the office: the bank's side.
import { createHash, randomBytes, sign } from 'node:crypto';
import { gbk } from './archive.mjs';
import { beijing, fen, yuan } from './world.mjs';

const ORDER = ['MERCHANTID', 'POSID', 'BRANCHID', 'ORDERID', 'PAYMENT', 'CURCODE', 'TXCODE', 'REMARK1', 'REMARK2', 'RETURNTYPE', 'TIMEOUT'];
const QUERY = ['MERCHANTID', 'BRANCHID', 'POSID', 'ORDERDATE', 'BEGORDERTIME', 'ENDORDERTIME', 'ORDERID', 'QUPWD', 'TXCODE', 'TYPE', 'KIND', 'STATUS', 'SEL_TYPE', 'PAGE', 'OPERATOR', 'CHANNEL'];
const PAGE_SIZE = 10;

const md5 = (text) => createHash('md5').update(text).digest('hex');
const join = (names, fields) => names.map((name) => `${name}=${fields[name] ?? ''}`).join('&');
const day = (ms) => beijing(ms).slice(0, 10).replaceAll('-', '');
const xml = (parts) => Object.entries(parts).map(([name, value]) => (Array.isArray(value) ? value.map((each) => `<${name}>${xml(each)}</${name}>`).join('') : `<${name}>${typeof value === 'object' ? xml(value) : value}</${name}>`)).join('');
const document = (root, parts) => gbk(`<?xml version="1.0" encoding="GB2312" standalone="yes" ?>\n<${root}>${xml(parts)}</${root}>`);
const element = (text, name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '';

class Failed extends Error {
  constructor(code, message) { super(message); this.code = code; }
}

export class Ccb {
  constructor(world, payments) {
    Object.assign(this, { world, payments, tokens: new Map() });
    payments.sealers.ccb = (notice, trade) => this.seal(notice, trade);
  }

  handle(request, response) {
    const fields = Object.fromEntries(request.query);
    const text = request.body.toString('latin1');
    if (/x-www-form-urlencoded/.test(request.headers['content-type'] ?? '')) Object.assign(fields, Object.fromEntries(new URLSearchParams(text)));
    if (request.path === '/bank-client') return this.send(response, 'text/xml; charset=GB2312', this.client(text));
    if (request.path === '/CCBIS/QR') return this.json(response, () => this.code(fields));
    if (request.path !== '/CCBIS/ccbMain') { response.writeHead(404, { 'content-type': 'text/html' }); return response.end('<html>not found</html>'); }
    if (fields.TXCODE === '410408') return this.send(response, 'text/xml; charset=GB2312', this.query(fields));
    return this.json(response, () => this.order(fields));
  }

  send(response, type, body) { response.writeHead(200, { 'content-type': type }); response.end(body); }

  json(response, work) {
    let answer;
    try { answer = { SUCCESS: 'true', ...work() }; } catch (error) {
      if (!(error instanceof Failed)) throw error;
      answer = { SUCCESS: 'false', ERRORCODE: error.code, ERRORMSG: error.message };
    }
    this.send(response, 'text/html;charset=UTF-8', JSON.stringify(answer));
  }

  checkCounter(fields) {
    const { ccb } = this.world;
    if (fields.MERCHANTID !== ccb.merchant_id || fields.POSID !== ccb.pos_id || fields.BRANCHID !== ccb.branch_id) throw new Failed('E0001', '商户或柜台不存在');
  }

  /** Step 1: the same number with the same content may be ordered again; that gives another address for the same order. */
  order(fields) {
    this.checkCounter(fields);
    if (fields.MAC !== md5(`${join(ORDER, fields)}&PUB=${this.world.ccb.public_hex.slice(-30)}`)) throw new Failed('E0002', 'MAC校验失败');
    if (fields.TXCODE !== '530550' || fields.RETURNTYPE !== '3' || fields.CURCODE !== '01') throw new Failed('E0003', '交易码或返回类型有误');
    if (!/^[0-9A-Za-z]{1,30}$/.test(fields.ORDERID ?? '') || !fen(fields.PAYMENT) || !/^\d{14}$/.test(fields.TIMEOUT ?? '')) throw new Failed('E0004', '订单号、金额或超时时间有误');
    const [, date, time] = /^(\d{8})(\d{6})$/.exec(fields.TIMEOUT);
    const expire = Date.parse(`${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}+08:00`);
    if (!(expire > this.world.now())) throw new Failed('E0005', '订单已超时');
    const content = md5(join(ORDER, fields));
    let trade = this.world.trade('ccb', fields.ORDERID);
    if (trade?.state === 'PAID') throw new Failed('E0006', '订单已支付');
    if (trade && (trade.state !== 'NOTPAY' || trade.request !== content)) throw new Failed('E0007', '订单号重复');
    if (!trade) {
      trade = { provider: 'ccb', no: fields.ORDERID, fen: fen(fields.PAYMENT), subject: '聚合支付', notify_url: this.world.state.control.ccb_notify_url, expire_ms: expire, created_ms: this.world.now(), codes: [], request: content,
        state: 'NOTPAY', trade_no: '', payer: '', refunds: [] };
      this.world.state.trades.push(trade);
      this.world.save();
    }
    const token = randomBytes(12).toString('hex');
    this.tokens.set(token, trade);
    return { PAYURL: `${this.world.origin}/CCBIS/QR?QRCODE=${token}` };
  }

  /** Step 2. */
  code({ QRCODE: token }) {
    const trade = this.tokens.get(token);
    if (!trade) throw new Failed('E0008', '二维码请求已失效');
    const code = `https://ibsbjstar.ccb.com.cn/CCBIS/QR?QRCODE=${randomBytes(12).toString('hex')}&CHANNEL=1`;
    trade.codes.push(code);
    this.world.save();
    return { QRURL: encodeURIComponent(code) };
  }

  query(fields) {
    const refuse = (code, message) => document('DOCUMENT', { RETURN_CODE: code, RETURN_MSG: message });
    try { this.checkCounter(fields); } catch (error) { return refuse(error.code, error.message); }
    if (fields.MAC !== md5(join(QUERY, { ...fields, QUPWD: '' }))) return refuse('E0002', 'MAC校验失败');
    if (fields.QUPWD !== this.world.ccb.query_password) return refuse('E0009', '查询密码错误');
    const settled = fields.KIND === '1', refunds = fields.TYPE === '1', today = day(this.world.now());
    const of = (ms) => day(ms) === fields.ORDERDATE && (settled ? day(ms) < today : day(ms) === today);
    const rows = [];
    for (const trade of this.world.state.trades.filter((each) => each.provider === 'ccb' && each.state === 'PAID' && (!fields.ORDERID || each.no === fields.ORDERID))) {
      const row = (ms, refund, status) => ({ POSID: this.world.ccb.pos_id, ORDERID: trade.no, ORDERDATE: day(ms), ACCDATE: day(ms), AMOUNT: yuan(trade.fen), STATUSCODE: status, STATUS: status === '1' ? '成功' : '待银行确认', REFUND: yuan(refund) });
      if (!refunds && of(trade.paid_ms)) rows.push(row(trade.paid_ms, this.payments.refundedFen(trade), trade.uncertain ? '2' : '1'));
      if (refunds) for (const refund of trade.refunds) if (refund.state === 'SUCCESS' && of(refund.done_ms)) rows.push(row(refund.done_ms, refund.fen, '1'));
    }
    const page = Number(fields.PAGE) || 1;
    const sum = (refund) => yuan(rows.reduce((total, row) => total + fen(refund ? row.REFUND : row.AMOUNT), 0));
    return document('DOCUMENT', { RETURN_CODE: '000000', RETURN_MSG: '', CURPAGE: page, PAGECOUNT: Math.max(1, Math.ceil(rows.length / PAGE_SIZE)), TOTAL: rows.length, PAYAMOUNT: refunds ? '0.00' : sum(false), REFUNDAMOUNT: refunds ? sum(true) : '0.00',
      QUERYORDER: rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE) });
  }

  /** The client at the office, with the key that may give money back. */
  client(text) {
    const { ccb } = this.world;
    const answer = (code, message, info = '') => document('TX', { REQUEST_SN: element(text, 'REQUEST_SN'), CUST_ID: ccb.client.customer, TX_CODE: element(text, 'TX_CODE'), RETURN_CODE: code, RETURN_MSG: message, LANGUAGE: 'CN', TX_INFO: info });
    if (element(text, 'CUST_ID') !== ccb.client.customer || element(text, 'USER_ID') !== ccb.client.user || element(text, 'PASSWORD') !== ccb.client.password) return answer('C0001', '操作员或密码错误');
    const trade = this.world.trade('ccb', element(text, 'ORDER'));
    const code = element(text, 'TX_CODE');
    if (code === '5W1003') {
      const of = (refund) => (element(text, 'KIND') === '1') === (day(refund.created_ms) < day(this.world.now()));
      const status = { SUCCESS: '1', CLOSED: '0', PROCESSING: '2' };
      return answer('000000', '', { CUR_PAGE: 1, PAGE_COUNT: 1, LIST: (trade?.refunds ?? []).filter(of).map((refund) => ({ ORDER_NUMBER: trade.no, REFUND_CODE: refund.no, REFUND_AMOUNT: yuan(refund.fen), STATUS: status[refund.state] })) });
    }
    if (code !== '5W1004') return answer('C0002', '交易码有误');
    const amount = fen(element(text, 'MONEY')), no = element(text, 'REFUND_CODE');
    if (!/^\d{1,16}$/.test(element(text, 'REQUEST_SN')) || !/^\w{1,15}$/.test(no) || !amount) return answer('C0003', '请求有误');
    if (trade?.state !== 'PAID') return answer('C0004', '订单不存在或未支付');
    const { refund: outcome, refund_ms: wait } = this.world.state.control;
    const known = trade.refunds.find((refund) => refund.no === no);
    if (known) return known.fen === amount ? answer('000000', '') : answer('C0005', '退款流水号重复');
    if (this.payments.refundedFen(trade) + amount > trade.fen) return answer('C0006', '退款金额超过可退金额');
    if (outcome === 'abnormal') return answer('C0007', '账户余额不足');
    const refund = { no, id: no, fen: amount, state: outcome === 'success' && wait === 0 ? 'SUCCESS' : 'PROCESSING', created_ms: this.world.now(), done_ms: this.world.now(), notify_url: '', reason: '' };
    trade.refunds.push(refund);
    this.world.save();
    if (refund.state === 'SUCCESS') return answer('000000', '', { ORDER_NUM: trade.no, PAY_AMOUNT: yuan(trade.fen), AMOUNT: yuan(amount) });
    if (outcome === 'success') this.payments.later(wait, () => { Object.assign(refund, { state: 'SUCCESS', done_ms: this.world.now() }); this.world.save(); });
    return answer('C0008', '交易处理中');
  }

  /** A server notice: a form over GBK bytes, signed with the counter's key. `as` goes over its content before it is signed. */
  seal(notice, trade) {
    const { ccb } = this.world;
    const fields = { POSID: ccb.pos_id, BRANCHID: ccb.branch_id, ORDERID: trade.no, PAYMENT: yuan(trade.fen), CURCODE: '01', REMARK1: '', REMARK2: '', ACC_TYPE: '30', SUCCESS: 'Y', TYPE: '1', REFERER: '', CLIENTIP: '203.0.113.7', USRINFO: '张*', ...notice.as };
    for (const [name, value] of Object.entries(fields)) if (value === null) delete fields[name];
    const bytes = gbk(Object.entries(fields).map(([name, value]) => `${name}=${value}`).join('&'));
    const signature = notice.forged ? randomBytes(128) : sign('md5', bytes, ccb.privateKey);
    const escape = (value) => [...gbk(value)].map((byte) => (/[0-9A-Za-z.\-_]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join('');
    const body = [...Object.entries(fields).map(([name, value]) => `${name}=${escape(value)}`), `SIGN=${signature.toString('hex')}`].join('&');
    const get = this.world.state.control.ccb_notice === 'get';
    return { get, headers: get ? {} : { 'content-type': 'application/x-www-form-urlencoded' }, body, heard: (status, text) => status === 200 && /^success/i.test(text.trim()) };
  }
}
