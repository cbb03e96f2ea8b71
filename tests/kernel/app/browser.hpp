#pragma once

#include <functional>
#include <map>
#include <string>

#include "kernel/base/json.hpp"
#include "tests/kernel/http/raw_client.hpp"

namespace zikao::app {

/// A browser with its cookies and the token of its page, as far as a server can tell.
class Browser
{
public:
    struct Answer
    {
        int status = 0;
        std::string head, body;
        Json json;
        [[nodiscard]] std::string code() const { return json.is_object() ? json.value("code", "") : ""; }
        [[nodiscard]] std::string detail() const { return json.is_object() ? json.value("detail", "") : ""; }
    };

    Browser(std::uint16_t port, std::string base) : port_(port), base_(std::move(base)) {}

    Answer get(const std::string& path) { return send("GET", base_ + path, "", ""); }
    Answer post(const std::string& path, const Json& body = Json::object())
    {
        return send("POST", base_ + path, body.dump(), "application/json");
    }
    Answer put(const std::string& path, const Json& body)
    {
        return send("PUT", base_ + path, body.dump(), "application/json");
    }
    Answer del(const std::string& path) { return send("DELETE", base_ + path, "", ""); }

    /// Any request, for what no page would send. `path` is whole.
    Answer send(const std::string& method, const std::string& path, const std::string& body,
                const std::string& content_type)
    {
        std::string text = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
        if (!address.empty())
            text += "X-Forwarded-For: " + address + "\r\n";
        if (!cookies.empty()) {
            std::string list;
            for (const auto& [name, value] : cookies)
                list.append(list.empty() ? "" : "; ").append(name).append("=").append(value);
            text += "Cookie: " + list + "\r\n";
        }
        if (!csrf.empty())
            text += "X-CSRF-Token: " + csrf + "\r\n";
        if (!content_type.empty())
            text += "Content-Type: " + content_type + "\r\n";
        if (method != "GET" && method != "DELETE")
            text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        auto raw = http::test::RawClient(port_).ask(text + "\r\n" + body);
        Answer answer{raw.status, std::move(raw.head), std::move(raw.body), nullptr};
        takeCookies(answer.head);
        if (answer.head.find("json") != std::string::npos)
            answer.json = Json::parse(answer.body, nullptr, false);
        if (watch)
            watch(method, path, content_type, body, answer);
        return answer;
    }

    /// Sees what every browser of this process sent and what it was answered. Set before the first request, or never.
    using Watch = std::function<void(const std::string& method, const std::string& path,
                                     const std::string& type, const std::string& body, const Answer&)>;
    static inline Watch watch;

    /// Asks who is signed in; a browser without a session gets a guest's.
    Answer me()
    {
        Answer answer = get("/api/me");
        if (answer.status == 200)
            csrf = answer.json.value("csrf", "");
        return answer;
    }

    std::map<std::string, std::string> cookies;
    std::string csrf;
    std::string address; ///< what a proxy says of where it sits; empty: there is no proxy

private:
    void takeCookies(const std::string& head)
    {
        static const std::string kName = "Set-Cookie: ";
        for (std::size_t at = head.find(kName); at != std::string::npos; at = head.find(kName, at + 1)) {
            const std::size_t begin = at + kName.size(), equals = head.find('=', begin);
            const std::string value = head.substr(equals + 1, head.find_first_of(";\r", equals) - equals - 1);
            cookies[head.substr(begin, equals - begin)] = value;
        }
    }

    std::uint16_t port_;
    std::string base_;
};

} // namespace zikao::app
