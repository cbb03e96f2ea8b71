#include "kernel/app/application.hpp"

namespace zikao::app {

namespace {

void line(std::string& out, std::string_view name, std::string_view labels, std::int64_t value)
{
    out += name;
    if (!labels.empty()) {
        out += '{';
        out += labels;
        out += '}';
    }
    out += ' ';
    out += std::to_string(value);
    out += '\n';
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help)
{
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    out.append(name).append(" ").append(type).append("\n");
}

} // namespace

std::string Application::metrics() const
{
    std::string out;
    if (const http::Gate* gate = gate_.load()) {
        const http::GateStats stats = gate->stats();
        head(out, "zikao_http_requests_total", "counter", "Answers by status class.");
        for (int status = 2; status <= 5; ++status)
            line(out, "zikao_http_requests_total", "class=\"" + std::to_string(status) + "xx\"",
                 static_cast<std::int64_t>(stats.by_status_class[status]));
        head(out, "zikao_http_malformed_total", "counter", "Requests refused for doubtful framing.");
        line(out, "zikao_http_malformed_total", "", static_cast<std::int64_t>(stats.malformed));
        head(out, "zikao_http_timed_out_total", "counter", "Connections ended because the peer was slow.");
        line(out, "zikao_http_timed_out_total", "", static_cast<std::int64_t>(stats.timed_out));
        head(out, "zikao_http_open_connections", "gauge", "Connections held now.");
        line(out, "zikao_http_open_connections", "", stats.open_connections);
        head(out, "zikao_http_heavy_waiting", "gauge", "Heavy requests that wait for a place.");
        line(out, "zikao_http_heavy_waiting", "", stats.heavy_waiting);
        head(out, "zikao_http_handling_microseconds_total", "counter", "Time spent handling requests.");
        line(out, "zikao_http_handling_microseconds_total", "",
             static_cast<std::int64_t>(stats.handling_micros));
    }
    head(out, "zikao_plugin_calls_total", "counter", "Calls of a tenant's plugins.");
    std::string deaths, breakers;
    for (const auto& site : sites_) {
        const auto note = [&](const std::string& plugin, const worker::PoolStats& stats) {
            const std::string labels = "tenant=\"" + site->id() + "\",plugin=\"" + plugin + "\"";
            line(out, "zikao_plugin_calls_total", labels, stats.calls);
            line(deaths, "zikao_plugin_deaths_total", labels, stats.died + stats.killed);
            line(breakers, "zikao_plugin_breaker_open", labels, stats.breaker_open ? 1 : 0);
        };
        for (const tenant::PaymentChannel& channel : site->tenant->payments)
            note("payment:" + channel.id, channel.provider->stats());
        for (const auto& [channel, sender] : site->tenant->senders)
            note("messages:" + channel, sender->stats());
        if (site->tenant->images)
            note("images", site->tenant->images->stats());
        if (site->tenant->id_cards)
            note("id_cards", site->tenant->id_cards->stats());
        if (site->tenant->degrees)
            note("degrees", site->tenant->degrees->stats());
        if (site->tenant->exchange)
            note("exchange", site->tenant->exchange->stats());
    }
    head(out, "zikao_plugin_deaths_total", "counter", "Plugin workers that died or were killed.");
    out += deaths;
    head(out, "zikao_plugin_breaker_open", "gauge", "1 while calls of the plugin are refused.");
    out += breakers;
    return out;
}

} // namespace zikao::app
