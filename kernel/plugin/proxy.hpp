#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "kernel/base/log.hpp"
#include "kernel/plugin/interfaces.hpp"
#include "kernel/plugin/plugins.hpp"

namespace zikao::plugin {

/// The kernel's end of one plugin's wire: sends a call, times it, logs faults, turns broken answers into
/// faults (E7). Arguments and answers never reach the log: they hold what people told us.
class Line
{
public:
    Line(std::string id, std::unique_ptr<worker::Pool> pool) : id_(std::move(id)), pool_(std::move(pool)) {}

    /// @param read  makes the answer's value from head and body; may throw Json::exception
    template <class F>
    auto call(const char* method, Json arguments, std::string body, std::chrono::milliseconds deadline,
              F&& read) -> Result<std::invoke_result_t<F, const Json&, std::string&>>
    {
        auto answer = send(method, std::move(arguments), std::move(body), deadline);
        if (!answer)
            return fail(answer.error());
        try {
            return read(answer->head, answer->body);
        } catch (const Json::exception& broken) {
            log::error("plugin.broken_answer",
                       {{"plugin", id_}, {"method", method}, {"json_fault", std::to_string(broken.id)}});
            return fail(ErrorCode::plugin_fault, id_ + "." + method + ": broken answer", "broken_answer");
        }
    }

    worker::Pool& pool() { return *pool_; }
    [[nodiscard]] const worker::Pool& pool() const { return *pool_; }

private:
    Result<worker::Message> send(const char* method, Json arguments, std::string body,
                                 std::chrono::milliseconds deadline);

    std::string id_;
    std::unique_ptr<worker::Pool> pool_;
};

/// Manifest, settings, stamp and digest first; then the workers.
Result<std::unique_ptr<Line>> openLine(const LoadOptions& options, const char* interface_name);

/// Proxy derives from Interface and is made from a Line.
template <class Interface, class Proxy>
class LoadedPlugin : public Loaded<Interface>
{
public:
    explicit LoadedPlugin(std::unique_ptr<Line> line) : line_(std::move(line)), proxy_(*line_) {}
    Interface& get() override { return proxy_; }
    Result<void> drainAndReplace() override { return line_->pool().drainAndReplace(); }
    [[nodiscard]] worker::PoolStats stats() const override { return line_->pool().stats(); }

    static Result<std::unique_ptr<Loaded<Interface>>> load(const LoadOptions& options)
    {
        auto line = openLine(options, Interface::kName);
        if (!line)
            return fail(line.error());
        return std::unique_ptr<Loaded<Interface>>(std::make_unique<LoadedPlugin>(std::move(*line)));
    }

private:
    std::unique_ptr<Line> line_;
    Proxy proxy_;
};

/// The worker's end: looks the method up and answers, or says that it does not know it.
template <class Answer>
Result<worker::Message> pack(Result<Answer> answer, worker::Message (*write)(Answer&&))
{
    if (!answer)
        return fail(answer.error());
    return write(std::move(*answer));
}

inline Failure unknownMethod(const std::string& method)
{
    return fail(ErrorCode::plugin_fault, "the worker knows no method " + method.substr(0, 40));
}

/// A value of an enumeration that crossed as a number. @throws Json::exception of a kind `call` catches
template <class E>
E readEnum(const Json& value, E last)
{
    const int number = value.get<int>();
    if (number < 0 || number > static_cast<int>(last))
        throw Json::out_of_range::create(401, "a value beyond its enumeration", &value);
    return static_cast<E>(number);
}

} // namespace zikao::plugin
