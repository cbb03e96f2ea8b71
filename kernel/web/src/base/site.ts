import { reactive } from 'vue'
import { get, setBase, setCsrf } from '@/api/client'
import type { Me, TenantCard, TenantProfile } from '@/api/types'
import { applyTheme } from './theme'

/** First parts of the portal's own addresses: on a tenant's own host they are pages, not tenants. */
const PAGES = [
  'center', 'cases', 'start', 'person', 'notices', 'help', 'contacts', 'majors', 'calendar', 'orders', 'messages', 'password', 'login', 'forgot',
  'register', 'claim', 'degree', 'staff',
]

/** Where we are and who is here. `tenant` is null on the page that lists the tenants. */
export const site = reactive({
  base: '',
  tenant: null as TenantProfile | null,
  tenants: [] as TenantCard[],
  me: null as Me | null,
  /** server's clock minus ours */
  skewMs: 0,
})

export const serverNow = () => Date.now() + site.skewMs
export const setServerNow = (now: number) => void (site.skewMs = now - Date.now())

/** Where visitors log in: on the home page, unless the province opens that to other entries. */
export const loginPath = () => (site.tenant && site.tenant.entries.length > 0 ? '/login' : '/')
/** The page that 系统首页 means for whoever is here. */
export const homePath = () => (site.me?.kind === 'candidate' ? '/center' : '/')
/** What the province calls a page of the portal. */
export const pageTitle = (page: string, otherwise: string) => site.tenant?.page_titles[page] ?? otherwise

/** Finds the tenant from the address: by first path segment, or by host where the list names this host. */
export async function openSite(): Promise<void> {
  const first = location.pathname.split('/')[1] ?? ''
  if (first !== '' && !PAGES.includes(first)) site.base = `/${first}`
  else if (first === '') {
    site.tenants = await get('/api/tenants')
    const own = site.tenants.some((card) => card.url !== '/' && new URL(card.url, location.href).href === `${location.origin}/`)
    if (!own) return
  }
  setBase(site.base)
  site.tenant = await get('/tenant')
  setServerNow(site.tenant.now_ms)
  applyTheme(site.tenant.theme)
  document.title = site.tenant.platform_name
  await refreshMe()
}

export function setMe(me: Me): void {
  site.me = me
  setCsrf(me.csrf)
}
export async function refreshMe(): Promise<void> {
  setMe(await get('/me'))
}
