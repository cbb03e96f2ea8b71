/** Everything people read is Beijing time, whatever the device says. */
const BEIJING_MS = 8 * 3600_000
const WEEKDAYS = ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六']

function parts(ms: number) {
  const date = new Date(ms + BEIJING_MS)
  return {
    year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), weekday: date.getUTCDay(),
    hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds(),
  }
}
const two = (value: number) => String(value).padStart(2, '0')

/** 2026年4月11日（星期六）上午9:00 */
export function longTime(ms: number): string {
  const p = parts(ms)
  const half = p.hour < 6 ? '凌晨' : p.hour < 12 ? '上午' : p.hour < 18 ? '下午' : '晚上'
  const hour = p.hour > 12 ? p.hour - 12 : p.hour
  return `${p.year}年${p.month}月${p.day}日（${WEEKDAYS[p.weekday]}）${half}${hour}:${two(p.minute)}`
}
/** 2026年4月11日（星期六） */
export function longDate(ms: number): string {
  const p = parts(ms)
  return `${p.year}年${p.month}月${p.day}日（${WEEKDAYS[p.weekday]}）`
}
/** When something ends: the midnight after a day is called by that day, 2026年4月11日（星期六）24:00. */
export function endTime(ms: number): string {
  const p = parts(ms)
  return p.hour === 0 && p.minute === 0 ? `${longDate(ms - 1)}24:00` : longTime(ms)
}
/** 2026-04-11 09:00:00 */
export function stamp(ms: number): string {
  const p = parts(ms)
  return `${p.year}-${two(p.month)}-${two(p.day)} ${two(p.hour)}:${two(p.minute)}:${two(p.second)}`
}
/** 2026年04月11日 上午 */
export function examTime(ms: number): string {
  const p = parts(ms)
  return `${p.year}年${two(p.month)}月${two(p.day)}日 ${p.hour < 12 ? '上午' : '下午'}`
}
/** 14:32 */
export const clock = (ms: number) => stamp(ms).slice(11, 16)
/** 4月11日 14:32 */
export function shortTime(ms: number): string {
  const p = parts(ms)
  return `${p.month}月${p.day}日 ${two(p.hour)}:${two(p.minute)}`
}
/** 2026-04-11T09:00, for inputs of the console */
export const inputTime = (ms: number) => stamp(ms).slice(0, 16).replace(' ', 'T')
/** The instant of a Beijing wall time as an input gives it; NaN when it is none. */
export const instantOf = (wall: string) => Date.parse(`${wall}:00+08:00`)

/** “还剩 2 天 4 小时” */
export function timeLeft(ms: number): string {
  if (ms <= 0) return '已截止'
  const minutes = Math.ceil(ms / 60_000)
  const days = Math.floor(minutes / 1440)
  const hours = Math.floor((minutes % 1440) / 60)
  if (days > 0) return `还剩 ${days} 天${hours > 0 ? ` ${hours} 小时` : ''}`
  if (hours > 0) return `还剩 ${hours} 小时${minutes % 60 > 0 ? ` ${minutes % 60} 分钟` : ''}`
  return `还剩 ${minutes} 分钟`
}
/** “3 天 4 小时”: how long something has waited */
export function waited(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  const days = Math.floor(minutes / 1440)
  const hours = Math.floor((minutes % 1440) / 60)
  if (days > 0) return `${days} 天${hours > 0 ? ` ${hours} 小时` : ''}`
  if (hours > 0) return `${hours} 小时${minutes % 60 > 0 ? ` ${minutes % 60} 分钟` : ''}`
  return minutes > 0 ? `${minutes} 分钟` : '不到 1 分钟'
}
/** “3 小时前” */
export function timeAgo(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return '刚刚'
  if (minutes < 60) return `${minutes} 分钟前`
  if (minutes < 1440) return `${Math.floor(minutes / 60)} 小时前`
  return `${Math.floor(minutes / 1440)} 天前`
}

/** ¥184.00 */
export const yuan = (fen: number) => `¥${(fen / 100).toFixed(2)}`
/** 35, or 35.50 where there are fen: the column of a fee table */
export const plainYuan = (fen: number) => (fen % 100 === 0 ? String(fen / 100) : (fen / 100).toFixed(2))
/** 1.5 MB */
export function bytes(count: number): string {
  if (count < 1024) return `${count} 字节`
  if (count < 1024 * 1024) return `${Math.round(count / 1024)} KB`
  return `${(count / 1024 / 1024).toFixed(1)} MB`
}
/** Fills {placeholders}. */
export const fill = (text: string, args: Record<string, unknown>) =>
  text.replace(/\{(\w+)\}/g, (whole, key: string) => (key in args ? String(args[key]) : whole))
