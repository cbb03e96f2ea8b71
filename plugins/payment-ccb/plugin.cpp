#include "plugins/payment-ccb/provider.hpp"

ZIKAO_PLUGIN(zikao::api::PaymentProvider, "payment-ccb", &zikao::ccb::Provider::create)
