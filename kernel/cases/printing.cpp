// Forms of a case on paper: `prints` of its definition filled with what is known of it.
#include <algorithm>

#include "kernel/base/encoding.hpp"
#include "kernel/cases/engine_impl.hpp"
#include "kernel/cases/sources.hpp"
#include "kernel/documents/documents.hpp"

namespace zikao::cases {

namespace {

using documents::Form;

/// The cells of one row of a rows field as shown; codes by their labels.
std::string shownCell(const Json& column, const std::string& value)
{
    const auto options = column.find("options");
    if (options != column.end() && options->is_array())
        for (const Json& option : *options)
            if (option.value("value", std::string()) == value)
                return option.value("label", value);
    return value;
}

/// How wide a column is beside the others: by what may stand in it.
double shareOf(const Json& column)
{
    constexpr double kLeast = 2, kMost = 6, kCharactersAShare = 8;
    const std::string widget = column.value("widget", std::string("text"));
    if (widget != "text")
        return kLeast;
    return std::clamp(static_cast<double>(column.value("max", 30)) / kCharactersAShare, kLeast, kMost);
}

void fillRows(Form::Block& block, const PrintBlock& asked, const Field& field, const Json& value)
{
    const Json period = field.raw.value("period", Json::object());
    const bool joined = !asked.period.empty() && period.contains("from") && period.contains("to");
    const std::string from = period.value("from", ""), to = period.value("to", "");
    constexpr double kPeriodShare = 3.6;
    for (const Json& column : field.raw["columns"]) {
        const std::string id = column["id"].get<std::string>();
        if (joined && id == to)
            continue;
        block.head.push_back(joined && id == from ? asked.period : column["label"].get<std::string>());
        block.shares.push_back(joined && id == from ? kPeriodShare : shareOf(column));
    }
    block.least_rows = asked.least_rows;
    for (const Json& row : value.is_array() ? value : Json::array()) {
        std::vector<std::string> cells;
        for (const Json& column : field.raw["columns"]) {
            const std::string id = column["id"].get<std::string>();
            if (joined && id == to)
                continue;
            if (!joined || id != from) {
                cells.push_back(shownCell(column, textAt(row, id)));
                continue;
            }
            const std::string end = textAt(row, to);
            cells.push_back(textAt(row, from) + (end.empty() ? " 至今" : " 至 " + end));
        }
        block.rows.push_back(std::move(cells));
    }
}

std::string standingOf(const exams::Line& line)
{
    using exams::Standing;
    switch (line.standing) {
    case Standing::passed:
        return line.record && line.record->score ? std::to_string(*line.record->score) : "合格";
    case Standing::waived: return "免考";
    case Standing::substituted: return "替代";
    case Standing::missing: break;
    }
    return "未通过";
}

/// Two courses side by side; those of a group that is fulfilled without them are left out.
void fillCourses(Form::Block& block, const std::optional<exams::Ledger>& ledger)
{
    block.head = {"课程", "学分", "成绩", "课程", "学分", "成绩"};
    block.shares = {5, 1, 1.2, 5, 1, 1.2};
    std::vector<std::vector<std::string>> lines;
    if (ledger)
        for (const exams::Line& line : ledger->lines)
            if (line.needed || line.standing != exams::Standing::missing)
                lines.push_back({line.course.code + " " + line.course.name,
                                 line.course.credits ? std::to_string(*line.course.credits) : "",
                                 standingOf(line)});
    for (std::size_t i = 0; i < lines.size(); i += 2) {
        block.rows.push_back(lines[i]);
        if (i + 1 < lines.size())
            block.rows.back().insert(block.rows.back().end(), lines[i + 1].begin(), lines[i + 1].end());
    }
}

/// What an officer recorded, if nobody took it back since; empty: nothing.
std::string recordedWords(const PrintBlock& asked, const Json& taken, const Json& texts)
{
    if (asked.recorded.empty() || !taken.contains(asked.recorded))
        return {};
    const Json& done = taken[asked.recorded];
    if (taken.contains(asked.undone_by) && taken[asked.undone_by]["seq"] > done["seq"])
        return {};
    std::string words = texts.value(asked.says, std::string());
    const std::string place = "{day}", day = done["at"].get<std::string>().substr(0, 10);
    if (const auto at = words.find(place); at != std::string::npos)
        words.replace(at, place.size(), day);
    return words;
}

Form::Kind kindOf(const std::string& block)
{
    return block == "cells"                        ? Form::Kind::cells
           : block == "rows" || block == "courses" ? Form::Kind::table
           : block == "text"                       ? Form::Kind::text
                                                   : Form::Kind::opinion;
}

Result<Form::Block> fill(const PrintBlock& asked, const Ground& g, Sources& sources)
{
    const Record& record = g.stored.record;
    Form::Block block;
    block.kind = kindOf(asked.block);
    block.title = asked.title;
    block.per_row = asked.per_row;
    block.signed_by = asked.signed_by;
    block.seal = asked.seal;
    block.dated = asked.dated;
    block.least_height = asked.least_height;
    for (const PrintCell& cell : asked.cells) {
        auto value = sources.text(cell.from, cell.list);
        if (!value)
            return fail(value.error());
        block.cells.push_back({cell.label, *value, cell.whole_row});
    }
    if (!asked.picture.empty()) {
        auto picture = sources.picture(asked.picture);
        if (!picture)
            return fail(picture.error());
        block.picture = Form::Picture{};
        if (*picture)
            block.picture = Form::Picture{(*picture)->jpeg, (*picture)->width, (*picture)->height};
    }
    if (asked.block == "rows")
        fillRows(block, asked, *g.definition->field(asked.field), record.fields.value(asked.field, Json()));
    if (asked.block == "courses") {
        auto ledger = sources.facts().ledger();
        if (!ledger)
            return fail(ledger.error());
        fillCourses(block, *ledger);
    }
    if (asked.block == "text") {
        auto words = sources.text("fields." + asked.field, "");
        if (!words)
            return fail(words.error());
        block.words = std::move(*words);
    }
    if (!asked.recorded.empty()) {
        auto taken = sources.facts().fact("actions_taken");
        if (!taken)
            return fail(taken.error());
        block.words = recordedWords(asked, *taken, g.package->texts);
    }
    return block;
}

} // namespace

Result<Printed> Engine::print(const identity::Actor& actor, const std::string& case_id, const std::string& id)
{
    auto g = impl_->seen(actor, case_id);
    if (!g)
        return fail(g.error());
    const auto print = std::ranges::find(g->definition->prints, id, &Print::id);
    const Record& record = g->stored.record;
    if (print == g->definition->prints.end() || !isShown(*print, *g->definition, record.state))
        return fail(ErrorCode::not_found, "the case has no such form, or not yet");
    Sources sources(impl_->s, impl_->store, *g->definition, record, Impl::isSubject(actor, record));
    Form form;
    form.title = print->heading;
    form.paper = print->a3 ? Form::Paper::a3 : Form::Paper::a4;
    form.made_at = impl_->now();
    form.footer = impl_->s.tenant.profile.raw.value("platform_name", std::string()) + "　业务编号 " +
                  record.id + "　打印时间 " + beijingText(form.made_at);
    if (std::ranges::count(print->draft_in, record.state) > 0)
        form.mark = print->draft_mark;
    for (const auto& column : print->columns) {
        form.columns.emplace_back();
        for (const PrintBlock& asked : column) {
            auto block = fill(asked, *g, sources);
            if (!block)
                return fail(block.error());
            form.columns.back().push_back(std::move(*block));
        }
    }
    auto pdf = documents::renderPdf(form);
    if (!pdf)
        return fail(pdf.error());
    return Printed{print->title, std::move(*pdf)};
}

} // namespace zikao::cases
