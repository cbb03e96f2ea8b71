// The Alipay gateway: the provider's side.
import { createHash, createVerify, randomBytes, sign } from 'node:crypto';
import { gbk, zip } from './archive.mjs';
import { beijing, fen, fromBeijing, yuan } from './world.mjs';

const TOKEN_LIVES_MS = 30_000;
const TIME_TOLERANCE_MS = 15 * 60_000;
const NO = /^[0-9A-Za-z_]{1,64}$/;

const join = (params, left) => Object.keys(params).filter((key) => !left.includes(key) && params[key] !== '').sort().map((key) => `${key}=${params[key]}`).join('&');

class Failed extends Error {
  constructor(code, subCode, message, gateway = false) { super(message); Object.assign(this, { code, subCode, gateway }); }
}
const business = (subCode, message) => new Failed('40004', subCode, message);

export class Alipay {
  constructor(world, payments) {
    Object.assign(this, { world, payments, tokens: new Map() });
    payments.sealers.alipay = (notice, trade, refund) => this.seal(notice, trade, refund);
  }

  handle(request, response) {
    const params = Object.fromEntries(request.query);
    if (/x-www-form-urlencoded/.test(request.headers['content-type'] ?? '')) Object.assign(params, Object.fromEntries(new URLSearchParams(request.body.toString())));
    let key = 'error_response', content;
    try {
      this.authorize(params);
      key = `${params.method.replaceAll('.', '_')}_response`;
      content = { code: '10000', msg: 'Success', ...this.route(params) };
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      content = { code: error.code, msg: error.code === '40004' ? 'Business Failed' : 'Invalid Arguments', sub_code: error.subCode, sub_msg: error.message };
      if (error.gateway) key = 'error_response';
    }
    // The signature covers the raw text, escaped slashes included.
    const raw = JSON.stringify(content).replaceAll('/', '\\/');
    const certificate = params.app_cert_sn ? `"alipay_cert_sn":"${this.world.alipaySns().platform}",` : '';
    const signature = sign('sha256', Buffer.from(raw), this.world.alipay.platform.privateKey).toString('base64');
    response.writeHead(200, { 'content-type': 'text/html;charset=utf-8' });
    response.end(key === 'error_response' ? `{"${key}":${raw}}` : `{"${key}":${raw},${certificate}"sign":"${signature}"}`);
  }

  authorize(params) {
    const bad = (subCode, message) => { throw new Failed('40002', subCode, message, true); };
    for (const name of ['app_id', 'method', 'charset', 'sign_type', 'sign', 'timestamp', 'version'])
      if (!params[name]) throw new Failed('40001', `isv.missing-${name.replace('_', '-')}`, `缺少参数${name}`, true);
    if (params.app_id !== this.world.alipay.app_id) bad('isv.invalid-app-id', '无效的AppID参数');
    if (params.sign_type !== 'RSA2') bad('isv.invalid-signature-type', '无效的签名类型');
    if (!/^utf-8$/i.test(params.charset)) bad('isv.invalid-charset', '字符集错误');
    if (params.version !== '1.0' || (params.format && !/^json$/i.test(params.format))) bad('isv.invalid-format', '无效的数据格式');
    if (!(Math.abs(fromBeijing(params.timestamp) - this.world.now()) <= TIME_TOLERANCE_MS)) bad('isv.invalid-timestamp', '无效的时间戳');
    // Whatever parameters came are signed, not a fixed list.
    const good = createVerify('sha256').update(join(params, ['sign'])).verify(this.world.alipay.app.publicKey, params.sign, 'base64');
    if (!good) bad('isv.invalid-signature', '验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配');
    const sns = this.world.alipaySns();
    if (params.app_cert_sn && (params.app_cert_sn !== sns.app || params.alipay_root_cert_sn !== sns.root)) bad('isv.invalid-app-cert-sn', '应用公钥证书序列号错误');
  }

  route(params) {
    let content;
    try { content = JSON.parse(params.biz_content ?? ''); } catch { throw new Failed('40002', 'isv.invalid-parameter', 'biz_content不是有效的JSON'); }
    const methods = {
      'alipay.trade.precreate': () => this.precreate(content, params), 'alipay.trade.query': () => this.query(content), 'alipay.trade.close': () => this.close(content),
      'alipay.trade.refund': () => this.refund(content), 'alipay.trade.fastpay.refund.query': () => this.refundQuery(content),
      'alipay.data.dataservice.bill.downloadurl.query': () => this.bill(content),
    };
    const method = methods[params.method];
    if (!method) throw new Failed('40002', 'isv.invalid-method', '不存在的方法名', true);
    return method();
  }

