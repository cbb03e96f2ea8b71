#include "kernel/catalog/csv.hpp"
#include "kernel/base/encoding.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

std::string quoted(const std::string& field)
{
    std::string text = "\"";
    for (const char c : field)
        text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + '"';
}

FUZZ_TARGET(csv)
{
    const auto rows = catalog::parseCsvRows(input);
    if (!rows) {
        demand(rows.error().reason.starts_with("csv_"), "refused without a reason");
        return;
    }
    std::string text;
    int line = 0;
    for (const catalog::CsvRow& row : *rows) {
        demand(row.fields.size() == rows->front().fields.size(), "a row of another width");
        demand(row.line > line, "lines that go back");
        line = row.line;
        for (std::size_t i = 0; i < row.fields.size(); ++i) {
            demand(isUtf8(row.fields[i]), "a field that is not UTF-8");
            text += (i == 0 ? "" : ",") + quoted(row.fields[i]);
        }
        text += "\r\n";
    }
    const auto again = catalog::parseCsvRows(text);
    demand(again && again->size() == rows->size(), "written again it has other rows");
    for (std::size_t i = 0; i < rows->size(); ++i)
        demand((*again)[i].fields == (*rows)[i].fields, "written again it has other fields");
}

} // namespace
