#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::support {

struct ArchiveEntry
{
    std::string name; ///< bytes as stored; providers write GBK without saying so
    std::string bytes;
};

/// Reads a ZIP from memory, counting while it unpacks (C43): at most 50 entries and `max_bytes` in total;
/// links, folders and encrypted entries are refused or skipped. @errors `invalid_argument`, `too_large`
Result<std::vector<ArchiveEntry>> unzip(std::string_view bytes, std::size_t max_bytes);

/// @errors `invalid_argument`: not gzip, or cut off; `too_large`
Result<std::string> gunzip(std::string_view bytes, std::size_t max_bytes);

/// A table with a header line. Columns are found by name, never by place.
class CsvTable
{
public:
    /// The first line with another number of cells than the header (the summary) ends the table. A byte order
    /// mark, a backtick before each value and blanks or tabs around it are dropped; lines that begin with `#`
    /// are skipped. Quotes are not special: none of the providers writes them.
    /// @errors `invalid_argument`: no header
    static Result<CsvTable> parse(std::string_view text);

    [[nodiscard]] std::size_t rows() const { return rows_.size(); }
    [[nodiscard]] bool has(std::string_view column) const { return columnOf(column) >= 0; }
    /// Empty when the column does not exist.
    [[nodiscard]] std::string_view at(std::size_t row, std::string_view column) const;

private:
    [[nodiscard]] int columnOf(std::string_view column) const;

    std::vector<std::string> header_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace zikao::support