  precreate(content, params) {
    const amount = fen(content.total_amount);
    if (!NO.test(content.out_trade_no ?? '') || !amount || typeof content.subject !== 'string' || !content.subject || content.subject.length > 256) throw business('ACQ.INVALID_PARAMETER', '参数有误');
    const now = this.world.now();
    let expire = now + 2 * 3_600_000;
    if (content.time_expire !== undefined) {
      expire = fromBeijing(content.time_expire);
      if (!(expire > now)) throw business('ACQ.INVALID_PARAMETER', 'time_expire有误');
    } else if (content.timeout_express) {
      expire = now + Number.parseInt(content.timeout_express, 10) * ({ m: 60_000, h: 3_600_000, d: 86_400_000 }[content.timeout_express.at(-1)] ?? NaN);
      if (Number.isNaN(expire)) throw business('ACQ.INVALID_PARAMETER', 'timeout_express有误');
    }
    const request = createHash('sha256').update(`${content.total_amount}|${content.subject}|${content.time_expire ?? ''}|${params.notify_url ?? ''}`).digest('hex');
    let trade = this.world.trade('alipay', content.out_trade_no);
    if (trade) {
      if (trade.state === 'PAID') throw business('ACQ.TRADE_HAS_SUCCESS', '交易已被支付');
      if (trade.state === 'CLOSED') throw business('ACQ.TRADE_HAS_CLOSE', '交易已经关闭');
      if (trade.request !== request) throw business('ACQ.CONTEXT_INCONSISTENT', '交易信息被篡改');
    } else {
      trade = { provider: 'alipay', no: content.out_trade_no, fen: amount, subject: content.subject, body: content.body, notify_url: params.notify_url ?? '', passback: content.passback_params,
        expire_ms: expire, created_ms: now, codes: [], request, state: 'NOTPAY', trade_no: '', payer: '', refunds: [] };
      this.world.state.trades.push(trade);
    }
    const code = `https://qr.alipay.com/bax${randomBytes(9).toString('hex')}`;
    trade.codes.push(code);
    this.world.save();
    return { out_trade_no: trade.no, qr_code: code };
  }

  /** A trade exists from the first scan on; past its time it is closed by Alipay itself. */
  existing(content) {
    const trade = this.world.state.trades.find((each) => each.provider === 'alipay' && each.trade_no && (content.trade_no ? each.trade_no === content.trade_no : each.no === content.out_trade_no));
    if (!trade) throw business('ACQ.TRADE_NOT_EXIST', '交易不存在');
    if (trade.state === 'NOTPAY' && this.world.now() > trade.expire_ms) trade.state = 'CLOSED';
    return trade;
  }

  statusOf(trade) {
    if (trade.state === 'NOTPAY') return 'WAIT_BUYER_PAY';
    if (trade.state === 'CLOSED' || this.payments.refundedFen(trade) === trade.fen) return 'TRADE_CLOSED';
    return 'TRADE_SUCCESS';
  }

  query(content) {
    const trade = this.existing(content);
    const paid = trade.state === 'PAID';
    return { buyer_logon_id: maskedLogin(trade.payer), buyer_pay_amount: paid ? yuan(trade.fen) : '0.00', buyer_user_id: userOf(trade.payer), invoice_amount: paid ? yuan(trade.fen) : '0.00',
      out_trade_no: trade.no, point_amount: '0.00', receipt_amount: paid ? yuan(trade.fen) : '0.00', ...(paid ? { send_pay_date: beijing(trade.paid_ms) } : {}), subject: trade.subject,
      total_amount: yuan(trade.fen), trade_no: trade.trade_no, trade_status: this.statusOf(trade) };
  }

