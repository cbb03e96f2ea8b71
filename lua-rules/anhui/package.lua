return {
  id = "anhui",
  version = "2026.1.0",
  host_api = { min = 1, max = 1 },
  cases = {
    "registration", "sign_up", "degree_papers", "graduation_photo", "graduation", "number_merge", "transfer_filing",
    "identity_change",
  },
}
