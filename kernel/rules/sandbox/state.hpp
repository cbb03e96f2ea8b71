#pragma once

#include <chrono>
#include <cstdint>
#include <memory_resource>
#include <string>

#include <lua.hpp>

#include "plugins/api/result.hpp"

namespace zikao::rules::sandbox {

/// What one script may use. Time is what it computes itself, shared by all calls of one message: what a busy machine gives
/// to others is not the rule's doing. The supervisor's limit goes by the wall clock.
struct Limits
{
    std::int64_t memory_bytes = std::int64_t{32} << 20;
    std::int64_t instructions = 10'000'000;

    /// From now on, in this thread.
    void allow(std::chrono::milliseconds time);
    [[nodiscard]] bool late() const;

private:
    std::chrono::steady_clock::time_point until_ = std::chrono::steady_clock::time_point::max();
    std::chrono::nanoseconds computed_until_ = std::chrono::nanoseconds::max();
};

enum class Spent { nothing, time, memory, instructions };

/// What is used so far; the allocator and the hook both write it. Once something is spent it stays so.
struct Budget
{
    Limits limits;
    /// Where every block of the state lies. It goes with the state, whole: nothing is freed block by block.
    std::pmr::unsynchronized_pool_resource blocks{
        {.max_blocks_per_chunk = 0, .largest_required_pool_block = 1024}};
    std::int64_t used = 0, peak = 0;
    std::int64_t instructions = 0;
    Spent spent = Spent::nothing;
};

/// A fresh Lua state with nothing in it: no libraries, no metatable of strings. Memory is capped in the
/// allocator, instructions and time by a hook. There is no pcall inside, so nothing a script does catches a
/// stop.
/// @threads one
class State
{
public:
    explicit State(const Limits& limits);
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    [[nodiscard]] lua_State* lua() const { return lua_; }
    [[nodiscard]] const Budget& budget() const { return budget_; }

    /// Runs `act(L)` protected: whatever Lua raises inside comes back as an error.
    /// @errors `limit_exceeded` (reason time, memory, instructions); `invalid_argument` (reason rule_error)
    ///         with the message of Lua, "file:line: what"
    template <class F>
    Result<void> protectedly(F&& act)
    {
        return run(
            [](lua_State* L) -> int {
                auto* body = static_cast<std::remove_reference_t<F>*>(lua_touserdata(L, 1));
                lua_settop(L, 0);
                (*body)(L);
                return 0;
            },
            &act);
    }

private:
    Result<void> run(lua_CFunction body, void* argument);

    Budget budget_;
    lua_State* lua_ = nullptr;
};

/// Counts work a host function is about to do in C, where no hook runs. Raises when it is too much.
void charge(lua_State* L, std::int64_t steps);

/// Raises a Lua error from C++ text. Never returns.
[[noreturn]] void raise(lua_State* L, const std::string& message);

/// Wraps a host function: no C++ exception leaves it except Lua's own, which is how this build of Lua raises.
template <int (*F)(lua_State*)>
int host(lua_State* L)
{
    std::string why;
    try {
        return F(L);
    } catch (const std::exception& thrown) {
        why = thrown.what();
    }
    raise(L, why);
}

} // namespace zikao::rules::sandbox
