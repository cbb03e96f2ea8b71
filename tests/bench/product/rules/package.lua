return { id = "lantern", version = "1.0.0", host_api = { min = 1, max = 1 }, cases = { "sign_up" } }
