#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/api/result.hpp"

namespace zikao::catalog {

/// One record and the line it begins on (quoted fields may hold line breaks).
struct CsvRow
{
    int line = 0;
    std::vector<std::string> fields;
};

/// RFC 4180 in UTF-8 with or without a byte order mark, lines ending in CRLF or LF; the header is the first
/// row. Every row has as many fields as the header; empty lines are skipped. At most 8 MiB.
/// @errors `invalid_argument` with reason `csv_not_utf8`, `csv_no_header`, `csv_quote` or `csv_field_count`,
///         naming the line; `too_large` with `csv_size`
Result<std::vector<CsvRow>> parseCsvRows(std::string_view text);

/// A CSV text read by column names: what is there, what is missing, and faults collected with line and
/// column, so that whoever prepared the file can mend all of them at once.
class CsvTable
{
public:
    /// @param needed   columns that must be there
    /// @param allowed  columns that may be there; any other is a fault
    /// @errors as `parseCsvRows`; `invalid_argument` with `csv_column` (missing, unknown or repeated)
    static Result<CsvTable> read(std::string_view text, const std::vector<std::string>& needed,
                                 const std::vector<std::string>& allowed);

    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    [[nodiscard]] int line(std::size_t row) const { return rows_[row].line; }
    /// The field, without surrounding blanks; "" where the column is absent.
    [[nodiscard]] std::string text(std::size_t row, const std::string& column) const;
    /// A field that must not be empty; a fault is noted and "" returned.
    std::string need(std::size_t row, const std::string& column);
    /// A whole number within bounds; empty gives `otherwise`.
    int number(std::size_t row, const std::string& column, int least, int most, int otherwise = 0);
    /// 1, 0, Y or N; empty gives `otherwise`.
    bool flag(std::size_t row, const std::string& column, bool otherwise);

    void fault(std::size_t row, const std::string& column, const std::string& what);
    /// @errors `invalid_argument` with reason `csv_content` and the first ten faults as text
    [[nodiscard]] Result<void> verdict() const;

private:
    std::vector<std::string> header_;
    std::vector<CsvRow> rows_;
    std::vector<std::string> faults_;
};

} // namespace zikao::catalog
