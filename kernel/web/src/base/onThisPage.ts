import type { Router } from 'vue-router'

/**
 * For what leads on once the server has answered: whoever opened another page meanwhile is not called back.
 * @returns whether the page that is open now still is the one on the screen
 */
export function onThisPage(router: Router): () => boolean {
  const { path } = router.currentRoute.value
  return () => router.currentRoute.value.path === path
}
