#include "kernel/base/strict_object.hpp"

#include "plugins/api/control.hpp"

namespace zikao {

namespace {

const Json kNull;
const Json kEmptyObject = Json::object();
const Json kEmptyArray = Json::array();

} // namespace

StrictObject::StrictObject(const Json& object, std::string path)
    : object_(object.is_object() ? object : kEmptyObject),
      path_(std::move(path))
{
    if (!object.is_object())
        faults_.push_back({path_, "field_type"});
}

std::string StrictObject::pathOf(std::string_view key) const
{
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void StrictObject::fault(std::string_view key, std::string code)
{
    faults_.push_back({pathOf(key), std::move(code)});
}

bool StrictObject::has(std::string_view key) const
{
    return object_.contains(key);
}

const Json* StrictObject::find(std::string_view key, bool required)
{
    known_.emplace(key);
    const auto found = object_.find(key);
    if (found != object_.end() && !found->is_null())
        return &*found;
    if (required)
        fault(key, "field_missing");
    return nullptr;
}

std::string StrictObject::text(std::string_view key)
{
    const Json* value = find(key, true);
    if (value == nullptr)
        return {};
    if (!value->is_string()) {
        fault(key, "field_type");
        return {};
    }
    return value->get<std::string>();
}

std::string StrictObject::text(std::string_view key, std::string_view otherwise)
{
    return find(key, false) == nullptr ? std::string(otherwise) : text(key);
}

std::int64_t StrictObject::integer(std::string_view key, std::int64_t least, std::int64_t most)
{
    const Json* value = find(key, true);
    if (value == nullptr)
        return least;
    const bool too_big = value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX;
    if (!value->is_number_integer() || too_big) {
        fault(key, "field_type");
        return least;
    }
    const auto number = value->get<std::int64_t>();
    if (number < least || number > most) {
        fault(key, "field_range");
        return least;
    }
    return number;
}

std::int64_t StrictObject::integerOr(std::string_view key, std::int64_t otherwise, std::int64_t least,
                                     std::int64_t most)
{
    return find(key, false) == nullptr ? otherwise : integer(key, least, most);
}

bool StrictObject::boolean(std::string_view key, bool otherwise)
{
    const Json* value = find(key, false);
    if (value == nullptr)
        return otherwise;
    if (!value->is_boolean()) {
        fault(key, "field_type");
        return otherwise;
    }
    return value->get<bool>();
}

std::vector<std::string> StrictObject::texts(std::string_view key)
{
    std::vector<std::string> out;
    for (const Json& item : array(key)) {
        if (!item.is_string()) {
            fault(key, "field_type");
            return {};
        }
        out.push_back(item.get<std::string>());
    }
    return out;
}

const Json& StrictObject::object(std::string_view key)
{
    const Json* value = find(key, false);
    if (value == nullptr)
        return kEmptyObject;
    if (!value->is_object()) {
        fault(key, "field_type");
        return kEmptyObject;
    }
    return *value;
}

const Json& StrictObject::array(std::string_view key)
{
    const Json* value = find(key, false);
    if (value == nullptr)
        return kEmptyArray;
    if (!value->is_array()) {
        fault(key, "field_type");
        return kEmptyArray;
    }
    return *value;
}

const Json& StrictObject::any(std::string_view key)
{
    const Json* value = find(key, false);
    return value == nullptr ? kNull : *value;
}

void StrictObject::take(const StrictObject& nested)
{
    faults_.insert(faults_.end(), nested.faults_.begin(), nested.faults_.end());
}

Result<void> StrictObject::finish()
{
    for (const auto& [key, value] : object_.items())
        if (!known_.contains(key) && CONTROL("known_fields"))
            fault(key, "field_unknown");
    if (faults_.empty())
        return ok();
    std::string message;
    for (const Fault& each : faults_)
        message += (message.empty() ? "" : "; ") + each.path + ": " + each.code;
    return fail(ErrorCode::invalid_argument, message, faults_.front().code);
}

} // namespace zikao
