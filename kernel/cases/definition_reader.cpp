#include "kernel/cases/definition_reader.hpp"

#include <algorithm>

namespace zikao::cases {

namespace {

const Json kNothing;

// An empty Lua table is a list and a map at once.
bool isEmptyTable(const Json& value)
{
    return (value.is_array() || value.is_object()) && value.empty();
}

} // namespace

Node::Node(const Json& json, std::string path, Faults& faults)
    : json_(json),
      path_(std::move(path)),
      faults_(&faults)
{
    if (isEmptyTable(json_))
        json_ = Json::object();
    if (json_.is_object())
        return;
    faults_->add(path_, "must be a table with named keys");
    json_ = Json::object();
}

std::string Node::at(std::string_view key) const
{
    if (path_.empty() || key.empty())
        return path_ + std::string(key);
    return path_ + "." + std::string(key);
}

void Node::fault(std::string_view key, const std::string& message) const
{
    faults_->add(at(key), message);
}

const Json& Node::value(std::string_view key) const
{
    const auto found = json_.find(key);
    return found == json_.end() ? kNothing : *found;
}

void Node::allow(const std::vector<std::string_view>& keys) const
{
    for (const auto& [key, value] : json_.items())
        if (std::ranges::find(keys, key) == keys.end())
            fault(key, "unknown key");
}

std::string Node::text(std::string_view key) const
{
    const Json& found = value(key);
    if (found.is_string() && !found.get_ref<const std::string&>().empty())
        return found.get<std::string>();
    fault(key, found.is_null() ? "is missing" : "must be a text that is not empty");
    return {};
}

std::string Node::textOr(std::string_view key, std::string_view otherwise) const
{
    return value(key).is_null() ? std::string(otherwise) : text(key);
}

bool Node::flag(std::string_view key, bool otherwise) const
{
    const Json& found = value(key);
    if (found.is_boolean())
        return found.get<bool>();
    if (!found.is_null())
        fault(key, "must be true or false");
    return otherwise;
}

std::int64_t Node::number(std::string_view key, std::int64_t otherwise, std::int64_t least,
                          std::int64_t most) const
{
    const Json& found = value(key);
    if (found.is_null())
        return otherwise;
    if (found.is_number_integer() && found.get<std::int64_t>() >= least && found.get<std::int64_t>() <= most)
        return found.get<std::int64_t>();
    fault(key, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return otherwise;
}

std::vector<std::string> Node::texts(std::string_view key) const
{
    const Json& found = value(key);
    std::vector<std::string> all;
    if (found.is_null() || isEmptyTable(found))
        return all;
    if (found.is_string())
        return {found.get<std::string>()};
    if (!found.is_array()) {
        fault(key, "must be a list of texts");
        return all;
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (found[i].is_string() && !found[i].get_ref<const std::string&>().empty())
            all.push_back(found[i].get<std::string>());
        else
            fault(std::string(key) + "[" + std::to_string(i + 1) + "]", "must be a text that is not empty");
    }
    return all;
}

std::vector<Node> Node::list(std::string_view key) const
{
    const Json& found = value(key);
    std::vector<Node> all;
    if (found.is_null() || isEmptyTable(found))
        return all;
    if (!found.is_array()) {
        fault(key, "must be a list of tables");
        return all;
    }
    for (std::size_t i = 0; i < found.size(); ++i)
        all.emplace_back(found[i], at(key) + "[" + std::to_string(i + 1) + "]", *faults_);
    return all;
}

Node Node::table(std::string_view key) const
{
    const Json& found = value(key);
    return {found.is_null() ? Json::object() : found, at(key), *faults_};
}

std::vector<std::pair<std::string, Node>> Node::tables(std::string_view key) const
{
    std::vector<std::pair<std::string, Node>> all;
    const Node found = table(key);
    for (const auto& [name, value] : found.json().items())
        all.emplace_back(name, Node(value, found.at(name), *faults_));
    return all;
}

} // namespace zikao::cases
