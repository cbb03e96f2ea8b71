#include "kernel/storage/database.hpp"

#include <stdexcept>

namespace zikao::storage {

namespace {

[[noreturn]] void wrongKind(std::size_t column, const char* wanted)
{
    throw std::logic_error("column " + std::to_string(column) + " is not " + wanted);
}

} // namespace

bool Row::isNull(std::size_t column) const
{
    return std::holds_alternative<std::monostate>(columns_.at(column));
}

std::int64_t Row::integer(std::size_t column) const
{
    if (const auto* value = std::get_if<std::int64_t>(&columns_.at(column)))
        return *value;
    wrongKind(column, "an integer");
}

const std::string& Row::text(std::size_t column) const
{
    static const std::string kEmpty;
    if (const auto* value = std::get_if<std::string>(&columns_.at(column)))
        return *value;
    if (isNull(column))
        return kEmpty;
    wrongKind(column, "text");
}

const std::string& Row::bytes(std::size_t column) const
{
    if (const auto* value = std::get_if<Bytes>(&columns_.at(column)))
        return value->data;
    wrongKind(column, "bytes");
}

} // namespace zikao::storage
