#include "plugins/support/files.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <archive.h>
#include <archive_entry.h>

namespace zikao::support {

namespace {

constexpr int kMostEntries = 50;

using Archive = std::unique_ptr<archive, decltype(&archive_read_free)>;

/// Appends the data of the current entry. @errors `invalid_argument`, `too_large`
Result<void> readData(archive* from, std::string& out, std::size_t budget)
{
    std::array<char, 16384> buffer;
    for (;;) {
        const auto count = archive_read_data(from, buffer.data(), buffer.size());
        if (count < 0)
            return fail(ErrorCode::invalid_argument, "the compressed file is damaged");
        if (count == 0)
            return ok();
        if (out.size() + static_cast<std::size_t>(count) > budget)
            return fail(ErrorCode::too_large, "the compressed file unpacks to more than is allowed");
        out.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

std::string_view trimmed(std::string_view cell)
{
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!cell.empty() && blank(cell.front()))
        cell.remove_prefix(1);
    if (cell.starts_with('`'))
        cell.remove_prefix(1);
    while (!cell.empty() && blank(cell.back()))
        cell.remove_suffix(1);
    return cell;
}

/// A comma may stand inside a value that follows a backtick (a product name): there only ",`" separates.
std::vector<std::string> cellsOf(std::string_view line)
{
    std::vector<std::string> cells;
    const std::string_view separator = line.starts_with('`') ? ",`" : ",";
    for (;;) {
        const std::size_t end = line.find(separator);
        cells.emplace_back(trimmed(line.substr(0, end)));
        if (end == std::string_view::npos)
            return cells;
        line.remove_prefix(end + 1);
    }
}

} // namespace

Result<std::vector<ArchiveEntry>> unzip(std::string_view bytes, std::size_t max_bytes)
{
    const Archive reader(archive_read_new(), &archive_read_free);
    archive_read_support_format_zip_seekable(reader.get());
    if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
        return fail(ErrorCode::invalid_argument, "not a ZIP file");
    std::vector<ArchiveEntry> entries;
    std::size_t left = max_bytes;
    archive_entry* entry = nullptr;
    for (;;) {
        const int status = archive_read_next_header(reader.get(), &entry);
        if (status == ARCHIVE_EOF)
            return entries;
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
            return fail(ErrorCode::invalid_argument, "the ZIP file is damaged");
        if (entries.size() == kMostEntries)
            return fail(ErrorCode::too_large, "the ZIP file holds too many entries");
        if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_is_encrypted(entry))
            continue;
        ArchiveEntry made;
        const char* name = archive_entry_pathname(entry);
        made.name = name ? name : "";
        if (auto read = readData(reader.get(), made.bytes, left); !read)
            return fail(read.error());
        left -= made.bytes.size();
        entries.push_back(std::move(made));
    }
}

Result<std::string> gunzip(std::string_view bytes, std::size_t max_bytes)
{
    const Archive reader(archive_read_new(), &archive_read_free);
    archive_read_support_filter_gzip(reader.get());
    archive_read_support_format_raw(reader.get());
    archive_entry* entry = nullptr;
    if (!bytes.starts_with("\x1f\x8b") ||
        archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK ||
        archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK)
        return fail(ErrorCode::invalid_argument, "not a gzip file");
    std::string out;
    if (auto read = readData(reader.get(), out, max_bytes); !read)
        return fail(read.error());
    return out;
}

Result<CsvTable> CsvTable::parse(std::string_view text)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    CsvTable table;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty() || line.starts_with('#'))
            continue;
        auto cells = cellsOf(line);
        if (table.header_.empty())
            table.header_ = std::move(cells);
        else if (cells.size() != table.header_.size())
            break;
        else
            table.rows_.push_back(std::move(cells));
    }
    if (table.header_.size() < 2)
        return fail(ErrorCode::invalid_argument, "the table has no header");
    return table;
}

std::string_view CsvTable::at(std::size_t row, std::string_view column) const
{
    const int place = columnOf(column);
    return place < 0 ? std::string_view{}
                     : std::string_view{rows_.at(row).at(static_cast<std::size_t>(place))};
}

int CsvTable::columnOf(std::string_view column) const
{
    const auto found = std::find(header_.begin(), header_.end(), column);
    return found == header_.end() ? -1 : static_cast<int>(found - header_.begin());
}

} // namespace zikao::support
