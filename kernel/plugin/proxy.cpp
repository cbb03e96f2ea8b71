#include "kernel/plugin/proxy.hpp"

#include "kernel/plugin/library.hpp"

namespace zikao::plugin {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Result<worker::Message> Line::send(const char* method, Json arguments, std::string body,
                                   milliseconds deadline)
{
    const auto begun = steady_clock::now();
    arguments["method"] = method;
    auto answer = pool_->call({std::move(arguments), std::move(body)}, deadline);
    if (answer)
        return answer;
    const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun);
    const Error& error = answer.error();
    // The plugin's own refusals are everyday business of the caller; what the host found out is not.
    if (error.code == ErrorCode::plugin_fault || error.code == ErrorCode::timeout)
        log::error("plugin.fault", {{"plugin", id_},
                                    {"method", method},
                                    {"code", name(error.code)},
                                    {"reason", error.reason},
                                    {"ms", std::to_string(took.count())}});
    return answer;
}

Result<std::unique_ptr<Line>> openLine(const LoadOptions& options, const char* interface_name)
{
    auto manifest = Manifest::read(options.plugin_dir);
    if (!manifest)
        return fail(manifest.error());
    if (manifest->implements != interface_name)
        return fail(ErrorCode::plugin_fault, options.where + ": " + manifest->id + " implements " +
                                                 manifest->implements + ", wanted " + interface_name);
    auto settings = manifest->check(options.settings, options.where);
    if (!settings)
        return fail(settings.error());
    auto digest = pinnedDigest(options.plugin_dir);
    if (!digest)
        return fail(digest.error());
    auto file = LibraryFile::open(options.plugin_dir);
    if (!file)
        return fail(file.error());
    if (auto good = file->checkDigest(*digest); !good)
        return fail(good.error());
    if (auto good = file->checkStamp(*manifest); !good)
        return fail(good.error());

    worker::PoolOptions pool;
    pool.name = manifest->id;
    pool.executable = options.worker_executable;
    pool.arguments = {"plugin", std::filesystem::absolute(options.plugin_dir).string(), interface_name};
    pool.greeting = Json{{"settings", std::move(*settings)}, {"digest", *digest}}.dump();
    pool.size = options.workers;
    pool.confinement.loads = true;
    pool.confinement.network = manifest->network;
    pool.confinement.memory_mib = manifest->memory_mib;
    pool.confinement.readable = manifest->readable;
    pool.confinement.readable.push_back(pool.arguments[1]);
    auto started = worker::Pool::start(std::move(pool));
    if (!started)
        return fail(started.error().code, options.where + ": " + started.error().message,
                    started.error().reason);
    return std::make_unique<Line>(manifest->id, std::move(*started));
}

} // namespace zikao::plugin
