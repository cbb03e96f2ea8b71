#pragma once

#include "kernel/worker/pool.hpp"

namespace zikao::rules::sandbox {

/// The rules role of zikao-worker. Two requests, heads as JSON:
///   {op: "compile", limits}, body = serialised Source → {faults, manifest, cases, examples, rules}
///   {op: "run", hash, limits, source_bytes}, body = serialised Source of so many bytes, then the text of
///     [{rule, facts}] → {results: [{value, micros, memory_bytes, instructions}]}; `not_found` (reason
///     package_unknown) when the hash is not cached; with a source it is cached.
/// Nothing of one call reaches another: each runs in a fresh state, only compiled code is kept.
worker::HandlerFactory serveRules();

} // namespace zikao::rules::sandbox
