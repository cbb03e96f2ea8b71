#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace zikao::log {

enum class Level { debug, info, warning, error };

using Field = std::pair<std::string_view, std::string>;

/// Writes one line `time=… level=… event=… key=value …` to standard error. Values are quoted where needed and
/// cut at 500 bytes. Never pass names, identity numbers, phones, photos or tokens: pass ids.
/// @threads any; a line is written whole
void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});

inline void info(std::string_view event, std::initializer_list<Field> fields = {})
{
    write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {})
{
    write(Level::warning, event, fields);
}
/// Someone must act.
inline void error(std::string_view event, std::initializer_list<Field> fields = {})
{
    write(Level::error, event, fields);
}

/// Lines below this level are dropped; `info` unless told.
void setLevel(Level level);

} // namespace zikao::log
