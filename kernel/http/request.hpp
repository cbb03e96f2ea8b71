#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/http/body.hpp"
#include "kernel/http/head.hpp"

namespace zikao::http {

/// One complete, unambiguous request, owned by the thread that handles it.
struct Request
{
    std::unique_ptr<Head> head;
    Body body;
    std::string id;      ///< for logs, problem documents and the audit trail
    std::string client;  ///< address of the client: the peer, or what a named proxy says (C3)
    bool secure = false; ///< arrived over TLS, here or at a named proxy

    [[nodiscard]] const std::string& method() const { return head->message.getMethod(); }
    [[nodiscard]] const std::string& path() const { return head->target.path; }
    [[nodiscard]] const std::string& host() const { return head->host; }

    /// A header field; empty when absent.
    [[nodiscard]] const std::string& header(const std::string& name) const
    {
        static const std::string kNone;
        return head->message.get(name, kNone);
    }

    [[nodiscard]] std::optional<std::string> query(std::string_view name) const
    {
        for (const auto& [key, value] : head->target.query) {
            if (key == name)
                return value;
        }
        return std::nullopt;
    }
};

} // namespace zikao::http
