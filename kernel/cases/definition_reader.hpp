#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/json.hpp"
#include "kernel/rules/package.hpp"

namespace zikao::cases {

/// Where faults of one file go.
class Faults
{
public:
    Faults(std::string file, std::vector<rules::Fault>& into) : file_(std::move(file)), into_(into) {}
    void add(const std::string& path, const std::string& message)
    {
        into_.push_back({file_, 0, path, message});
    }

private:
    std::string file_;
    std::vector<rules::Fault>& into_;
};

/// One table of a definition with the path that leads to it. Reading notes what is missing or of the wrong
/// kind and goes on with an empty value, so that an author sees every fault at once.
class Node
{
public:
    Node(const Json& json, std::string path, Faults& faults);

    /// Notes every key that is not in the list.
    void allow(const std::vector<std::string_view>& keys) const;

    [[nodiscard]] bool has(std::string_view key) const { return json_.contains(key); }
    [[nodiscard]] std::string text(std::string_view key) const; ///< needed and not empty
    [[nodiscard]] std::string textOr(std::string_view key, std::string_view otherwise) const;
    [[nodiscard]] bool flag(std::string_view key, bool otherwise) const;
    [[nodiscard]] std::int64_t number(std::string_view key, std::int64_t otherwise, std::int64_t least,
                                      std::int64_t most) const;
    /// A list of texts; one text alone counts as a list of one. Absent: empty.
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
    [[nodiscard]] std::vector<Node> list(std::string_view key) const; ///< of tables
    [[nodiscard]] Node table(std::string_view key) const;             ///< empty when absent
    /// Tables by name, in key order.
    [[nodiscard]] std::vector<std::pair<std::string, Node>> tables(std::string_view key) const;

    [[nodiscard]] const Json& json() const& { return json_; }
    const Json& json() && = delete; ///< what is kept of a passing node would be gone with it
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string at(std::string_view key) const;
    void fault(std::string_view key, const std::string& message) const;

private:
    [[nodiscard]] const Json& value(std::string_view key) const;

    Json json_;
    std::string path_;
    Faults* faults_;
};

} // namespace zikao::cases
