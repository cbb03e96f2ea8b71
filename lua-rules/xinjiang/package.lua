return {
  id = "xinjiang",
  version = "2026.1.0",
  host_api = { min = 1, max = 1 },
  cases = { "registration", "sign_up" },
}
