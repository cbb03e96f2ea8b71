return {
  id = "tibet",
  version = "2026.2.0",
  host_api = { min = 1, max = 1 },
  cases = {
    "registration", "completion", "sign_up", "record_change", "transfer_out", "waiver", "graduation", "graduation_photo",
    "degree_papers",
  },
}
