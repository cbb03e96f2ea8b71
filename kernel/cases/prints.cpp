#include "kernel/cases/prints.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "kernel/cases/definition.hpp"
#include "kernel/cases/definition_reader.hpp"
#include "kernel/cases/field_checks.hpp"
#include "kernel/cases/sources.hpp"
#include "kernel/cases/vocabulary.hpp"

namespace zikao::cases {

namespace {

/// What each kind of block may hold beside `block` and `title`, and what it must.
struct BlockWord
{
    std::vector<std::string_view> keys, required;
};

const std::map<std::string, BlockWord, std::less<>> kBlocks = {
    {"cells", {{"cells", "per_row", "picture"}, {"cells"}}},
    {"rows", {{"field", "least_rows", "period"}, {"field"}}},
    {"courses", {{}, {}}},
    {"text", {{"field", "signed_by", "seal", "dated", "least_height"}, {"field"}}},
    {"opinion", {{"signed_by", "seal", "dated", "least_height", "recorded"}, {}}},
};

PrintBlock readBlock(const Node& node)
{
    PrintBlock block;
    block.block = node.text("block");
    const auto word = kBlocks.find(block.block);
    if (word == kBlocks.end()) {
        if (!block.block.empty())
            node.fault("block", "unknown block " + block.block);
        return block;
    }
    std::vector<std::string_view> keys = {"block"};
    if (block.block != "cells") {
        keys.emplace_back("title");
        block.title = node.text("title");
    }
    keys.insert(keys.end(), word->second.keys.begin(), word->second.keys.end());
    node.allow(keys);
    for (const std::string_view key : word->second.required)
        if (!node.has(key))
            node.fault(key, "is missing");
    block.field = node.textOr("field", "");
    block.picture = node.textOr("picture", "");
    block.period = node.textOr("period", "");
    block.signed_by = node.textOr("signed_by", "");
    block.seal = node.textOr("seal", "");
    block.dated = node.flag("dated", false);
    block.per_row = static_cast<int>(node.number("per_row", 2, 1, 4));
    block.least_rows = static_cast<int>(node.number("least_rows", 0, 1, 40));
    block.least_height = static_cast<int>(node.number("least_height", 60, 30, 700));
    for (const Node& cell : node.list("cells")) {
        cell.allow({"label", "from", "list", "whole_row"});
        block.cells.push_back(
            {cell.text("label"), cell.text("from"), cell.textOr("list", ""), cell.flag("whole_row", false)});
    }
    if (node.has("recorded")) {
        const Node table = node.table("recorded");
        table.allow({"action", "undone_by", "says"});
        block.recorded = table.text("action");
        block.undone_by = table.textOr("undone_by", "");
        block.says = table.text("says");
    }
    return block;
}

Print readPrint(const Node& node)
{
    node.allow({"id", "title", "heading", "paper", "blocks", "left", "right", "draft"});
    Print print;
    print.id = node.text("id");
    print.title = node.text("title");
    print.heading = node.textOr("heading", print.title);
    const std::string paper = node.textOr("paper", "A4");
    print.a3 = paper == "A3";
    if (!print.a3 && paper != "A4")
        node.fault("paper", "must be \"A4\" or \"A3\"");
    const std::vector<const char*> wanted =
        print.a3 ? std::vector<const char*>{"left", "right"} : std::vector<const char*>{"blocks"};
    for (const char* key : {"blocks", "left", "right"})
        if (node.has(key) && std::ranges::count(wanted, std::string_view(key)) == 0)
            node.fault(key, print.a3 ? "A3 has left and right" : "A4 has blocks");
    for (const char* key : wanted) {
        print.columns.emplace_back();
        for (const Node& block : node.list(key))
            print.columns.back().push_back(readBlock(block));
        if (print.columns.back().empty())
            node.fault(key, "is empty");
    }
    if (node.has("draft")) {
        const Node table = node.table("draft");
        table.allow({"states", "mark"});
        print.draft_in = table.texts("states");
        print.draft_mark = table.text("mark");
    }
    return print;
}

class PrintChecker
{
public:
    PrintChecker(const Definition& definition, const rules::Package& package, Faults& faults)
        : def_(definition),
          package_(package),
          faults_(faults)
    {}

    void run()
    {
        std::set<std::string> ids;
        for (std::size_t i = 0; i < def_.prints.size(); ++i) {
            const Print& print = def_.prints[i];
            const std::string path = "prints[" + std::to_string(i + 1) + "]";
            if (!ids.insert(print.id).second)
                faults_.add(path + ".id", "a second form " + print.id);
            for (const std::string& state : print.draft_in)
                if (!def_.states.contains(state))
                    faults_.add(path + ".draft.states", "there is no state " + state);
            for (std::size_t c = 0; c < print.columns.size(); ++c)
                for (std::size_t b = 0; b < print.columns[c].size(); ++b)
                    checkBlock(print.columns[c][b], path + "." +
                                                        (!print.a3 ? "blocks"
                                                         : c == 0  ? "left"
                                                                   : "right") +
                                                        "[" + std::to_string(b + 1) + "]");
        }
    }

private:
    void needWidget(const std::string& path, const std::string& id, ValueKind kind, const char* what)
    {
        const Field* field = def_.field(id);
        const Widget* widget = field ? widgetNamed(field->widget) : nullptr;
        if (!field)
            faults_.add(path, "there is no field " + id);
        else if (widget && widget->kind != kind)
            faults_.add(path, id + " is no field for " + what);
    }

    void checkBlock(const PrintBlock& block, const std::string& path)
    {
        for (std::size_t i = 0; i < block.cells.size(); ++i)
            if (const auto fault = sourceFault(block.cells[i].from, def_, package_); !fault.empty())
                faults_.add(path + ".cells[" + std::to_string(i + 1) + "].from", fault);
        if (!block.picture.empty())
            if (const auto fault = pictureFault(block.picture, def_, package_); !fault.empty())
                faults_.add(path + ".picture", fault);
        if (block.block == "rows" && !block.field.empty())
            needWidget(path + ".field", block.field, ValueKind::rows, "rows");
        if (block.block == "text" && !block.field.empty())
            needWidget(path + ".field", block.field, ValueKind::text, "text");
        if (block.block == "courses" && !def_.fieldOf("course_plan"))
            faults_.add(path + ".block", "needs a field with the widget course_plan");
        for (const std::string& action : {block.recorded, block.undone_by})
            if (!action.empty() && !def_.action(action))
                faults_.add(path + ".recorded", "there is no action " + action);
        if (!block.says.empty() && !package_.texts.contains(block.says))
            faults_.add(path + ".recorded.says", "there is no text " + block.says + " in texts/zh-CN.json");
    }

    const Definition& def_;
    const rules::Package& package_;
    Faults& faults_;
};

} // namespace

bool isShown(const Print& print, const Definition& definition, const std::string& state)
{
    std::set<std::string> printed;
    for (const auto& column : print.columns)
        for (const PrintBlock& block : column)
            printed.insert(block.field);
    return std::ranges::all_of(definition.pages, [&](const Page& page) {
        return isShown(page, state) ||
               std::ranges::none_of(page.fields, [&](const Field& one) { return printed.contains(one.id); });
    });
}

std::vector<Print> readPrints(const Node& definition)
{
    std::vector<Print> prints;
    for (const Node& print : definition.list("prints"))
        prints.push_back(readPrint(print));
    return prints;
}

void checkPrints(const Definition& definition, const rules::Package& package, Faults& faults)
{
    PrintChecker(definition, package, faults).run();
}

} // namespace zikao::cases
