#include <exception>
#include <new>
#include <string>

#include "kernel/worker/confine.hpp"
#include "kernel/worker/frame.hpp"
#include "kernel/worker/hello.hpp"

namespace zikao::worker {

namespace {

/// Every exception of a guest ends here; what() of a stranger is cut, it goes to a log.
template <class F>
auto guarded(F&& act) -> std::invoke_result_t<F>
{
    try {
        return act();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::plugin_fault, "out of memory", "memory");
    } catch (const std::exception& thrown) {
        return fail(ErrorCode::plugin_fault, "exception: " + std::string(thrown.what()).substr(0, 300),
                    "exception");
    } catch (...) {
        return fail(ErrorCode::plugin_fault, "exception of an unknown type", "exception");
    }
}

Result<Handler> begin(int socket, const HandlerFactory& make)
{
    auto first = receive(socket, kNoDeadline);
    if (!first)
        return fail(first.error());
    auto hello = readHello(*first);
    if (!hello)
        return fail(hello.error());
    if (auto done = limitProcess(hello->confinement, hello->parent_pid); !done)
        return fail(done.error());
    if (auto done = confine(hello->confinement); !done)
        return fail(done.error());
    auto handler = guarded([&] { return make(hello->greeting); });
    if (!handler)
        return handler;
    if (auto done = closeDoors(hello->confinement); !done)
        return fail(done.error());
    return handler;
}

} // namespace

int serve(int socket, const HandlerFactory& make)
{
    auto handler = begin(socket, make);
    if (!handler) {
        // Best effort: when the supervisor is gone there is nobody to tell.
        return send(socket, seal(fail(handler.error())), kNoDeadline) ? 3 : 4;
    }
    if (!send(socket, seal(Message{Json::object()}), kNoDeadline))
        return 4;
    for (;;) {
        auto request = receive(socket, kNoDeadline);
        if (!request)
            return request.error().code == ErrorCode::unavailable ? 0 : 5;
        Result<Message> answer = guarded([&] { return (*handler)(*request); });
        auto sent = send(socket, seal(std::move(answer)), kNoDeadline);
        if (!sent && sent.error().code == ErrorCode::too_large)
            sent = send(socket, seal(fail(ErrorCode::plugin_fault, sent.error().message, "answer_too_large")),
                        kNoDeadline);
        if (!sent)
            return 4;
    }
}

} // namespace zikao::worker
