#pragma once

#include <optional>
#include <string>
#include <vector>

namespace zikao::anhui {

/// One record of a CSV file (RFC 4180) and the line it begins in, from 1.
struct CsvRecord
{
    int line = 0;
    std::vector<std::string> fields;
};

/// Every record but empty lines. @return nothing: a quote is not closed or stands inside a field; `line` then says where
std::optional<std::vector<CsvRecord>> readCsv(const std::string& text, int& line);

/// Whether the bytes are UTF-8 without overlong forms and surrogates.
bool isUtf8(const std::string& bytes);

/// One record with its line end (CRLF); quoted where it must be.
std::string csvLine(const std::vector<std::string>& fields);

} // namespace zikao::anhui
