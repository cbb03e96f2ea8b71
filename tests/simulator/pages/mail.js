const mailbox = document.getElementById('mailbox');
const list = document.getElementById('list');
let shown = '';

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function bubble(mail) {
  const made = document.createElement('article');
  const head = element('div', 'row small', '');
  head.append(element('span', '', mail.to), element('span', '', new Date(mail.at_ms).toLocaleTimeString('zh-CN', { timeZone: 'Asia/Shanghai' })));
  const body = element('div', 'bubble', '');
  const words = element('div', '', mail.text);
  words.style.whiteSpace = 'pre-line';
  body.append(element('div', 'small', mail.sender), element('strong', '', mail.subject));
  if (mail.code) body.append(element('div', 'code', mail.code));
  body.append(words);
  made.append(head, body);
  return made;
}

async function refresh() {
  const answer = await fetch(`/_control/mail?to=${encodeURIComponent(mailbox.value.trim())}`);
  const text = await answer.text();
  if (text === shown) return; // a live region must not speak again without news
  shown = text;
  const { mails } = JSON.parse(text);
  if (mails.length > 0) list.replaceChildren(...mails.slice(0, 50).map(bubble));
  else list.replaceChildren(element('p', 'small', '还没有邮件。'));
}

mailbox.oninput = () => refresh();
await refresh();
setInterval(() => refresh().catch(() => list.replaceChildren(element('p', 'small', '与模拟器的连接中断，请刷新页面。'))), 2000);
