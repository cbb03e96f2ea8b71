#include "kernel/exams/windows.hpp"

#include <algorithm>

#include "kernel/storage/database.hpp"

namespace zikao::exams {

namespace {

constexpr std::size_t kLongestName = 40;

Failure wrong(const std::string& reason, const std::string& message)
{
    return fail(ErrorCode::invalid_argument, message, reason);
}

Result<std::vector<Window>> read(storage::Executor& db)
{
    auto rows = db.query("SELECT name, title, opens, closes, within FROM time_window ORDER BY opens, name");
    if (!rows)
        return fail(rows.error());
    std::vector<Window> all;
    for (const auto& row : *rows)
        all.push_back({row.text(0), row.text(1), {row.integer(2)}, {row.integer(3)}, row.text(4)});
    return all;
}

bool isName(const std::string& name)
{
    return !name.empty() && name.size() <= kLongestName &&
           std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

} // namespace

Result<std::vector<Window>> Windows::all()
{
    return read(*tenant_.database);
}

Result<std::optional<Window>> Windows::find(const std::string& name)
{
    auto windows = all();
    if (!windows)
        return fail(windows.error());
    const auto found = std::ranges::find(*windows, name, &Window::name);
    return found == windows->end() ? std::optional<Window>{} : std::optional(*found);
}

Result<void> Windows::save(storage::Transaction& tx, const Window& window)
{
    if (!isName(window.name) || window.title.empty())
        return wrong("window_name", "a window has a name of small letters and a title");
    if (window.opens >= window.closes)
        return wrong("window_order", "a window opens before it closes");
    // First the write: of two that save at once the second then reads what the first left.
    auto changed =
        tx.execute("UPDATE time_window SET title = ?, opens = ?, closes = ?, within = ? WHERE name = ?",
                   {window.title, window.opens.ms, window.closes.ms, window.within, window.name});
    if (!changed)
        return fail(changed.error());
    auto windows = read(tx);
    if (!windows)
        return fail(windows.error());
    if (std::ranges::count(*windows, window.name, &Window::name) == 0) {
        auto made =
            tx.execute("INSERT INTO time_window (name, title, opens, closes, within) VALUES (?, ?, ?, ?, ?)",
                       {window.name, window.title, window.opens.ms, window.closes.ms, window.within});
        if (!made)
            return fail(made.error());
    }
    if (!window.within.empty()) {
        const auto around = std::ranges::find(*windows, window.within, &Window::name);
        if (around == windows->end() || window.within == window.name)
            return wrong("window_unknown", "there is no other window " + window.within);
        if (window.closes > around->closes)
            return wrong("window_outlasts", "it would close after " + around->name);
    }
    for (const Window& other : *windows)
        if (other.within == window.name && other.closes > window.closes)
            return wrong("window_outlasts", other.name + " would close after it");
    return ok();
}

} // namespace zikao::exams
