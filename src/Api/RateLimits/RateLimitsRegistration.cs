using Microsoft.Extensions.DependencyInjection;
using Platform.Api.RateLimits.Plans;

namespace Platform.Api.RateLimits;

internal static class RateLimitsRegistration
{
    public static IServiceCollection AddRateLimits(this IServiceCollection services) => services
        .AddSingleton<RateGate>()
        .AddSingleton<RatePlans>()
        .AddSingleton<RatePolicies>()
        .AddSingleton<RefusalLimiter>()
        .AddHostedService<QuotaReturns>();
}
