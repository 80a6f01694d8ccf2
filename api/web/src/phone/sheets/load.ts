export const sheets = {
  arrive: () => import('./ArriveSheet.vue'),
  complete: () => import('./CompleteSheet.vue'),
  costs: () => import('./CostsSheet.vue'),
  photo: () => import('./PhotoSheet.vue'),
  place: () => import('./PlaceSheet.vue'),
  reason: () => import('./ReasonSheet.vue'),
  sign: () => import('./SignSheet.vue'),
}
