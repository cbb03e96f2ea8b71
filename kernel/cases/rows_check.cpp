#include "kernel/cases/rows_check.hpp"

#include <algorithm>
#include <set>

#include "kernel/base/encoding.hpp"

namespace zikao::cases {

namespace {

constexpr std::size_t kMostRows = 20;
constexpr std::size_t kMostColumns = 10;
constexpr std::size_t kLongestCell = 200; // characters

const std::set<std::string> kWidgets = {"text", "date", "choice"};

std::string cell(const Json& row, const std::string& column)
{
    const auto found = row.find(column);
    return found == row.end() ? std::string{} : found->get<std::string>();
}

/// Judges rows one after another.
class RowsChecker
{
public:
    RowsChecker(const Json& raw, const Json& rows, Date today) : raw_(raw), rows_(rows), today_(today) {}

    std::vector<std::pair<std::string, Json>> run()
    {
        const auto have = static_cast<std::int64_t>(rows_.size());
        const std::int64_t least = raw_.value("min_rows", std::int64_t{0});
        const std::int64_t most = raw_.value("max_rows", static_cast<std::int64_t>(kMostRows));
        if (have < least)
            add("rows_few", {{"min", least}, {"have", have}});
        if (have > most)
            add("rows_many", {{"max", most}, {"have", have}});
        for (std::size_t i = 0; i < rows_.size(); ++i)
            for (const Json& column : raw_["columns"])
                checkCell(i, column);
        if (faults_.empty() && raw_.contains("period"))
            checkPeriod();
        return std::move(faults_);
    }

private:
    void add(const std::string& code, Json args) { faults_.emplace_back(code, std::move(args)); }
    [[nodiscard]] bool mayBeEmpty(std::size_t row, const Json& column) const
    {
        const bool ends = raw_.contains("period") && raw_["period"]["to"] == column["id"];
        return !column.value("required", true) || (ends && row + 1 == rows_.size());
    }

    void checkCell(std::size_t row, const Json& column)
    {
        const std::string given = cell(rows_[row], column["id"].get<std::string>());
        const Json where{{"row", row + 1}, {"column", column["label"]}};
        if (given.find_first_not_of(" \t\n") == std::string::npos) {
            if (!mayBeEmpty(row, column))
                add("row_empty", where);
            return;
        }
        const std::string widget = column.value("widget", "text");
        const auto most = column.value("max", static_cast<std::int64_t>(kLongestCell));
        if (widget == "date" && !Date::parse(given))
            add("row_date", where);
        else if (widget == "choice" && std::ranges::none_of(column["options"], [&](const Json& option) {
                     return option["value"] == given;
                 }))
            add("row_choice", where);
        else if (widget == "text" && static_cast<std::int64_t>(utf8Length(given)) > most)
            add("row_long", {{"row", row + 1}, {"column", column["label"]}, {"max", most}});
    }

    void checkPeriod()
    {
        const std::string from = raw_["period"]["from"].get<std::string>(),
                          to = raw_["period"]["to"].get<std::string>();
        std::optional<Date> ended;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const Date begins = *Date::parse(cell(rows_[i], from));
            const std::string end = cell(rows_[i], to);
            const Date ends = end.empty() ? today_ : *Date::parse(end);
            if (begins > ends || ends > today_)
                add("row_order", {{"row", i + 1}, {"from", begins.text()}, {"to", ends.text()}});
            else if (ended && begins < *ended)
                add("row_overlap", {{"row", i + 1}, {"from", begins.text()}, {"before", ended->text()}});
            else if (ended && begins > ended->plusDays(1))
                add("row_gap", {{"row", i + 1}, {"from", begins.text()}, {"before", ended->text()}});
            ended = ends;
        }
        if (ended && *ended < today_)
            add("row_not_up_to_now", {{"to", ended->text()}, {"today", today_.text()}});
    }

    const Json& raw_;
    const Json& rows_;
    const Date today_;
    std::vector<std::pair<std::string, Json>> faults_;
};

void readColumn(const Node& column, std::set<std::string>& ids, std::set<std::string>& dates)
{
    column.allow({"id", "label", "widget", "options", "max", "required", "hint"});
    const std::string id = column.text("id"), widget = column.textOr("widget", "text");
    static_cast<void>(column.text("label"));
    static_cast<void>(column.textOr("hint", ""));
    static_cast<void>(column.number("max", 1, 1, kLongestCell));
    static_cast<void>(column.flag("required", true));
    if (!ids.insert(id).second)
        column.fault("id", "a second column " + id);
    if (!kWidgets.contains(widget))
        column.fault("widget", "a column is a text, a date or a choice");
    if (widget == "date")
        dates.insert(id);
    const auto options = column.list("options");
    if ((widget == "choice") == options.empty())
        column.fault("options", widget == "choice" ? "is empty" : "only a choice has options");
    for (const Node& option : options) {
        option.allow({"value", "label"});
        static_cast<void>(option.text("value"));
        static_cast<void>(option.text("label"));
    }
}

} // namespace

void readRows(const Node& node)
{
    std::set<std::string> ids, dates;
    const auto columns = node.list("columns");
    if (columns.empty() || columns.size() > kMostColumns)
        node.fault("columns", "there are 1 to " + std::to_string(kMostColumns));
    for (const Node& column : columns)
        readColumn(column, ids, dates);
    const auto least = node.number("min_rows", 0, 0, kMostRows),
               most = node.number("max_rows", kMostRows, 1, kMostRows);
    if (least > most)
        node.fault("min_rows", "is above max_rows");
    if (!node.has("period"))
        return;
    const Node period = node.table("period");
    period.allow({"from", "to"});
    for (const char* key : {"from", "to"})
        if (const std::string id = period.text(key); !id.empty() && !dates.contains(id))
            period.fault(key, "there is no date column " + id);
}

bool isRows(const Json& value)
{
    return value.is_array() && value.size() <= kMostRows && std::ranges::all_of(value, [](const Json& row) {
               return row.is_object() && row.size() <= kMostColumns &&
                      std::ranges::all_of(row, [](const Json& one) {
                          return one.is_string() && isUtf8(one.get_ref<const std::string&>()) &&
                                 utf8Length(one.get_ref<const std::string&>()) <= kLongestCell;
                      });
           });
}

std::vector<std::pair<std::string, Json>> rowFaults(const Json& raw, const Json& value, Date today)
{
    return RowsChecker(raw, value, today).run();
}

} // namespace zikao::cases
