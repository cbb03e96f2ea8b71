#include "kernel/worker/hello.hpp"

namespace zikao::worker {

Message writeHello(const Hello& hello)
{
    const Confinement& c = hello.confinement;
    return Message{Json{{"parent", hello.parent_pid},
                        {"network", c.network},
                        {"memory_mib", c.memory_mib},
                        {"cpu_seconds", c.cpu_seconds},
                        {"readable", c.readable},
                        {"loads", c.loads}},
                   hello.greeting};
}

Result<Hello> readHello(const Message& message)
{
    const Json& head = message.head;
    for (const char* key : {"parent", "network", "memory_mib", "cpu_seconds", "readable", "loads"})
        if (!head.is_object() || !head.contains(key))
            return fail(ErrorCode::corrupt, std::string("hello lacks ") + key);
    if (!head["parent"].is_number_integer() || !head["network"].is_boolean() ||
        !head["memory_mib"].is_number_integer() || !head["cpu_seconds"].is_number_integer() ||
        !head["readable"].is_array() || !head["loads"].is_boolean())
        return fail(ErrorCode::corrupt, "hello has a field of the wrong type");
    Hello hello;
    hello.parent_pid = head["parent"].get<int>();
    hello.confinement.network = head["network"].get<bool>();
    hello.confinement.memory_mib = head["memory_mib"].get<int>();
    hello.confinement.cpu_seconds = head["cpu_seconds"].get<int>();
    hello.confinement.loads = head["loads"].get<bool>();
    for (const Json& path : head["readable"]) {
        if (!path.is_string())
            return fail(ErrorCode::corrupt, "hello names a path that is no text");
        hello.confinement.readable.push_back(path.get<std::string>());
    }
    hello.greeting = message.body;
    return hello;
}

} // namespace zikao::worker