  close(content) {
    const trade = this.existing(content);
    if (trade.state !== 'NOTPAY') throw business('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
    trade.state = 'CLOSED';
    trade.closed_ms = this.world.now();
    this.world.save();
    this.payments.announce(trade, 'closed');
    return { out_trade_no: trade.no, trade_no: trade.trade_no };
  }

  refund(content) {
    const trade = this.existing(content);
    const amount = typeof content.refund_amount === 'string' ? fen(content.refund_amount) : null;
    if (!amount) throw business('ACQ.INVALID_PARAMETER', '退款金额有误');
    if (trade.state !== 'PAID') throw business('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
    if (!content.out_request_no && amount !== trade.fen) throw business('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '撤销或退款金额与订单金额不一致');
    const no = content.out_request_no || trade.no;
    const answer = (change) => ({ buyer_logon_id: maskedLogin(trade.payer), buyer_user_id: userOf(trade.payer), fund_change: change, gmt_refund_pay: beijing(this.world.now()), out_trade_no: trade.no,
      refund_fee: yuan(this.payments.refundedFen(trade)), send_back_fee: '0.00', trade_no: trade.trade_no });
    const known = trade.refunds.find((refund) => refund.no === no);
    if (known) {
      if (known.fen !== amount) throw business('ACQ.DISCORDANT_REPEAT_REQUEST', '请求信息不一致');
      return answer('N');
    }
    if (this.payments.refundedFen(trade) + amount > trade.fen) throw business('ACQ.REASON_TRADE_REFUND_FEE_ERR', '退款金额无效');
    if (this.world.state.control.refund === 'abnormal') throw business('ACQ.SELLER_BALANCE_NOT_ENOUGH', '卖家余额不足');
    const refund = { no, id: no, fen: amount, state: 'SUCCESS', created_ms: this.world.now(), done_ms: this.world.now(), notify_url: trade.notify_url, reason: content.refund_reason ?? '' };
    trade.refunds.push(refund);
    this.world.save();
    this.payments.announce(trade, 'refund', refund);
    return answer('Y');
  }

  refundQuery(content) {
    const trade = this.existing(content);
    const refund = trade.refunds.find((each) => each.no === content.out_request_no);
    if (!refund) return {};
    return { out_request_no: refund.no, out_trade_no: trade.no, refund_amount: yuan(refund.fen), refund_status: 'REFUND_SUCCESS', total_amount: yuan(trade.fen), trade_no: trade.trade_no };
  }

  seal(notice, trade, refund) {
    const { alipay } = this.world;
    const now = notice.at_ms ?? this.world.now();
    const paid = trade.state === 'PAID';
    const params = { notify_time: beijing(now), notify_type: 'trade_status_sync', notify_id: notice.id.replaceAll('-', ''), app_id: alipay.app_id, auth_app_id: alipay.app_id, charset: 'utf-8', version: '1.0',
      sign_type: 'RSA2', trade_no: trade.trade_no, out_trade_no: trade.no, buyer_id: userOf(trade.payer), buyer_logon_id: maskedLogin(trade.payer), seller_id: alipay.seller_id,
      trade_status: this.statusOf(notice.kind === 'payment' ? { ...trade, refunds: [] } : trade), total_amount: yuan(trade.fen), invoice_amount: yuan(trade.fen), point_amount: '0.00', subject: trade.subject, gmt_create: beijing(trade.scanned_ms),
      ...(trade.body ? { body: trade.body } : {}), ...(trade.passback ? { passback_params: trade.passback } : {}),
      ...(paid ? { receipt_amount: yuan(trade.fen), buyer_pay_amount: yuan(trade.fen), gmt_payment: beijing(trade.paid_ms), fund_bill_list: JSON.stringify([{ amount: yuan(trade.fen), fundChannel: 'ALIPAYACCOUNT' }]) } : {}),
      ...(trade.closed_ms ? { gmt_close: beijing(trade.closed_ms) } : {}),
      ...(refund ? { out_biz_no: refund.no, refund_fee: yuan(this.payments.refundedFen(trade)), gmt_refund: `${beijing(refund.done_ms)}.000` } : {}), ...notice.as };
    const signature = notice.forged ? randomBytes(256) : sign('sha256', Buffer.from(join(params, ['sign', 'sign_type'])), alipay.platform.privateKey);
    return { headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, body: new URLSearchParams({ ...params, sign: signature.toString('base64') }).toString(),
      heard: (status, text) => status === 200 && text === 'success' };
  }

  bill(content) {
    const day = content.bill_date ?? '';
    if (content.bill_type !== 'trade' || !/^\d{4}-\d\d-\d\d$/.test(day)) throw new Failed('40002', 'isv.invalid-parameter', '账单参数有误');
    const rows = day < beijing(this.world.now()).slice(0, 10) ? this.rowsOf(day) : [];
    if (rows.length === 0) throw new Failed('40004', 'isp.bill_not_exist', '账单不存在');
    const token = randomBytes(16).toString('hex');
    this.tokens.set(token, { bytes: this.archive(day, rows), until: this.world.now() + TOKEN_LIVES_MS });
    return { bill_download_url: `${this.world.origin}/downloadBillFile.resource?bizType=trade&fileType=csv.zip&bizDates=${day.replaceAll('-', '')}&token=${token}` };
  }

  rowsOf(day) {
    const on = (ms) => beijing(ms).slice(0, 10) === day;
    const rows = [];
    for (const trade of this.world.state.trades.filter((each) => each.provider === 'alipay' && each.paid_ms)) {
      const row = (at, kind, amount, requestNo) => rows.push({ at, kind, amount, fee: -Math.round(amount * 0.006), cells: (fee) => [`${trade.trade_no}\t`, `${trade.no}\t`, kind, trade.subject.replaceAll(',', '，'),
        beijing(trade.scanned_ms), beijing(at), '', '', '', '', maskedLogin(trade.payer), yuan(amount), yuan(amount), '0.00', '0.00', '0.00', '0.00', '0.00', '', '0.00', '0.00', requestNo, yuan(fee), '0.00', ''] });
      if (on(trade.paid_ms)) row(trade.paid_ms, '交易', trade.fen, '');
      for (const refund of trade.refunds) if (on(refund.done_ms)) row(refund.done_ms, '退款', -refund.fen, refund.no);
    }
    return rows.sort((a, b) => a.at - b.at);
  }

  archive(day, rows) {
    const account = `${this.world.alipay.seller_id}0156`;
    const stem = `${account}_${day.replaceAll('-', '')}`;
    const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    const chinese = (date) => `${date.slice(0, 4)}年${date.slice(5, 7)}月${date.slice(8)}日`;
    const of = (kind) => rows.filter((row) => row.kind === kind);
    const sum = (list, key = 'amount') => list.reduce((total, row) => total + row[key], 0);
    const frame = (title, lines) => [`#支付宝业务${title}查询`, `#账号：[${account}]`, `#起始日期：[${chinese(day)} 00:00:00]   终止日期：[${chinese(next)} 00:00:00]`,
      `#-----------------------------------------业务${title}列表----------------------------------------`, ...lines, `#-----------------------------------------业务${title}列表结束------------------------------------`];
    const exported = `#导出时间：[${chinese(next)} 10:05:00]`;
    const detail = [...frame('明细', ['支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注',
      ...rows.map((row) => row.cells(row.fee).join(','))]), `#交易合计：${of('交易').length}笔，商家实收共${yuan(sum(of('交易')))}元，商家优惠共0.00元`,
      `#退款合计：${of('退款').length}笔，商家实收退款共${yuan(sum(of('退款')))}元，商家优惠退款共0.00元`, exported];
    const summary = [...frame('汇总', ['门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）',
      `合计,,${of('交易').length},${of('退款').length},${yuan(sum(rows))},${yuan(sum(rows))},0.00,0.00,0.00,${yuan(sum(rows, 'fee'))},0.00,${yuan(sum(rows) + sum(rows, 'fee'))}`]), exported];
    return zip([[`${stem}_业务明细.csv`, detail], [`${stem}_业务明细(汇总).csv`, summary]].map(([name, lines]) => [gbk(name), gbk(`${lines.join('\r\n')}\r\n`)]));
  }

  /** The bill itself: a plain GET whose token is the only key. */
  download(request, response) {
    const file = this.tokens.get(request.query.get('token'));
    const good = file && file.until >= this.world.now();
    response.writeHead(good ? 200 : 403, { 'content-type': good ? 'application/zip' : 'text/plain' });
    response.end(good ? file.bytes : 'expired');
  }
}

const userOf = (payer) => `2088${BigInt(`0x${createHash('sha256').update(payer).digest('hex').slice(0, 12)}`).toString().padStart(12, '0').slice(0, 12)}`;
const maskedLogin = (payer) => `${userOf(payer).slice(-3)}***@example.com`;
