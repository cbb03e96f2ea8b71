#pragma once

#include <lua.hpp>

namespace zikao::rules::sandbox {

/// The host API version this kernel speaks; a package names the range it was written for.
inline constexpr int kHostApi = 1;

/// Pushes the sealed environment of a chunk: base words (type, tostring, pairs …), `text`, `list`, `date`,
/// `money`, `math`, and the words of a decision (allow, refuse, refuse_all). Reading an unknown name and
/// writing any name raise an error. `use` loads a module; null where data is evaluated.
/// Everything in it is written here: bounded by its arguments, ordered, without clock, chance or addresses.
void pushEnvironment(lua_State* L, lua_CFunction use);

// One file each.
void addBase(lua_State* L);      ///< into the table on top
void addDecisions(lua_State* L); ///< into the table on top
void pushText(lua_State* L);
void pushList(lua_State* L);
void pushDate(lua_State* L);
void pushMoney(lua_State* L);
void pushMath(lua_State* L);

/// Wraps the table on top: readable, never written.
void seal(lua_State* L);

/// Collects the keys of the table at `index` in order (numbers, then text, then booleans) into a list that is
/// pushed.
void pushSortedKeys(lua_State* L, int index);

} // namespace zikao::rules::sandbox
