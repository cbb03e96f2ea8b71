#include "kernel/cases/exchanges.hpp"

#include <algorithm>
#include <set>

#include "kernel/cases/definition.hpp"
#include "kernel/cases/definition_reader.hpp"
#include "kernel/cases/sources.hpp"

namespace zikao::cases {

std::vector<Exchange> readExchanges(const Node& definition)
{
    std::vector<Exchange> all;
    for (const auto& [id, node] : definition.tables("exchanges")) {
        node.allow({"title", "from", "number", "picture", "columns", "answers"});
        Exchange one;
        one.id = id;
        one.title = node.text("title");
        one.from = node.text("from");
        one.number = node.text("number");
        one.picture = node.textOr("picture", "");
        for (const Node& column : node.list("columns")) {
            column.allow({"id", "from", "list"});
            one.columns.push_back({column.text("id"), column.text("from"), column.textOr("list", "")});
        }
        if (one.columns.empty())
            node.fault("columns", "is empty");
        const Node answers = node.table("answers");
        answers.allow({"pass", "fail"});
        one.pass = answers.text("pass");
        one.fail = answers.text("fail");
        all.push_back(std::move(one));
    }
    return all;
}

void checkExchanges(const Definition& definition, const rules::Package& package, Faults& faults)
{
    for (const Exchange& one : definition.exchanges) {
        const std::string path = "exchanges." + one.id;
        const auto state = definition.states.find(one.from);
        if (state == definition.states.end())
            faults.add(path + ".from", "there is no state " + one.from);
        else if (state->second.reviewers.empty())
            faults.add(path + ".from", "state " + one.from + " has no reviewers");
        for (const auto& [key, id] : {std::pair{"pass", one.pass}, std::pair{"fail", one.fail}}) {
            const Action* action = definition.action(id);
            if (!action)
                faults.add(path + ".answers." + key, "there is no action " + id);
            else if (action->by != "reviewer" || std::ranges::count(action->from, one.from) == 0 ||
                     action->to == one.from)
                faults.add(path + ".answers." + key,
                           id + " is no reviewer's action out of state " + one.from);
        }
        if (const auto fault = sourceFault(one.number, definition, package); !fault.empty())
            faults.add(path + ".number", fault);
        if (!one.picture.empty())
            if (const auto fault = pictureFault(one.picture, definition, package); !fault.empty())
                faults.add(path + ".picture", fault);
        std::set<std::string> ids;
        for (std::size_t i = 0; i < one.columns.size(); ++i) {
            const std::string at = path + ".columns[" + std::to_string(i + 1) + "]";
            if (!ids.insert(one.columns[i].id).second)
                faults.add(at + ".id", "a second column " + one.columns[i].id);
            if (const auto fault = sourceFault(one.columns[i].from, definition, package); !fault.empty())
                faults.add(at + ".from", fault);
        }
    }
}

} // namespace zikao::cases
