import { onScopeDispose, shallowRef } from 'vue'
import type { Component, Ref } from 'vue'
import LivePage from './LivePage.vue'

/**
 * The pages of a signed-in user by the fragment of the address (`#/` …). A fragment needs nothing of the server, so the
 * dashboard also works below another path. Pages beyond the first are best loaded when asked for (`defineAsyncComponent`).
 */
const PAGES: Readonly<Record<string, Component>> = {
  '#/': LivePage,
}

/** The page of the current address; one that nobody knows is the live page. */
export function useCurrentPage(): Readonly<Ref<Component>> {
  const find = () => PAGES[location.hash] ?? LivePage
  const page = shallowRef(find())
  const follow = () => (page.value = find())
  window.addEventListener('hashchange', follow)
  onScopeDispose(() => window.removeEventListener('hashchange', follow))
  return page
}
