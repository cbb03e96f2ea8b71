#include "plugins/payment-alipay/provider.hpp"

ZIKAO_PLUGIN(zikao::api::PaymentProvider, "payment-alipay", &zikao::alipay::Provider::create)
