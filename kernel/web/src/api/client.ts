import { reactive } from 'vue'
import type { paths } from './schema'
import type { FieldError, Problem, Reason } from './types'

/** An answer that is not a success, or no answer at all (`code` "offline", status 0). */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly errors: FieldError[]
  readonly reasons: Reason[]
  readonly requestId: string

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail || problem.title || '系统暂时没有应答，请稍后再试。')
    this.status = status
    this.code = problem.code ?? 'internal'
    this.errors = problem.errors ?? []
    this.reasons = problem.reasons ?? []
    this.requestId = problem.request_id ?? ''
  }

  /** The server never saw it, or could not deal with it now: sending it again later is right. */
  get passing(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }
}

/** What the banner at the top of the page shows. */
export const network = reactive({ lost: false })

const settings = { base: '', csrf: '' }
let signedOut: () => void = () => {}

export const setBase = (base: string) => void (settings.base = base)
export const setCsrf = (csrf: string) => void (settings.csrf = csrf)
export const onSignedOut = (handler: () => void) => void (signedOut = handler)

type Method = 'get' | 'post' | 'put' | 'delete'
type Route<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, { responses: object }> ? P : never }[keyof paths]
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never
type Answer<O> = O extends { responses: { 200: { content: { 'application/json': infer T } } } } ? T : undefined
type Body<O> = O extends { requestBody?: { content: { 'application/json': infer T } } } ? T : undefined
type PathOf<O> = O extends { parameters: { path: infer T } } ? T : undefined
type QueryOf<O> = O extends { parameters: { query?: infer T } } ? T : undefined

interface Options<O> {
  path?: PathOf<O>
  query?: QueryOf<O>
  body?: Body<O>
  /** Raw bytes instead of JSON. */
  raw?: Blob | string
  contentType?: string
  signal?: AbortSignal
  /** Sent to its end although the page goes away. */
  keepalive?: boolean
}

/** The address of an API path of this tenant, for links and pictures. */
export function apiUrl(path: string, params: Record<string, string> = {}, query: Record<string, unknown> = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(key, String(value))
  const root = filled.startsWith('/api/') ? '' : `${settings.base}/api`
  return `${root}${filled}${search.size ? `?${search}` : ''}`
}

async function problemOf(response: Response): Promise<ApiError> {
  const text = await response.text()
  let problem: Partial<Problem> = {}
  if ((response.headers.get('content-type') ?? '').includes('json')) problem = JSON.parse(text) as Partial<Problem>
  const error = new ApiError(response.status, problem)
  if (response.status === 401 && error.code === 'unauthenticated') signedOut()
  return error
}

interface Call {
  path?: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
  raw?: Blob | string
  contentType?: string
  signal?: AbortSignal
  keepalive?: boolean
}

async function call(method: Method, path: string, options: Call): Promise<unknown> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'get') headers['X-CSRF-Token'] = settings.csrf
  let body: BodyInit | undefined
  if (options.raw !== undefined) {
    body = options.raw
    headers['Content-Type'] = options.contentType ?? 'application/octet-stream'
  } else if (options.body !== undefined) {
    body = JSON.stringify(options.body)
    headers['Content-Type'] = 'application/json'
  }
  let response: Response
  try {
    response = await fetch(
      apiUrl(path, options.path, options.query),
      { method: method.toUpperCase(), headers, body: body ?? null, credentials: 'same-origin', signal: options.signal ?? null, keepalive: options.keepalive ?? false },
    )
  } catch (cause) {
    if (options.signal?.aborted) throw cause
    network.lost = true
    throw new ApiError(0, { code: 'offline', detail: '网络连接不上，请检查网络后重试。您填写的内容会保留。' })
  }
  network.lost = false
  if (!response.ok) throw await problemOf(response)
  return response.status === 204 ? undefined : response.json()
}

export const get = <P extends Route<'get'>>(path: P, options: Options<Operation<P, 'get'>> = {}) =>
  call('get', path, options as Call) as Promise<Answer<Operation<P, 'get'>>>
export const post = <P extends Route<'post'>>(path: P, options: Options<Operation<P, 'post'>> = {}) =>
  call('post', path, options as Call) as Promise<Answer<Operation<P, 'post'>>>
export const put = <P extends Route<'put'>>(path: P, options: Options<Operation<P, 'put'>> = {}) =>
  call('put', path, options as Call) as Promise<Answer<Operation<P, 'put'>>>
export const del = <P extends Route<'delete'>>(path: P, options: Options<Operation<P, 'delete'>> = {}) =>
  call('delete', path, options as Call) as Promise<Answer<Operation<P, 'delete'>>>

/** Asks for a file by POST, since it holds personal data and asking is noted, and saves it under the server's name. */
export async function download(path: string, params: Record<string, string>, body: unknown): Promise<void> {
  let response: Response
  try {
    response = await fetch(apiUrl(path, params), {
      method: 'POST', body: JSON.stringify(body), credentials: 'same-origin',
      headers: { Accept: '*/*', 'Content-Type': 'application/json', 'X-CSRF-Token': settings.csrf },
    })
  } catch {
    network.lost = true
    throw new ApiError(0, { code: 'offline', detail: '网络连接不上，请检查网络后重试。' })
  }
  network.lost = false
  if (!response.ok) throw await problemOf(response)
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'download'
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** Sends a file with progress (0…1), which `fetch` cannot tell. */
export function upload<T>(path: string, params: Record<string, string>, field: string, file: Blob, progress: (part: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', apiUrl(path, params, { field }))
    request.setRequestHeader('Accept', 'application/json')
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    request.setRequestHeader('X-CSRF-Token', settings.csrf)
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total)
    request.onerror = () => {
      network.lost = true
      reject(new ApiError(0, { code: 'offline', detail: '网络连接不上，文件没有传上去，请检查网络后再选一次。' }))
    }
    request.onload = () => {
      network.lost = false
      const json = (request.getResponseHeader('content-type') ?? '').includes('json')
      const answer: unknown = json ? JSON.parse(request.responseText) : {}
      if (request.status >= 200 && request.status < 300) return resolve(answer as T)
      const error = new ApiError(request.status, answer as Partial<Problem>)
      if (error.status === 401 && error.code === 'unauthenticated') signedOut()
      reject(error)
    }
    request.send(file)
  })
}

/** A key chosen here, so that a request whose answer got lost can be sent again without doing anything twice. */
export function operationId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
