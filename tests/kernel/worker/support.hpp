#pragma once

#include <memory>

#include <gtest/gtest.h>

#include "kernel/worker/pool.hpp"

namespace zikao::worker {

/// Null, with a failure noted, when it does not start.
inline std::unique_ptr<Pool> startPool(PoolOptions with)
{
    auto pool = Pool::start(std::move(with));
    EXPECT_TRUE(pool) << (pool ? "" : pool.error().message);
    return pool ? std::move(*pool) : nullptr;
}

/// A call that the misbehaving worker understands.
inline Message ask(const char* what, Json more = Json::object())
{
    more["do"] = what;
    return Message{more};
}

} // namespace zikao::worker
