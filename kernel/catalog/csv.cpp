#include "kernel/catalog/csv.hpp"

#include <algorithm>
#include <charconv>

#include "kernel/base/encoding.hpp"
#include "kernel/catalog/catalog.hpp"

namespace zikao::catalog {

namespace {

constexpr std::size_t kMaxBytes = 8u * 1024 * 1024;
constexpr std::size_t kMaxFaults = 10;

std::string trimmed(const std::string& text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Cuts the text into records; fields may be quoted, a doubled quote inside quotes is one quote.
class Cutter
{
public:
    explicit Cutter(std::string_view text) : text_(text) {}

    Result<std::vector<CsvRow>> run()
    {
        std::vector<CsvRow> rows;
        while (at_ < text_.size()) {
            if (skipLineEnd())
                continue;
            CsvRow row{line_, {}};
            for (;;) {
                auto field = text_[at_] == '"' ? quoted() : plain();
                if (!field)
                    return fail(field.error());
                row.fields.push_back(std::move(*field));
                if (at_ >= text_.size() || skipLineEnd())
                    break;
                ++at_; // the comma
                if (at_ >= text_.size()) {
                    row.fields.emplace_back();
                    break;
                }
            }
            rows.push_back(std::move(row));
        }
        return rows;
    }

private:
    bool skipLineEnd()
    {
        if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n')
            at_ += 2;
        else if (text_[at_] == '\n')
            at_ += 1;
        else
            return false;
        ++line_;
        return true;
    }
    Result<std::string> plain()
    {
        const std::size_t from = at_;
        while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '"')
            ++at_;
        if (at_ < text_.size() && text_[at_] == '"')
            return fault("a quote within an unquoted field");
        std::size_t to = at_;
        if (at_ < text_.size() && text_[at_] == '\n' && to > from && text_[to - 1] == '\r') {
            --to;
            --at_;
        }
        return std::string(text_.substr(from, to - from));
    }
    Result<std::string> quoted()
    {
        std::string field;
        ++at_;
        for (;;) {
            if (at_ >= text_.size())
                return fault("a quoted field without an end");
            const char c = text_[at_++];
            if (c != '"') {
                line_ += c == '\n';
                field += c;
            } else if (at_ < text_.size() && text_[at_] == '"') {
                field += '"';
                ++at_;
            } else {
                break;
            }
        }
        const bool ended =
            at_ >= text_.size() || text_[at_] == ',' || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n";
        if (!ended)
            return fault("text after a closing quote");
        return field;
    }
    Failure fault(const std::string& what) const
    {
        return fail(ErrorCode::invalid_argument, "line " + std::to_string(line_) + ": " + what, "csv_quote");
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
};

} // namespace

Result<std::vector<CsvRow>> parseCsvRows(std::string_view text)
{
    if (text.size() > kMaxBytes)
        return fail(ErrorCode::too_large, "CSV text over 8 MiB", "csv_size");
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    if (!isUtf8(text))
        return fail(ErrorCode::invalid_argument, "the file is not UTF-8", "csv_not_utf8");
    auto rows = Cutter(text).run();
    if (!rows)
        return rows;
    if (rows->empty())
        return fail(ErrorCode::invalid_argument, "the file has no header row", "csv_no_header");
    const std::size_t width = rows->front().fields.size();
    for (const CsvRow& row : *rows)
        if (row.fields.size() != width)
            return fail(ErrorCode::invalid_argument,
                        "line " + std::to_string(row.line) + ": " + std::to_string(row.fields.size()) +
                            " fields where the header has " + std::to_string(width),
                        "csv_field_count");
    return rows;
}

Result<std::vector<std::vector<std::string>>> parseCsv(std::string_view text)
{
    return parseCsvRows(text).transform([](const std::vector<CsvRow>& rows) {
        std::vector<std::vector<std::string>> plain;
        plain.reserve(rows.size());
        for (const CsvRow& row : rows)
            plain.push_back(row.fields);
        return plain;
    });
}

Result<CsvTable> CsvTable::read(std::string_view text, const std::vector<std::string>& needed,
                                const std::vector<std::string>& allowed)
{
    auto rows = parseCsvRows(text);
    if (!rows)
        return fail(rows.error());
    CsvTable table;
    for (const std::string& name : rows->front().fields)
        table.header_.push_back(trimmed(name));
    auto columnFault = [](const std::string& what) {
        return fail(ErrorCode::invalid_argument, "line 1: " + what, "csv_column");
    };
    for (const std::string& name : needed)
        if (std::ranges::count(table.header_, name) == 0)
            return columnFault("column " + name + " is missing");
    for (const std::string& name : table.header_) {
        if (std::ranges::count(needed, name) == 0 && std::ranges::count(allowed, name) == 0)
            return columnFault("column " + name + " is unknown");
        if (std::ranges::count(table.header_, name) > 1)
            return columnFault("column " + name + " stands there twice");
    }
    table.rows_.assign(std::make_move_iterator(rows->begin() + 1), std::make_move_iterator(rows->end()));
    return table;
}

std::string CsvTable::text(std::size_t row, const std::string& column) const
{
    const auto found = std::ranges::find(header_, column);
    if (found == header_.end())
        return {};
    return trimmed(rows_[row].fields[static_cast<std::size_t>(found - header_.begin())]);
}

std::string CsvTable::need(std::size_t row, const std::string& column)
{
    std::string value = text(row, column);
    if (value.empty())
        fault(row, column, "is empty");
    return value;
}

int CsvTable::number(std::size_t row, const std::string& column, int least, int most, int otherwise)
{
    const std::string value = text(row, column);
    if (value.empty())
        return otherwise;
    int result = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (error != std::errc{} || end != value.data() + value.size() || result < least || result > most) {
        fault(row, column,
              "\"" + value + "\" is not a whole number from " + std::to_string(least) + " to " +
                  std::to_string(most));
        return otherwise;
    }
    return result;
}

bool CsvTable::flag(std::size_t row, const std::string& column, bool otherwise)
{
    const std::string value = text(row, column);
    if (value.empty())
        return otherwise;
    if (value == "1" || value == "Y")
        return true;
    if (value != "0" && value != "N")
        fault(row, column, "\"" + value + "\" is neither 1 nor 0");
    return false;
}

void CsvTable::fault(std::size_t row, const std::string& column, const std::string& what)
{
    faults_.push_back("line " + std::to_string(line(row)) + ", column " + column + ": " + what);
}

Result<void> CsvTable::verdict() const
{
    if (faults_.empty())
        return ok();
    std::string message;
    for (std::size_t i = 0; i < std::min(faults_.size(), kMaxFaults); ++i)
        message += (i ? "; " : "") + faults_[i];
    if (faults_.size() > kMaxFaults)
        message += "; and " + std::to_string(faults_.size() - kMaxFaults) + " more";
    return fail(ErrorCode::invalid_argument, message, "csv_content");
}

} // namespace zikao::catalog
