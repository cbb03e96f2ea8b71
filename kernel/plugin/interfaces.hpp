#pragma once

#include <memory>
#include <string_view>

#include "kernel/worker/pool.hpp"
#include "plugins/api/plugin.hpp"

namespace zikao::plugin {

/// The version of an interface that this host speaks; 0 for one it does not know.
int interfaceVersion(std::string_view name);

/// Puts a loaded plugin behind a handler that unpacks calls and packs answers. One function for each
/// interface, in the file that also holds its proxy, so that both ends of the wire are read together.
worker::Handler servePayment(std::shared_ptr<api::Plugin> plugin);
worker::Handler serveSender(std::shared_ptr<api::Plugin> plugin);
worker::Handler serveInspector(std::shared_ptr<api::Plugin> plugin);
worker::Handler serveIdCards(std::shared_ptr<api::Plugin> plugin);
worker::Handler serveDegrees(std::shared_ptr<api::Plugin> plugin);
worker::Handler serveExchange(std::shared_ptr<api::Plugin> plugin);

} // namespace zikao::plugin
