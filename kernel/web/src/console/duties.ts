import type { Me } from '@/api/types'

type Role = Me['roles'][number]
export interface Duty {
  path: string
  title: string
  roles: Role[]
  /** Only where the server's own menu has it: not every province needs it. */
  served?: boolean
}

/** The left menu: what each duty opens. The server decides again on every call. */
export const DUTIES: Duty[] = [
  { path: '/staff/candidates', title: '考生', roles: ['county_office', 'prefecture_office', 'host_school', 'province_office'] },
  { path: '/staff/orders', title: '订单', roles: ['finance', 'province_office'] },
  { path: '/staff/money', title: '异常与退款', roles: ['finance'] },
  { path: '/staff/messages', title: '消息发送', roles: ['province_office', 'tenant_admin'] },
  { path: '/staff/exchanges', title: '上报与回传', roles: ['province_office'], served: true },
  { path: '/staff/sittings', title: '考次设置', roles: ['province_office', 'tenant_admin'] },
  { path: '/staff/rules', title: '规则', roles: ['rule_author'] },
]
export const dutiesOf = (me: Me | null) => DUTIES.filter((duty) =>
  duty.roles.some((role) => me?.roles.includes(role)) && (!duty.served || me?.menu.some((item) => item.path === duty.path)))
