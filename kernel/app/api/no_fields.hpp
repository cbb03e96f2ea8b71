#pragma once

#include "kernel/app/call.hpp"

namespace zikao::app {

/// For a route whose JSON has no fields: `{}` and an empty body are answered by `handler`, a body with any is refused (C16).
inline Endpoint noFields(Endpoint handler)
{
    return [handler = std::move(handler)](Call& call) -> Result<http::Response> {
        if (Result<void> good = StrictObject(call.body, "").finish(); !good)
            return fail(good.error());
        return handler(call);
    };
}

} // namespace zikao::app
