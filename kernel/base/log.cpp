#include "kernel/base/log.hpp"

#include <atomic>
#include <ctime>
#include <unistd.h>

#include "kernel/base/clock.hpp"

namespace zikao::log {

namespace {

std::atomic<Level> least{Level::info};

void append(std::string& line, std::string_view value)
{
    static constexpr std::size_t kMaxValueBytes = 500;
    value = value.substr(0, kMaxValueBytes);
    if (!value.empty() && value.find_first_of(" \"=\\\n\r\t") == std::string_view::npos) {
        line += value;
        return;
    }
    line += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\')
            line += '\\';
        line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    line += '"';
}

} // namespace

void setLevel(Level level)
{
    least = level;
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields)
{
    if (level < least.load())
        return;
    static constexpr std::string_view kLevels[] = {"debug", "info", "warning", "error"};
    std::string line = "time=";
    append(line, beijingText(SystemClock{}.now()));
    line += " level=";
    line += kLevels[static_cast<int>(level)];
    line += " event=";
    append(line, event);
    for (const Field& field : fields) {
        line += ' ';
        line += field.first;
        line += '=';
        append(line, field.second);
    }
    line += '\n';
    // One write call per line keeps lines of several threads and processes whole.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

} // namespace zikao::log
