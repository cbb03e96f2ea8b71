#include "kernel/rules/sandbox/state.hpp"

#include <cstdlib>
#include <cstring>
#include <ctime>

namespace zikao::rules::sandbox {

namespace {

constexpr int kTick = 100;                   ///< instructions between two looks at the limits
constexpr std::size_t kBigBlock = 64 * 1024; ///< from here on an allocation is worth a look at the clock

Budget& budgetOf(lua_State* L)
{
    void* budget = nullptr;
    lua_getallocf(L, &budget);
    return *static_cast<Budget*>(budget);
}

std::chrono::nanoseconds computedByThisThread()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

/// Null where the process may not have more: Lua's own way of being told so.
void* take(Budget& budget, std::size_t size)
{
    try {
        return budget.blocks.allocate(size);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

void* allocate(void* data, void* block, std::size_t old_size, std::size_t new_size)
{
    auto& budget = *static_cast<Budget*>(data);
    // For a new block Lua passes a type tag in place of the old size.
    const auto before = static_cast<std::int64_t>(block ? old_size : 0);
    const auto freeOld = [&] {
        if (block)
            budget.blocks.deallocate(block, old_size);
        budget.used -= before;
    };
    if (new_size == 0) {
        freeOld();
        return nullptr;
    }
    const std::int64_t grows = static_cast<std::int64_t>(new_size) - before;
    if (grows > 0) {
        // Copying long strings costs time in which no hook runs.
        if (new_size >= kBigBlock && budget.limits.late()) {
            budget.spent = Spent::time;
            return nullptr;
        }
        if (budget.used + grows > budget.limits.memory_bytes)
            return nullptr; // Lua collects its garbage and asks once more
    }
    void* moved = take(budget, new_size);
    if (!moved && grows > 0)
        return nullptr;
    if (!moved)
        std::abort(); // Lua counts on shrinking; the supervisor sees a worker that died
    if (block)
        std::memcpy(moved, block, std::min(old_size, new_size));
    freeOld();
    budget.used += static_cast<std::int64_t>(new_size);
    budget.peak = std::max(budget.peak, budget.used);
    return moved;
}

[[noreturn]] void stop(lua_State* L, Budget& budget, Spent why)
{
    if (budget.spent == Spent::nothing)
        budget.spent = why;
    lua_pushliteral(L, "stopped");
    lua_error(L);
    std::abort(); // lua_error does not return
}

void tick(lua_State* L, lua_Debug*)
{
    Budget& budget = budgetOf(L);
    budget.instructions += lua_gethookcount(L);
    Spent why = budget.spent;
    if (why == Spent::nothing && budget.instructions > budget.limits.instructions)
        why = Spent::instructions;
    if (why == Spent::nothing && budget.limits.late())
        why = Spent::time;
    if (why == Spent::nothing)
        return;
    lua_sethook(L, tick, LUA_MASKCOUNT, 1); // once spent, every instruction fails
    stop(L, budget, why);
}

} // namespace

void Limits::allow(std::chrono::milliseconds time)
{
    until_ = std::chrono::steady_clock::now() + time;
    computed_until_ = computedByThisThread() + time;
}

bool Limits::late() const
{
    // Nobody computes longer than the clock on the wall goes, which is cheaper to read.
    return std::chrono::steady_clock::now() >= until_ && computedByThisThread() >= computed_until_;
}

State::State(const Limits& limits)
{
    budget_.limits = limits;
    lua_ = lua_newstate(allocate, &budget_);
    if (lua_)
        lua_sethook(lua_, tick, LUA_MASKCOUNT, kTick);
}

Result<void> State::run(lua_CFunction body, void* argument)
{
    if (!lua_)
        return fail(ErrorCode::limit_exceeded, "no memory for a state", "memory");
    lua_settop(lua_, 0);
    lua_pushcfunction(lua_, body);
    lua_pushlightuserdata(lua_, argument);
    const int status = lua_pcall(lua_, 1, 0, 0);
    if (status == LUA_OK)
        return ok();
    std::string message = "error without text";
    if (lua_type(lua_, -1) == LUA_TSTRING) {
        std::size_t size = 0;
        const char* text = lua_tolstring(lua_, -1, &size);
        message.assign(text, std::min<std::size_t>(size, 500));
    }
    lua_settop(lua_, 0);
    switch (budget_.spent) {
    case Spent::time: return fail(ErrorCode::limit_exceeded, "time limit", "time");
    case Spent::instructions: return fail(ErrorCode::limit_exceeded, "instruction limit", "instructions");
    case Spent::memory: return fail(ErrorCode::limit_exceeded, "memory limit", "memory");
    case Spent::nothing: break;
    }
    if (status == LUA_ERRMEM) {
        budget_.spent = Spent::memory;
        return fail(ErrorCode::limit_exceeded, "memory limit", "memory");
    }
    return fail(ErrorCode::invalid_argument, message, "rule_error");
}

void charge(lua_State* L, std::int64_t steps)
{
    Budget& budget = budgetOf(L);
    budget.instructions += steps;
    if (budget.instructions > budget.limits.instructions)
        stop(L, budget, Spent::instructions);
    if (steps >= kTick && budget.limits.late())
        stop(L, budget, Spent::time);
}

void raise(lua_State* L, const std::string& message)
{
    luaL_where(L, 1);
    lua_pushlstring(L, message.data(), message.size());
    lua_concat(L, 2);
    lua_error(L);
    std::abort(); // lua_error does not return
}

} // namespace zikao::rules::sandbox
